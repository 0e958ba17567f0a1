"""Choosing what, how long and when, through HTTP."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from tests.support.tabs import Meeting, Tab, words
from tests.support.world import make_offering, tomorrow_at

from .calendar_pages import page_of, starts


async def test_the_price_is_shown_before_booking(meeting: Meeting, owner: Any) -> None:
    talk = await make_offering(owner, meeting.practitioner.person, name="Long talk", lengths=(50, 80))
    free = await make_offering(
        owner,
        meeting.practitioner.person,
        "nothing_to_pay",
        name="First talk",
        lengths=(20,),
        fixed_price_minor=0,
    )
    first = words(await meeting.client.get(page_of(meeting)))
    assert "Book session · £80.00" in first
    assert "Your request is answered first; you pay by transfer afterwards." in first
    long = words(await meeting.client.get(page_of(meeting, f"?offering={talk}&length=80")))
    assert "Book session · £106.67" in long
    nothing = await meeting.client.get(page_of(meeting, f"?offering={free}"))
    assert "Book session ·" not in words(nothing)
    assert "There is nothing to pay here." in words(nothing)
    assert 'name="length" value="20"' in nothing.text


@pytest.mark.parametrize(
    "query",
    [
        "?offering=01a1fc46-208d-7d37-82cd-0a8d1f7d40bf",
        "?offering=x'; drop table session; --",
        "?length=-1&starts_at=yesterday&zone=Mars",
        "?starts_at=0001-01-01T00:00:00%2B14:00",
        "?starts_at=9999-12-31T23:59:59-14:00",
        "?length=%00&offering=%F0%9F%98%80",
        "?day=0001-01-01&month=9999-12",
        "?day=2026-02-30&month=2026-13",
        "?month=9999-12",
        "?month=-001&day=%D9%A2%D9%A0%D9%A2%D9%A6-01-01",
    ],
)
async def test_an_odd_address_falls_back(meeting: Meeting, query: str) -> None:
    for path in ("", "/slots"):
        page = await meeting.client.get(page_of(meeting, path + query))
        assert page.status_code == 200
        assert starts(page)


async def test_anothers_offering_cannot_be_chosen_here(meeting: Meeting, stranger: Tab, owner: Any) -> None:
    theirs = await make_offering(owner, stranger.person, name="Elsewhere")
    page = await meeting.client.get(page_of(meeting, f"?offering={theirs}"))
    assert "Elsewhere" not in page.text
    assert f'name="offering_id" value="{meeting.offering}"' in page.text


async def test_a_wish_that_is_gone_brings_the_nearest(meeting: Meeting, stranger: Tab) -> None:
    taken = tomorrow_at(10, 3)
    await meeting.booked(hour=10, days=3)
    page = await stranger.get(page_of(meeting, f"?starts_at={taken:%Y-%m-%dT%H:%M:%SZ}"))
    assert "This time is no longer free" in words(page)
    near = starts(page)[:3]
    assert f'aria-current="date">{taken.astimezone(ZoneInfo("Europe/London")).day}<' in page.text
    assert near == sorted({taken + timedelta(minutes=minutes) for minutes in (-90, -60, 60)})
    free = await stranger.get(page_of(meeting, f"?starts_at={near[0]:%Y-%m-%dT%H:%M:%SZ}"))
    assert "no longer free" not in words(free)
    assert free.text.count(" checked") == 1
    [address] = re.findall(r'<div id="slots"[^>]* hx-get="([^"]+)"', free.text)
    assert "starts_at=" in address, "read again, it stays chosen"


async def test_a_choice_survives_the_sign_in(meeting: Meeting, client: Any) -> None:
    anybody = client()
    page = await anybody.get(page_of(meeting))
    assert "Sign in to book · £80.00" in words(page)
    assert 'name="notes"' not in page.text, "words about oneself never stand in an address"
    chosen = starts(page)[-1].strftime("%Y-%m-%dT%H:%M:%SZ")
    typed = {
        "offering": str(meeting.offering),
        "length": "60",
        "zone": "",
        "starts_at": chosen,
        "sign-in": "yes",
    }
    answer = await anybody.get(page_of(meeting), params=typed)
    assert answer.status_code == 303
    address = urlsplit(answer.headers["location"])
    assert address.path == "/sign-in"
    [back] = parse_qs(address.query)["next"]
    assert back.startswith(page_of(meeting))
    again = await meeting.client.get(back)
    assert re.search(rf'value="{chosen}"[^>]* checked', again.text)


async def test_the_practitioner_cannot_book_here(meeting: Meeting) -> None:
    page = await meeting.practitioner.get(page_of(meeting))
    assert "Sessions with yourself cannot be booked" in words(page)
    assert "Book session ·" not in words(page)


async def test_a_new_rate_reaches_the_open_page(meeting: Meeting, stranger: Tab, owner: Any) -> None:
    page = await meeting.client.get(page_of(meeting, "?zone=Asia/Tokyo"))
    [address] = re.findall(r'<div id="price"[^>]* hx-get="([^"]+)"', page.text)
    await meeting.practitioner.post("/practice/rate", {"rate": "95", "currency": "GBP"})
    part = await meeting.client.get(address.replace("&amp;", "&"))
    assert part.text.lstrip().startswith('<div id="price"')
    assert "Book session · £95.00" in words(part)
    await owner.execute("update offering set lengths_minutes = '{30}'")
    gone = await meeting.client.get(address.replace("&amp;", "&"))
    assert gone.status_code == 404, "never the price of something else"
