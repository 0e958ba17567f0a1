"""SQL of telling people: rows and the hint in one statement, because bookings wait for it."""

from visavis.kit.sql import Statement
from visavis.live.actions import hint_sql

tell = Statement(
    """A row for each account in $1 about event $2 of kind $3 (of session $4, at $5); what $6, who did it, had
    not read yet of that session is read now; $7 goes out with the commit, which gives the rows their numbers.
    The new rows' ids.""",
    f"""
    with fresh as materialized (select uuidv7() as id, told from unnest($1::uuid[]) as told),
    written as (
        insert into notification (id, account_id, event_id, kind, session_id, created_at)
        select id, told, $2, $3, $4, $5 from fresh
    ),
    answered as (
        update notification set read_at = $5 where id in (select id from notification
            where account_id = $6 and session_id = $4 and read_at is null for update skip locked)
    )
    select (select array_agg(id) from fresh) as ids, {hint_sql("$7")}
    """,
)
withdraw = Statement(
    "What account $1 was told of kind $2 about a subject ($3, $4) is not said any more.",
    """
    delete from notification where id in (select n.id from notification n
        join audit_event e on e.id = n.event_id
        where n.account_id = $1 and n.kind = $2 and e.subject_type = $3 and e.subject_id = $4
        order by n.number for update of n)
    """,
)
