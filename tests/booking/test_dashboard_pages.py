"""Around the sections: order, title, badge, live parts, empty dashboards, history, statements."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support.tabs import Meeting, Tab, words
from tests.support.world import make_person

ROW = '<li id="session-'


def order(page: str) -> list[str]:
    return re.findall(r'<section class="section[^"]*" id="(\w+)"', page)


async def test_what_needs_the_reader_comes_first_and_is_counted_in_the_title(meeting: Meeting) -> None:
    await meeting.booked(hour=9)
    await meeting.approved(hour=11)
    await meeting.paid(hour=13)
    page = await meeting.client.get("/dashboard/client")
    assert order(page.text)[0] == "payment"
    assert order(page.text)[-1] == "history"
    assert "<title>(1) Sessions · Visavis</title>" in page.text

    page = await meeting.practitioner.get("/dashboard/practitioner/sections")
    assert order(page.text)[:2] == ["pending", "verify"]
    assert page.text.startswith("<title>(2) Sessions · Visavis</title>")
    assert "<html" not in page.text


async def test_the_live_part_answers_the_element_that_asks(meeting: Meeting) -> None:
    await meeting.booked()
    page = (await meeting.client.get("/dashboard/client")).text
    assert re.search(r'<div id="board" data-live="dashboard" hx-get="/dashboard/client/sections"', page)
    fragment = (await meeting.client.get("/dashboard/client/sections")).text
    assert fragment.count('<div id="board" data-live="dashboard"') == 1


async def test_an_empty_dashboard_says_the_next_step(meeting: Meeting, owner: Any, client: Any) -> None:
    page = await meeting.client.get("/dashboard/client")
    assert "Nothing arranged yet" in words(page)
    assert 'href="/practitioners"' in page.text
    assert "Each request appears here" in words(await meeting.practitioner.get("/dashboard/practitioner"))

    newcomer = await make_person(owner, "Nora New")
    await owner.execute("update account set is_practitioner = true where id = $1", newcomer.id)
    tab = Tab(newcomer, client())
    assert "Open your practice" in words(await tab.get("/dashboard/practitioner"))
    await owner.execute("insert into practice (practitioner_id, time_zone) values ($1, 'UTC')", newcomer.id)
    page = await tab.get("/dashboard/practitioner")
    steps = {
        "rate": "Set your rate",
        "offerings/new": "Add something to book",
        "availability": "Say when you work",
    }
    for place, step in steps.items():
        assert re.search(rf'href="/practice/{place}"[^>]*>{step}', page.text)
    assert "Show it to clients" in words(page)


async def test_the_latest_history_is_shown_and_leads_to_all_of_it(meeting: Meeting, owner: Any) -> None:
    await _many_past(owner, meeting, 9)
    page = (await meeting.client.get("/dashboard/client")).text
    assert page.count(ROW) == 6
    assert 'href="/sessions?side=client&amp;status=over"' in page
    over = await meeting.client.get("/sessions?side=client&status=over")
    assert over.text.count('<article class="session"') == 9


async def _many_past(owner: Any, meeting: Meeting, count: int) -> None:
    midday = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    for day in range(1, count + 1):
        start = midday - timedelta(days=day)
        await owner.execute(
            """
            insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status,
                during, blocked, length_minutes, price_minor, currency, policy)
            select $1, $2, id, name, 'client', 'cancelled',
                tstzrange($3, $4), tstzrange($3, $4), 60, 8000, 'GBP', policy
            from offering where id = $5""",
            meeting.practitioner.person.id,
            meeting.client.person.id,
            start,
            start + timedelta(hours=1),
            meeting.offering,
        )


async def test_the_dashboard_leads_to_the_side_where_one_works(meeting: Meeting, client: Any) -> None:
    async def place(tab: httpx.AsyncClient) -> str:
        return (await tab.get("/dashboard")).headers["location"]

    assert await place(meeting.client.client) == "/dashboard/client"
    assert await place(meeting.practitioner.client) == "/dashboard/practitioner"
    assert (await meeting.client.get("/dashboard/practitioner")).status_code == 403
    assert (await meeting.client.get("/dashboard/system")).status_code == 404
    assert (await meeting.practitioner.get("/dashboard/client")).status_code == 200
    for path in ("/dashboard", "/dashboard/client", "/dashboard/client/sections"):
        assert (await client().get(path, headers={"hx-request": "true"})).status_code == 401


async def test_a_dashboard_takes_at_most_eight_statements(meeting: Meeting, db: Any, statements: Any) -> None:
    await meeting.booked(hour=9)
    await meeting.approved(hour=11)
    await meeting.confirmed(hour=13)
    for tab, side in ((meeting.client, "client"), (meeting.practitioner, "practitioner")):
        with statements() as made:
            await tab.get(f"/dashboard/{side}")
        assert len(made) <= 8, made


async def test_the_navigation_of_every_page_counts_what_waits(meeting: Meeting) -> None:
    session = await meeting.approved()
    badge = re.compile(r'<span class="waiting" id="waiting-(\w+)"([^>]*)>(\d+)<')
    page = (await meeting.client.get(f"/sessions/{session.id}")).text
    assert 'hx-get="/dashboard/client/waiting"' in page
    fragment = badge.findall((await meeting.client.get("/dashboard/client/waiting")).text)
    assert [(at, count, "hidden" in rest) for at, rest, count in fragment] == [
        ("top", "1", False),
        ("bottom", "1", False),
    ]
    assert 'hx-swap-oob="true"' in fragment[1][1]
    theirs = badge.findall((await meeting.practitioner.get("/dashboard/practitioner")).text)
    assert [(count, "hidden" in rest, "hx-get" in rest) for _, rest, count in theirs] == [
        ("0", True, False),
        ("0", True, False),
    ]
    assert (
        "/dashboard/practitioner/waiting" in (await meeting.practitioner.get(f"/sessions/{session.id}")).text
    )
