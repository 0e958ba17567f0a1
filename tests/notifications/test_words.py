"""Every kind that somebody is told of has words, a sound or none, and a group; quiet hours are quiet."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

import visavis
from visavis.booking.life import Verb
from visavis.kit.clock import zone
from visavis.kit.errors import InvalidInputError
from visavis.notifications.choosing import read_choice, values_of
from visavis.notifications.rules import Choice, is_quiet, loudness
from visavis.notifications.words import GROUPS, WORDS, Words, words_for

_TELLS = {"record": 2, "announce": 2, "_record": 2, "_tell": 2, "Told": 0}
"""What tells people of something, and which of its arguments names it."""
_SOURCE = Path(visavis.__file__).parent


def kinds_told() -> Iterator[str]:
    """What modules that tell people of something call it: steps of the table, and names written there."""
    yield from (verb.value for verb in Verb)
    for path in _SOURCE.rglob("*.py"):
        text = path.read_text()
        if "notifications.actions import tell" in text or "import announce" in text or "announce\n" in text:
            yield from _named(ast.parse(text))


def _named(tree: ast.Module) -> Iterator[str]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name not in _TELLS:
            continue
        arguments = [each for argument in call.args for each in _spread(argument, tree)]
        for argument in arguments[_TELLS[name] : _TELLS[name] + 1]:
            yield from _texts(argument, tree)


def _spread(argument: ast.expr, tree: ast.Module) -> list[ast.expr]:
    """`*what` is what stands in the tuple of this name."""
    if not isinstance(argument, ast.Starred):
        return [argument]
    tuples = [each for each in _assigned(argument.value, tree) if isinstance(each, ast.Tuple)]
    return tuples[0].elts if tuples else []


def _texts(said: ast.expr, tree: ast.Module) -> Iterator[str]:
    """The texts that an expression can be: written there, chosen there, or under a name of the module."""
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        yield said.value
    elif isinstance(said, ast.IfExp):
        yield from (*_texts(said.body, tree), *_texts(said.orelse, tree))
    elif isinstance(said, ast.Name):
        for each in _assigned(said, tree):
            yield from _texts(each, tree)


def _assigned(name: ast.expr, tree: ast.Module) -> list[ast.expr]:
    wanted = getattr(name, "id", "")
    assignments = (node for node in ast.walk(tree) if isinstance(node, ast.Assign))
    return [each.value for each in assignments if any(getattr(to, "id", "") == wanted for to in each.targets)]


def every_words() -> Iterator[Words]:
    for found in WORDS.values():
        yield from [found] if isinstance(found, Words) else found.values()


def test_somebody_thought_of_words_for_every_kind() -> None:
    told = set(kinds_told())
    seen = {"book", "reschedule", "lapse_time", "invite", "propose_session", "meet_here", "lack_credits"}
    assert seen | {"set_meeting_link", "remove_meeting_link", "request_credits", "grant_credits"} < told
    assert told - set(WORDS) == set()


def test_each_group_is_used_and_sentences_can_be_filled_in() -> None:
    assert {words.group for words in every_words()} == set(GROUPS)
    assert {words.sound for words in every_words()} == {"request", "acceptance", "message", "none"}
    for words in every_words():
        assert words.sentence % {"name": "Ada", "when": "now", "was": "then"}


def test_a_kind_of_tomorrow_fails_no_page() -> None:
    assert words_for("something new", "client").sentence == "Something changed"
    assert words_for("book", "practitioner", "automatic") != words_for("book", "practitioner", "required")


@pytest.mark.parametrize(
    ("begins", "ends", "at", "quiet"),
    [
        ("22:00", "07:00", "21:59", False), ("22:00", "07:00", "22:00", True),
        ("22:00", "07:00", "06:59", True), ("22:00", "07:00", "07:00", False),
        ("12:00", "13:00", "12:30", True), ("12:00", "13:00", "13:00", False),
    ],
)  # fmt: skip
def test_quiet_hours_are_on_the_persons_clock(begins: str, ends: str, at: str, quiet: bool) -> None:
    choice = Choice(quiet_from=time.fromisoformat(begins), quiet_to=time.fromisoformat(ends))
    tokyo = zone("Asia/Tokyo")
    now = datetime.combine(datetime(2026, 11, 24, tzinfo=UTC), time.fromisoformat(at), tokyo)
    assert is_quiet(choice, tokyo, now.astimezone(UTC)) is quiet
    loud = loudness(words_for("book", "practitioner"), choice, tokyo, now)
    assert (loud.sound, loud.shown) == (("none", False) if quiet else ("request", True))


def test_what_is_switched_off_is_not_heard() -> None:
    words, now, here = words_for("book", "practitioner"), datetime.now(UTC), zone("UTC")
    for choice in (Choice(sound_on=False), Choice(volume=0), Choice(sound_off=["requests"])):
        assert loudness(words, choice, here, now).sound == "none"
    assert not loudness(words, Choice(browser_off=["requests"]), here, now).shown


def test_a_choice_survives_its_form() -> None:
    choice = Choice(
        sound_on=False, volume=35, quiet_from=time(22), quiet_to=time(7, 30), mail_off=["feedback"]
    )
    assert read_choice(values_of(choice)) == choice


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"volume": "101"}, "volume"), ({"volume": "loud"}, "volume"), ({"quiet_from": "late"}, "quiet_from"),
        ({"quiet_from": "22:00"}, "quiet_to"), ({"quiet_from": "08:00", "quiet_to": "08:00"}, "quiet_to"),
        ({"quiet_from": "08:00+02:00", "quiet_to": "09:00"}, "quiet_from"),
    ],
)  # fmt: skip
def test_a_form_that_makes_no_sense_is_refused(wrong: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_choice(values_of(Choice()) | wrong)
    assert list(refused.value.fields) == [field]
