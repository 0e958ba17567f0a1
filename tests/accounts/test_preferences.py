"""Preferences: clock, language, reminders."""

from typing import Any

import pytest

from tests.accounts.visits import join, submit

PATH = "/account/preferences"
GOOD = {"time_zone": "Asia/Tokyo", "locale": "en", "remind": ["1440", "60"]}


async def test_what_is_chosen_is_kept_and_shown(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    page = (await ada.get(PATH)).text
    assert 'value="1440" checked' in page
    answer = await submit(ada, PATH, GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?saved")
    assert await owner.fetchval("select remind_before_minutes from account") == [1440, 60]
    assert await owner.fetchval("select time_zone from person") == "Asia/Tokyo"
    page = (await ada.get(f"{PATH}?saved")).text
    assert "Your preferences are saved" in page
    assert page.count(" checked>") == 2
    assert "Tokyo" in page


async def test_no_reminders_is_a_choice(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    await submit(ada, PATH, {"time_zone": "UTC", "locale": "en"})
    assert await owner.fetchval("select remind_before_minutes from account") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"locale": "xx"},
        {"remind": ["7"]},
        {"remind": ["60; drop table account"]},
        {"remind": ["15", "60", "180", "1440", "2880"]},
    ],
)
async def test_what_is_wrong_is_said_and_nothing_changes(client: Any, owner: Any, wrong: Any) -> None:
    ada = await join(client(), owner)
    answer = await submit(ada, PATH, GOOD | wrong)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert await owner.fetchval("select remind_before_minutes from account") == [1440]
    assert await owner.fetchval("select time_zone from person") == "Europe/London"


async def test_only_english_is_offered_because_only_english_is_there(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    page = (await ada.get(PATH)).text
    assert page.count('<option value="en" selected>English</option>') == 1
    assert "There is one language so far" in page
