"""SQL of letters about what was not read. For jobs only."""

from datetime import datetime, time
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class UnreadRow(msgspec.Struct, frozen=True):
    """A room in which somebody has something to read, and that somebody as a reader of mail. `since` is when
    the first was written of which they had no letter; quiet hours are on their own clock."""

    account_id: UUID
    email: str
    time_zone: str
    locale: str
    quiet_from: time | None
    quiet_to: time | None
    room_id: UUID
    other_name: str
    unread: int
    since: datetime


_SIDE = """
    select id as room_id, {me}_id as account_id, {other}_id as other_id, {me}_seen as seen,
        greatest({me}_seen, {me}_mailed) as known
    from chat_room where {other}_said > {me}_seen and {other}_said > {me}_mailed
"""
_STILL_TOLD = """
    exists (select from chat_room o where o.{me}_id = r.account_id and o.{other}_said > o.{me}_seen
        and o.{me}_mailed > o.{me}_seen and o.{me}_mailed_at > $3)
"""
_THEIRS = """
    from chat_message m where m.room_id = r.room_id and m.author_id = r.other_id and m.session_id is null
        and m.deleted_at is null and
"""
_SIDES = {"me": "client", "other": "practitioner"}, {"me": "practitioner", "other": "client"}

unread = Query(
    UnreadRow,
    """What people have not read, were not told of by mail, and want to be told of: of those who were not here
    since $1, or have something that waits since before $2, and read all that a letter after $3 spoke of. A
    person's rooms follow each other, the one that waits longest first.""",
    f"""
    select a.id as account_id, a.email, p.time_zone, p.locale, c.quiet_from, c.quiet_to, r.room_id,
        o.name as other_name, m.unread, m.since
    from ({_SIDE.format(**_SIDES[0])} union all {_SIDE.format(**_SIDES[1])}) r
    join account a on a.id = r.account_id and a.disabled_at is null and a.email_confirmed_at is not null
    join person p on p.id = a.id
    join person o on o.id = r.other_id
    left join notification_choice c on c.account_id = a.id
    cross join lateral (
        select (select count(*)::int from (select {_THEIRS} m.number > r.seen limit 100) few) as unread,
            (select m.created_at {_THEIRS} m.number > r.known order by m.number limit 1) as since
    ) m
    where m.since is not null and not 'messages' = any (coalesce(c.mail_off, '{{}}'))
        and (m.since <= $2 or not exists (
            select from sign_in s where s.account_id = a.id and s.last_seen_at > $1))
        and not exists (select from chat_block b where (b.blocker_id, b.blocked_id)
            in ((r.account_id, r.other_id), (r.other_id, r.account_id)))
        and not {_STILL_TOLD.format(**_SIDES[0])} and not {_STILL_TOLD.format(**_SIDES[1])}
    order by a.id, m.since
    """,
)
mark_told = Statement(
    "A letter at $3 tells the account $1 of everything said in the rooms $2; those of which none did yet.",
    """
    update chat_room set
        client_mailed = case client_id when $1 then practitioner_said else client_mailed end,
        practitioner_mailed = case practitioner_id when $1 then client_said else practitioner_mailed end,
        client_mailed_at = case client_id when $1 then $3 else client_mailed_at end,
        practitioner_mailed_at = case practitioner_id when $1 then $3 else practitioner_mailed_at end
    where id = any ($2::uuid[]) and case $1::uuid
        when client_id then practitioner_said > greatest(client_mailed, client_seen)
        when practitioner_id then client_said > greatest(practitioner_mailed, practitioner_seen) end
    returning id
    """,
)
