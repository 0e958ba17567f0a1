"""What may be asked and answered."""

import pytest

from visavis.booking.questions import Question, answered, check_questions
from visavis.kit.errors import InvalidInputError

TEXT = Question(key="t", label="How are you?", kind="text", required=True)
CHOICE = Question(key="c", label="Where?", kind="choice", choices=["Here", "There"])
YES_NO = Question(key="y", label="Again?", kind="yes_no")
ALL = [TEXT, CHOICE, YES_NO]


def test_answers_are_kept_with_their_questions() -> None:
    kept = answered(ALL, {"t": " Fine \n", "c": "Here", "y": "no"})
    assert [(each.label, each.kind, each.answer) for each in kept] == [
        ("How are you?", "text", "Fine"),
        ("Where?", "choice", "Here"),
        ("Again?", "yes_no", "no"),
    ]
    assert [each.label for each in answered(ALL, {"t": "x", "c": ""})] == ["How are you?"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "answer-t"),
        ({"t": "  "}, "answer-t"),
        ({"t": "x" * 1001}, "answer-t"),
        ({"t": "x", "c": "Elsewhere"}, "answer-c"),
        ({"t": "x", "y": "maybe"}, "answer-y"),
    ],
)
def test_wrong_answers_are_said_beside_the_field(given: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        answered(ALL, given)
    assert set(refused.value.fields) == {field}


def test_an_answer_to_what_is_not_asked_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="questions have changed"):
        answered(ALL, {"t": "x", "z": "y"})


def test_questions_are_checked() -> None:
    assert check_questions(ALL) == {}
    twins = Question(key="c", label="Where?", kind="choice", choices=["Here", "Here"])
    assert set(check_questions([twins])) == {"question-0-choices"}
    assert set(check_questions([YES_NO] * 13)) == {"questions"}
