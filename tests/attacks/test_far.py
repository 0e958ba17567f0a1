"""Numbers and instants at the edge of what can be counted, where only the newest pages read them."""

import pytest

from tests.support.tabs import Meeting

NOBODY = "00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize("way", ["after", "before"])
@pytest.mark.parametrize(
    "instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.999999Z"]
)
async def test_a_page_next_to_the_end_of_time(meeting: Meeting, way: str, instant: str) -> None:
    """ASVS 2.2.1: the place of a page of sessions, which UTC may not have."""
    for tab, side in ((meeting.client, "client"), (meeting.practitioner, "practitioner")):
        answer = await tab.get(f"/sessions?side={side}&{way}={instant.replace('+', '%2B')}~{NOBODY}")
        assert answer.status_code == 200


@pytest.mark.parametrize("wish", ["up-00099", "up-000" + "9" * 5000, "remove-000999", "up-²", "up--1"])
async def test_a_question_of_no_place(meeting: Meeting, wish: str) -> None:
    questions = {"question-0-label": "What brings you here?", "question-1-label": "Since when?"}
    answer = await meeting.practitioner.post("/practice/offerings", questions | {"rows": wish})
    assert answer.status_code == 200
    assert answer.text.index("What brings you here?") < answer.text.index("Since when?")
