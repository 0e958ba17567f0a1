"""SQL of the outbox, and of what the queue remembers."""

from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class OutgoingMail(msgspec.Struct, frozen=True):
    """A mail as it is sent."""

    id: UUID
    to_address: str
    subject: str
    text_body: str
    html_body: str
    calendar: str
    calendar_method: str
    unsubscribe_url: str


put_mail = Statement(
    "Put a mail into the outbox; while one with this id was not sent, write it anew.",
    """
    insert into outbox_mail as m (id, to_address, subject, text_body, html_body, calendar, calendar_method,
        unsubscribe_url)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (id) do update set to_address = $2, subject = $3, text_body = $4, html_body = $5,
        calendar = $6, calendar_method = $7, unsubscribe_url = $8
    where m.sent_at is null
    """,
)

add_mail = Statement(
    "Put a mail into the outbox.",
    """
    insert into outbox_mail (id, to_address, subject, text_body, html_body, unsubscribe_url)
    values ($1, $2, $3, $4, $5, $6)
    """,
)

take_mail = Query(
    OutgoingMail,
    "The mail with this id, for one worker alone until $3; none when it is done, or in other hands at $2.",
    """
    update outbox_mail set sending_until = $3
    where id = $1 and sent_at is null and given_up_at is null
        and (sending_until is null or sending_until <= $2)
    returning id, to_address, subject, text_body, html_body, calendar, calendar_method, unsubscribe_url
    """,
)

is_waiting = Statement(
    "Whether the mail is still to be sent.",
    "select exists (select from outbox_mail where id = $1 and sent_at is null and given_up_at is null)",
)

mark_mail_sent = Statement(
    "Remember that a mail server took the mail.",
    "update outbox_mail set sent_at = $2, attempts = attempts + 1, last_error = null, sending_until = null "
    "where id = $1",
)

mark_mail_failed = Statement(
    "Remember why a mail could not be sent, and since when ($3) it never will; null: it will be tried again.",
    "update outbox_mail set attempts = attempts + 1, last_error = $2, given_up_at = $3, sending_until = null "
    "where id = $1",
)

forget_mail = Statement(
    "Delete a mail that was not sent and has become untrue.",
    "delete from outbox_mail where id = $1 and sent_at is null",
)

forget_mail_before = Statement(
    "Delete mails made before $1: they hold links and names that nobody needs any more.",
    "delete from outbox_mail where created_at < $1",
)

forget_job_log_before = Statement(
    "Delete what the queue logged of each job before $1; the counts stay in its statistics.",
    "delete from jobs.pgqueuer_log where created < $1 and aggregated",
)

forget_job_statistics_before = Statement(
    "Delete counts of jobs before $1.",
    "delete from jobs.pgqueuer_statistics where created < $1",
)

# PgQueuer's own statement, run by ourselves: on our connections its driver would encode the headers twice,
# and to import it only to ask for its words would make every web process a third slower to start.
enqueue = Statement(
    "Queue jobs: each with a priority, name, payload, delay, key and headers; a key that waits is skipped.",
    """
    with input as materialized (
        select nextval((select pg_get_serial_sequence('jobs.pgqueuer', 'id'))) as id,
            priority, entrypoint, payload, execute_after, dedupe_key, headers, ord
        from unnest($1::int[], $2::text[], $3::bytea[], $4::interval[], $5::text[], $6::jsonb[])
            with ordinality as t(priority, entrypoint, payload, execute_after, dedupe_key, headers, ord)
    ),
    inserted as (
        insert into jobs.pgqueuer as job
            (id, priority, entrypoint, payload, execute_after, dedupe_key, headers, status)
        select id, priority, entrypoint, payload, execute_after + now(), dedupe_key, headers, 'queued'
        from input
        on conflict (dedupe_key)
            where ((status = any (array['queued'::jobs.pgqueuer_status, 'picked'::jobs.pgqueuer_status]))
                and (dedupe_key is not null))
            do nothing
        returning id, entrypoint, priority, dedupe_key
    ),
    logged as (
        insert into jobs.pgqueuer_log (job_id, status, entrypoint, priority)
        select id, 'queued', entrypoint, priority from inserted where id in (select id from input)
    )
    select i.ord as ord, ins.id as id from inserted ins join input i on i.id = ins.id order by i.ord
    """,
)
