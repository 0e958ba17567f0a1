"""What an offering asks when somebody books, and what may be answered. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _

Kind = Literal["text", "choice", "yes_no"]

KINDS: dict[Kind, str] = {
    "text": _("A few words"),
    "choice": _("One of several choices"),
    "yes_no": _("Yes or no"),
}
MOST_QUESTIONS = 12
MOST_LABEL = 200  # characters
MOST_CHOICES = 12
MOST_CHOICE = 100  # characters
MOST_ANSWER = 1000  # characters


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question. `key` stays when the words change, so that what is being typed finds its place."""

    key: str
    label: str
    kind: Kind
    required: bool = False
    choices: list[str] = []

    @property
    def field(self) -> str:
        """The name of its field in a form."""
        return f"answer-{self.key}"


class Answer(msgspec.Struct, frozen=True):
    """What was answered, with the question as it was: `answer` is text, one of the choices, 'yes' or 'no'."""

    label: str
    kind: Kind
    answer: str


def questions_in(stored: Sequence[Any]) -> list[Question]:
    """As they are kept with an offering."""
    return msgspec.convert(stored, list[Question])


def answers_in(stored: Sequence[Any]) -> list[Answer]:
    """As they are kept with a session."""
    return msgspec.convert(stored, list[Answer])


def check_questions(questions: Sequence[Question]) -> dict[str, str]:
    """A sentence for each wrong field: "question-<position>-label" or "question-<position>-choices"."""
    errors: dict[str, str] = {}
    for place, each in enumerate(questions):
        if not each.label:
            errors[f"question-{place}-label"] = _("Please write the question, or remove it.")
        elif len(each.label) > MOST_LABEL:
            errors[f"question-{place}-label"] = _("Please keep this to 200 characters.")
        if each.kind == "choice" and (problem := _wrong_choices(each.choices)):
            errors[f"question-{place}-choices"] = problem
    if len(questions) > MOST_QUESTIONS:
        errors["questions"] = _("Please ask at most 12 questions.")
    return errors


def _wrong_choices(choices: Sequence[str]) -> str:
    if not 2 <= len(set(choices)) <= MOST_CHOICES:
        return _("Please write 2 to 12 different choices, each on a line of its own.")
    if any(len(choice) > MOST_CHOICE for choice in choices):
        return _("Please keep each choice to 100 characters.")
    return ""


def answered(questions: Sequence[Question], given: Mapping[str, str]) -> list[Answer]:
    """The answers to keep; `given` is by key. Raises InvalidInputError with a sentence for each wrong one."""
    known = {each.key for each in questions}
    if not known.issuperset(given):
        raise InvalidInputError(_("The questions have changed meanwhile. Please look at them once more."))
    texts = {each.key: given.get(each.key, "").strip() for each in questions}
    errors = {each.field: problem for each in questions if (problem := _wrong(each, texts[each.key]))}
    if errors:
        raise InvalidInputError(fields=errors)
    return [Answer(each.label, each.kind, texts[each.key]) for each in questions if texts[each.key]]


def _wrong(question: Question, text: str) -> str:
    if not text:
        return _("Please answer this question.") if question.required else ""
    if question.kind == "text":
        return _("Please keep this to 1000 characters.") if len(text) > MOST_ANSWER else ""
    choices = question.choices if question.kind == "choice" else ("yes", "no")
    return "" if text in choices else _("Please choose one of these answers.")
