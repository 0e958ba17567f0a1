"""SQL of calls: who is in them, and what their two pages say to each other."""

from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement
from visavis.video.rules import Stay


class Signal(msgspec.Struct, frozen=True):
    """What one page of a call says to the other one; `number` grows in the order of commits."""

    number: int
    stay_id: UUID
    body: str


open_room = Statement(
    "The built-in room of a session, where it has none yet.",
    "insert into video_room (session_id, made_at) values ($1, $2) on conflict do nothing",
)
latest_signal = Statement(
    "The number of the last signal in the room of a session.",
    "select latest from video_room where session_id = $1",
)
stays_of = Query(
    Stay,
    "The latest stays in the call of a session, $2 at most, first come first.",
    """
    select id, account_id, joined_at, seen_at, left_at from (
        select * from video_presence where session_id = $1 order by joined_at desc, id desc limit $2) latest
    order by joined_at, id
    """,
)
last_stays = Query(
    Stay,
    "The last stay of each person in the call of a session, whether they are in it or not.",
    """
    select p.id, p.account_id, p.joined_at, p.seen_at, p.left_at
    from session s
        cross join lateral (values (s.client_id), (s.practitioner_id)) each (id)
        cross join lateral (select * from video_presence o
            where o.session_id = s.id and o.account_id = each.id
            order by o.joined_at desc, o.id desc limit 1) p
    where s.id = $1
    """,
)
insert_stay = Statement(
    "A page has joined.",
    """
    insert into video_presence (session_id, account_id, joined_at, seen_at) values ($1, $2, $3, $3)
    returning id
    """,
)
end_stays = Statement(
    "The pages of an account leave the call of a session: one of them, or all; their ids.",
    """
    update video_presence set left_at = greatest($4, joined_at)
    where session_id = $1 and account_id = $2 and ($3::uuid is null or id = $3) and left_at is null
    returning id
    """,
)
beat = Statement(
    "A page that has not left is still there.",
    """
    update video_presence set seen_at = greatest(seen_at, $4)
    where session_id = $1 and account_id = $2 and id = $3 and left_at is null returning id
    """,
)
insert_signal = Statement(
    "A page says something to the other one; the commit gives the number.",
    """
    insert into video_signal (session_id, from_id, stay_id, body, created_at) values ($1, $2, $3, $4, $5)
    """,
)
keep_latest_signals = Statement(
    "Of what the page $2 of the account $1 said, the latest $3 remain, and of these $4 bytes.",
    """
    delete from video_signal where from_id = $1 and id in (
        select id from (select id, row_number() over latest as nth,
                sum(octet_length(body)) over latest as bytes
            from video_signal where stay_id = $2 window latest as (order by id desc)) said
        where nth > $3 or bytes > $4)
    """,
)
signals_after = Query(
    Signal,
    "What was said after a number by everybody but one account, in order; the first, and $4 bytes.",
    """
    select number, stay_id, body from (
        select number, stay_id, body, sum(octet_length(body)) over (order by number) as bytes,
            row_number() over (order by number) as nth
        from video_signal where session_id = $1 and number > $2 and from_id <> $3
        order by number limit 200) said
    where nth = 1 or bytes <= $4 order by number
    """,
)
take_signals_back = Statement(
    "What some pages of an account said in the call of a session is of no use any more.",
    "delete from video_signal where session_id = $1 and from_id = $2 and stay_id = any ($3::uuid[])",
)
forget_signals = Statement(
    "What was said before an instant has served.", "delete from video_signal where created_at < $1"
)
