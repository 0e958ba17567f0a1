"""What may be said and how it is known again: without a database."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.chat import rules
from visavis.chat.errors import EditTooLateError, MessageGoneError
from visavis.chat.rules import Draft, Message, Upload
from visavis.kit.errors import ForbiddenError, InvalidInputError

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
AUTHOR = uuid4()
SAID = Message(
    id=uuid4(), room_id=uuid4(), number=2, version=2, author_id=AUTHOR, author_name="Emma", body="Hello",
    reply=None, session_id=None, created_at=NOON, edited_at=None, deleted_at=None, files=[],
)  # fmt: skip
UPLOADS = st.lists(st.builds(Upload, st.text(max_size=5), st.binary(min_size=1, max_size=5)), max_size=3)
DRAFTS = st.builds(Draft, body=st.text(max_size=20), reply_to=st.none() | st.uuids(), files=UPLOADS)


@given(DRAFTS, DRAFTS)
def test_drafts_are_known_again_and_told_apart(one: Draft, other: Draft) -> None:
    again = msgspec.structs.replace(one, files=tuple(one.files))
    assert rules.digest(again) == rules.digest(one)
    assert (rules.digest(one) == rules.digest(other)) == (
        (one.body, one.reply_to, list(one.files)) == (other.body, other.reply_to, list(other.files))
    )


@given(st.text())
def test_words_are_kept_whole_or_refused(body: str) -> None:
    try:
        kept = rules.check_words(body, with_files=False)
    except InvalidInputError:
        assert not body.strip() or len(body.strip()) > rules.MOST_CHARACTERS
        return
    assert kept == rules.check_words(kept, with_files=False)
    assert kept.split() == body.split()


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft(body=" \n"), "body"),
        (Draft(body="x" * 4001), "body"),
        (Draft(body="x", files=[Upload("a", b"x")] * 6), "files"),
        (Draft(body="x", files=[Upload("a", b"")]), "files"),
        (Draft(body="x", files=[Upload("a", b"x" * (rules.MOST_FILE_BYTES + 1))]), "files"),
    ],
)
def test_what_is_too_much_or_too_little_is_refused(draft: Draft, field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        rules.check(draft)
    assert list(refused.value.fields) == [field]


@given(st.text(), st.sampled_from(["jpg", "pdf"]))
def test_names_of_files_are_plain_and_short(given_name: str, ending: str) -> None:
    name = rules.file_name(given_name, ending)
    assert 1 <= len(name) <= rules.MOST_NAME
    assert name.isprintable()
    assert name.endswith(f".{ending}")
    assert not set("/\\") & set(name)


@given(st.integers(-3600, 86400))
def test_one_changes_ones_own_for_five_minutes(seconds: int) -> None:
    at = NOON + timedelta(seconds=seconds)
    assert rules.may_edit(SAID, AUTHOR, at) == (seconds <= 300)
    assert not rules.may_edit(SAID, uuid4(), at)


def test_why_it_cannot_be_changed() -> None:
    late = NOON + timedelta(minutes=6)
    card = msgspec.structs.replace(SAID, session_id=uuid4())
    gone = msgspec.structs.replace(SAID, deleted_at=NOON)
    for message, who, error in (
        (SAID, AUTHOR, EditTooLateError),
        (SAID, uuid4(), ForbiddenError),
        (card, AUTHOR, ForbiddenError),
        (gone, AUTHOR, MessageGoneError),
    ):
        assert isinstance(rules.refusal_to_edit(message, who, late), error)
