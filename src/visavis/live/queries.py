"""SQL of hints: one sends them; the others run on the LISTEN connection, for no account."""

from visavis.kit.sql import Statement

CHANNEL = "visavis"

notify = Statement(
    "Wake every web process when this transaction commits.", f"select pg_notify('{CHANNEL}', $1)"
)
still_valid = Statement(
    "Which digests of sign-ins and API keys still open the door.", "select still_valid($1::bytea[])"
)
still_listening = Statement(
    "Whether this very connection hears the channel (behind a transaction pooler it would not).",
    "select exists (select from pg_listening_channels() as channel where channel = $1)",
)
