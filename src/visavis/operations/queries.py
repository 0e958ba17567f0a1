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


add_mail = Statement(
    "Put a mail into the outbox.",
    "insert into outbox_mail (id, to_address, subject, text_body, html_body) values ($1, $2, $3, $4, $5)",
)

find_unsent_mail = Query(
    OutgoingMail,
    "The mail with this id, unless it has been sent.",
    "select id, to_address, subject, text_body, html_body from outbox_mail where id = $1 and sent_at is null",
)

mark_mail_sent = Statement(
    "Remember that a mail server took the mail.",
    "update outbox_mail set sent_at = $2, attempts = attempts + 1, last_error = null where id = $1",
)

mark_mail_failed = Statement(
    "Remember why a mail could not be sent.",
    "update outbox_mail set attempts = attempts + 1, last_error = $2 where id = $1",
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
