"""SQL of hints: some send them; the others run on the LISTEN connection, for no account."""

from visavis.kit.as_of import BEGUN
from visavis.kit.sql import Statement

CHANNEL = "visavis"


def hint_sql(words: str) -> str:
    """SQL that sends the hint `words` with the commit, and says by which transaction (kit/as_of.py)."""
    return (
        f"""pg_notify('{CHANNEL}', '{{"transaction":' || pg_current_xact_id() || ',' || substr({words}, 2))"""
    )


hint = Statement(
    "Name a change to every web process when this transaction commits.", f"select {hint_sql('$1')}"
)
notify = Statement(
    "Tell every web process when this transaction commits.", f"select pg_notify('{CHANNEL}', $1)"
)
begun = Statement("Above which number no transaction has begun.", f"select {BEGUN}")
still_valid = Statement(
    "Which digests of sign-ins and API keys still open the door.", "select still_valid($1::bytea[])"
)
still_listening = Statement(
    "Whether this very connection hears the channel (behind a transaction pooler it would not).",
    "select exists (select from pg_listening_channels() as channel where channel = $1)",
)
