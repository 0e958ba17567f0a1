"""The session manager: every filter, alone and together; totals; pages; what each side may see."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

from tests.support.tabs import Meeting, Tab, now, words
from tests.support.world import make_offering, move_to_past
from visavis.booking import actions
from visavis.booking.filters import address, read_filter, read_place, write_place

CARD = re.compile(r'<article class="session" id="session-([0-9a-f-]+)"')


async def ids(tab: Tab, **asked: Any) -> list[str]:
    """The sessions that the manager shows under this filter, in order."""
    page = await tab.get(f"/sessions?{urlencode(asked)}")
    assert page.status_code == 200, page.text
    return CARD.findall(page.text)


def figures(page: Any) -> dict[str, str]:
    found = re.findall(r"<dt>([^<]+)</dt><dd>([^<]*)</dd>", page.text)
    return {term: value.strip() for term, value in found}


async def test_status_groups_and_single_ones(meeting: Meeting, owner: Any) -> None:
    asked = await meeting.booked(hour=9)
    due = await meeting.approved(hour=11)
    sure = await meeting.confirmed(hour=13)
    gone = await meeting.booked(hour=15)
    await actions.cancel(meeting.db, meeting.as_client, gone.id, "A cold", now())
    tab = meeting.practitioner
    assert await ids(tab) == [str(each.id) for each in (gone, sure, due, asked)]
    assert await ids(tab, status="open") == [str(each.id) for each in (asked, due, sure)]
    assert await ids(tab, status="over") == [str(gone.id)]
    assert await ids(tab, status="confirmed") == [str(sure.id)]
    assert await ids(tab, status="open", order="latest") == [str(each.id) for each in (sure, due, asked)]
    assert await ids(meeting.client, status="approved") == [str(due.id)]


async def test_person_is_found_by_a_part_of_the_name_taken_literally(meeting: Meeting, owner: Any) -> None:
    session = await meeting.booked()
    for name, found in (("emma", True), ("CLARKE", True), ("sarah", False), ("%", False), ("e_ma", False)):
        assert await ids(meeting.practitioner, person=name) == [str(session.id)] * found, name
    assert await ids(meeting.client, person="Sarah") == [str(session.id)]
    await owner.execute("update person set name = '100%_Emma' where id = $1", meeting.client.person.id)
    assert await ids(meeting.practitioner, person="0%_e") == [str(session.id)]


async def test_days_are_days_of_the_readers_clock(meeting: Meeting, owner: Any) -> None:
    session = await meeting.booked(hour=2, days=5)  # 2:00 in London, the evening before in New York
    london = session.starts_at.astimezone(UTC).date()
    for tab, day in ((meeting.practitioner, london), (meeting.client, london - timedelta(days=1))):
        near = {"from": day.isoformat(), "to": day.isoformat()}
        assert await ids(tab, **near) == [str(session.id)]
        assert await ids(tab, **{"from": (day + timedelta(days=1)).isoformat()}) == []
        assert await ids(tab, to=(day - timedelta(days=1)).isoformat()) == []


async def test_offering_and_payment(meeting: Meeting, owner: Any) -> None:
    due = await meeting.approved(hour=9)
    paid = await meeting.confirmed(hour=11)
    free = await make_offering(owner, meeting.practitioner.person, "nothing_to_pay", name="First talk")
    meeting.offering = free
    talk = await meeting.booked(hour=13)
    tab = meeting.practitioner
    assert await ids(tab, offering=free) == [str(talk.id)]
    assert await ids(tab, payment="due") == [str(due.id)]
    assert await ids(tab, payment="paid") == [str(paid.id)]
    assert await ids(tab, payment="free") == [str(talk.id)]
    assert await ids(tab, payment="paid", status="approved") == []
    page = await tab.get(f"/sessions?offering={free}&person=emma")
    assert "Without: First talk" in page.text
    assert "First talk</option>" in page.text
    assert "First talk · Dr. Sarah Johnson</option>" in (await meeting.client.get("/sessions")).text


async def test_what_was_paid_stays_paid_when_it_is_called_off(meeting: Meeting) -> None:
    session = await meeting.confirmed(days=9)
    await actions.cancel(meeting.db, meeting.as_practitioner, session.id, "I am ill", now())
    assert await ids(meeting.client, payment="paid") == [str(session.id)]


async def test_totals_are_of_all_that_match(meeting: Meeting, owner: Any) -> None:
    await meeting.confirmed(hour=9)
    await meeting.approved(hour=11)
    late = await meeting.booked(hour=13)
    await actions.cancel(meeting.db, meeting.as_client, late.id, "A cold", now())
    await owner.execute("update session set cancelled_late = true where id = $1", late.id)
    dollars = await meeting.confirmed(hour=15)
    await owner.execute("update session set currency = 'USD' where id = $1", dollars.id)
    missed = await meeting.confirmed(hour=17)
    await move_to_past(owner, missed.id)
    await actions.start(meeting.db, meeting.as_practitioner, missed.id, now())
    await actions.mark_no_show(meeting.db, meeting.as_practitioner, missed.id, now())
    shown = figures(await meeting.practitioner.get("/sessions"))
    assert (shown["Sessions"], shown["Time"]) == ("5", "3 hrs")
    assert shown["Paid"] == "£160.00 · US$80.00"
    assert shown["Awaited"] == "£80.00"
    assert (shown["No-shows"], shown["Late cancellations"]) == ("1", "1")


async def test_cards_carry_what_sessions_are_managed_by(meeting: Meeting, owner: Any) -> None:
    await meeting.booked(notes="I sleep <badly>")
    email = await owner.fetchval("select email from account where id = $1", meeting.client.person.id)
    page = await meeting.practitioner.get("/sessions")
    assert "I sleep &lt;badly&gt;" in page.text
    assert "To pay once approved" in words(page)
    assert "Approve" in words(page)
    assert email not in page.text  # nothing is agreed yet
    await meeting.approved(hour=15)
    assert f"mailto:{email}" in (await meeting.practitioner.get("/sessions")).text
    theirs = await owner.fetchval("select email from account where id = $1", meeting.practitioner.person.id)
    assert theirs not in (await meeting.client.get("/sessions")).text


async def test_pages_follow_each_other_without_loss_both_ways(meeting: Meeting, owner: Any) -> None:
    await owner.execute(
        """insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status,
            during, blocked, length_minutes, price_minor, currency, policy)
        select $1, $2, id, name, 'client', 'cancelled', d, d, 60, 8000, 'GBP', policy from offering,
            generate_series(0, 59) n, lateral (select tstzrange(now() - n / 2 * interval '1 day',
                now() - n / 2 * interval '1 day' + interval '1 hour') as d) it where id = $3""",
        meeting.practitioner.person.id,
        meeting.client.person.id,
        meeting.offering,
    )
    path, seen, back = "/sessions?side=client", [], ""
    while path:
        page = (await meeting.client.get(path)).text
        seen.append(CARD.findall(page))
        back = found[1] if (found := re.search(r'rel="next" href="([^"]+)"', page)) else ""
        path = (
            found[1].replace("&amp;", "&") if (found := re.search(r'rel="prev" href="([^"]+)"', page)) else ""
        )
    assert [len(each) for each in seen] == [24, 24, 12]
    assert len({each for leaf in seen for each in leaf}) == 60
    assert CARD.findall((await meeting.client.get(back.replace("&amp;", "&"))).text) == seen[1]


async def test_nothing_that_is_not_in_the_list_is_understood(meeting: Meeting) -> None:
    session = await meeting.booked()
    for odd in (
        {"order": "starts_at; drop table session"},
        {"order": "price"},
        {"status": "'; --"},
        {"payment": "1=1"},
        {"offering": "x"},
        {"from": "0000-00-00", "to": "yesterday"},
        {"from": "0001-01-01", "to": "9999-12-31"},
        {"after": "nonsense"},
        {"before": f"2026-01-01T00:00:00~{uuid4()}"},
        {"after": "2026-01-01T00:00:00Z~1"},
        {"person": "\x00emma"},
    ):
        assert await ids(meeting.practitioner, **odd) == [str(session.id)], odd


async def test_empty_conditions_leave_the_address(meeting: Meeting) -> None:
    answer = await meeting.client.get("/sessions?side=client&person=&status=open&from=&to=&offering=")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sessions?side=client&status=open")


async def test_the_live_part_keeps_the_filter(meeting: Meeting) -> None:
    session = await meeting.booked()
    page = (await meeting.practitioner.get("/sessions?status=open&person=emma")).text
    found = re.search(r'id="sessions" class="stack" data-live="dashboard" hx-get="([^"]+)"', page)
    assert found
    fragment = (await meeting.practitioner.get(found[1].replace("&amp;", "&"))).text
    assert CARD.findall(fragment) == [str(session.id)]
    assert "<html" not in fragment


async def test_sides_are_kept_apart(meeting: Meeting, stranger: Tab, owner: Any) -> None:
    session = await meeting.booked()
    assert await ids(meeting.practitioner, side="client") == []
    assert await ids(meeting.client, side="client") == [str(session.id)]
    assert (await meeting.client.get("/sessions?side=practitioner")).status_code == 403
    assert (await meeting.client.get("/sessions?side=system")).status_code == 404
    assert await ids(stranger) == []
    assert await ids(stranger, offering=meeting.offering) == []


async def test_contacts_are_told_to_nobody_else(meeting: Meeting, stranger: Tab, db: Any) -> None:
    await meeting.approved()
    query = "select count(*) from addresses_of_clients($1)"
    for tab, expected in ((meeting.practitioner, 1), (meeting.client, 0), (stranger, 0)):
        async with db.handle().transaction(tab.person.actor) as tx:
            assert await tx.fetchval(query, [meeting.client.person.id, tab.person.id]) == expected


@pytest.mark.parametrize(
    "text", ["status=open&order=latest", "person=a+b%26c", "from=2026-11-01&to=2026-11-30"]
)
def test_an_address_says_what_its_filter_says(text: str) -> None:
    asked = dict(pair.split("=") for pair in text.replace("%26", "&#").split("&") if "=" in pair)
    wanted = read_filter("client", {name: value.replace("+", " ") for name, value in asked.items()})
    assert read_filter("client", _query(address(wanted))) == wanted


def _query(path: str) -> dict[str, str]:
    return dict(httpx.URL(path).params)


def test_a_place_is_read_as_it_was_written() -> None:
    at, session_id = datetime(2026, 10, 25, 1, 30, 0, 123456, UTC), uuid4()
    written = _query(f"/?{write_place('after', at, session_id)}")["after"]
    assert read_place(written) == (at, session_id)
    assert read_filter("client", {"from": "1900-01-01"}).first == date(1970, 1, 1)
