"""What an offering asks: edited as rows of its form, with and without scripts."""

import json
import re
from typing import Any

import pytest

from tests.support.tabs import Meeting, words

from .typed import OFFERING


def asked(*rows: dict[str, str]) -> dict[str, str]:
    return {f"question-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


SLEEP = {"key": "aaaa1111", "label": "How do you sleep?", "kind": "text", "required": "yes", "choices": ""}
PLACE = {
    "key": "bbbb2222",
    "label": "Where?",
    "kind": "choice",
    "choices": "Online\r\n At the practice \n\nOnline",
}
FIRST = {"key": "cccc3333", "label": "First time?", "kind": "yes_no", "choices": "left over"}


async def test_questions_are_kept_with_the_offering(meeting: Meeting, owner: Any) -> None:
    sarah = meeting.practitioner
    answer = await sarah.post("/practice/offerings", OFFERING | asked(SLEEP, PLACE, FIRST))
    assert answer.status_code == 303
    row = await owner.fetchrow("select id, questions::text from offering order by created_at desc limit 1")
    kept = json.loads(row["questions"])
    assert [(each["key"], each["kind"], each["required"], each["choices"]) for each in kept] == [
        ("aaaa1111", "text", True, []),
        ("bbbb2222", "choice", False, ["Online", "At the practice"]),
        ("cccc3333", "yes_no", False, []),
    ]
    form = (await sarah.get(f"/practice/offerings/{row['id']}")).text
    assert 'name="question-0-key" value="aaaa1111"' in form
    assert 'value="How do you sleep?"' in form
    assert "Online\nAt the practice</textarea>" in form


async def test_rows_are_added_moved_and_removed_without_scripts(meeting: Meeting, owner: Any) -> None:
    sarah = meeting.practitioner
    typed = OFFERING | asked(SLEEP, PLACE)
    added = await sarah.post("/practice/offerings", typed | {"rows": "add"})
    assert added.status_code == 200
    assert "Question 3" in words(added)
    assert "For two" in added.text, "nothing typed is lost"
    assert len(set(re.findall(r'name="question-\d-key" value="(\w{8})"', added.text))) == 3
    moved = await sarah.post("/practice/offerings", typed | {"rows": "up-1"})
    assert re.findall(r'name="question-\d-key" value="(\w+)"', moved.text) == ["bbbb2222", "aaaa1111"]
    removed = await sarah.post(f"/practice/offerings/{meeting.offering}", typed | {"rows": "remove-0"})
    assert re.findall(r'name="question-\d-key" value="(\w+)"', removed.text) == ["bbbb2222"]
    for odd in ("up-0", "remove-9", "remove-x", "nothing", "remove-٣"):
        same = await sarah.post("/practice/offerings", typed | {"rows": odd})
        assert len(re.findall(r'name="question-\d-key"', same.text)) == 2, odd
    assert await owner.fetchval("select count(*) from offering") == 1


@pytest.mark.parametrize(
    ("row", "said", "field"),
    [
        (SLEEP | {"label": " "}, "Please write the question", "label"),
        (SLEEP | {"label": "x" * 201}, "Please keep this to 200 characters", "label"),
        (PLACE | {"choices": "Only one"}, "Please write 2 to 12 different choices", "choices"),
        (PLACE | {"choices": "a\n" + "x" * 101}, "Please keep each choice to 100", "choices"),
    ],
)
async def test_a_wrong_question_is_said_beside_it(
    meeting: Meeting, owner: Any, row: dict[str, str], said: str, field: str
) -> None:
    answer = await meeting.practitioner.post("/practice/offerings", OFFERING | asked(FIRST, row))
    assert answer.status_code == 422
    assert said in words(answer)
    assert f'id="question-1-{field}-error"' in answer.text
    assert await owner.fetchval("select count(*) from offering") == 1


async def test_twelve_are_enough(meeting: Meeting) -> None:
    rows = [FIRST | {"key": f"k{n:07}"} for n in range(13)]
    sarah = meeting.practitioner
    full = await sarah.post("/practice/offerings", OFFERING | asked(*rows[:12]) | {"rows": "add"})
    assert "Question 13" not in words(full)
    assert "Add a question" not in words(full)
    refused = await sarah.post("/practice/offerings", OFFERING | asked(*rows))
    assert (refused.status_code, "at most 12 questions" in words(refused)) == (422, True)
