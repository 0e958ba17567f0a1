"""The bell, the page behind it, and what browsers make heard: each person's own."""

import re
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.tabs import Meeting, words


async def test_the_bell_counts_and_the_page_says_who_what_and_when(meeting: Meeting) -> None:
    session = await meeting.approved(hour=18, days=3)
    emma = meeting.client
    bell = (await emma.get("/notifications/bell")).text
    assert 'data-unread="1"' in bell
    assert 'data-latest="1"' in bell
    page = await emma.get("/notifications")
    assert "Today" in words(page)
    assert "Dr. Sarah Johnson approved the session" in words(page)
    assert f'href="/sessions/{session.id}"' in page.text
    assert session.starts_at is not None
    hers = session.starts_at.astimezone(ZoneInfo("America/New_York"))  # Emma's clock
    assert f"{hers:%H:%M}" in words(page)
    assert (await emma.post("/notifications/read", {"first": "1", "last": "1"})).status_code == 303
    assert 'data-unread="0"' in (await emma.get("/notifications/bell")).text
    assert "New:" not in words(await emma.get("/notifications"))
    # Sarah was told of the request; it was read when she answered it.
    assert 'data-unread="0"' in (await meeting.practitioner.get("/dashboard/practitioner")).text


async def test_numbers_of_others_and_words_that_are_none_mark_nothing(
    meeting: Meeting, stranger: Any
) -> None:
    await meeting.approved(hour=18, days=3)
    for first, last in (("", ""), ("x", "9"), ("-1", "9e9"), ("9" * 30, "9" * 30)):
        assert (await meeting.client.post("/notifications/read", {"first": first, "last": last})).is_redirect
    await stranger.post("/notifications/read", {"first": "1", "last": "99"})
    assert 'data-unread="1"' in (await meeting.client.get("/notifications/bell")).text


async def test_news_says_how_loud_each_is_and_misses_nothing(meeting: Meeting) -> None:
    await meeting.booked(hour=10, days=3)
    await meeting.booked(hour=12, days=3)
    sarah = meeting.practitioner
    first, second = (await sarah.get("/notifications/news?after=0")).json()
    assert (first["sound"], first["shown"]) == ("request", True)
    assert first["sentence"] == "Emma Clarke asks for a session"
    assert (await sarah.get(f"/notifications/news?after={first['number']}")).json() == [second]
    assert (await sarah.get(f"/notifications/news?after={second['number']}")).json() == []
    saved = await sarah.post("/account/notifications", {"volume": "30", "browser-requests": "yes"})
    assert saved.status_code == 303
    assert 'data-volume="0"' in (await sarah.get("/notifications/bell")).text  # sounds were not ticked
    assert (await sarah.get("/notifications/news")).json()[0]["sound"] == "none"


async def test_a_long_history_comes_a_page_at_a_time(meeting: Meeting, owner: Any) -> None:
    session = await meeting.booked(hour=10, days=3)
    await owner.execute(
        """with events as (insert into audit_event (actor_id, verb, subject_type, subject_id, concerns)
            select $1, 'set_meeting_link', 'session', $2, array[$3, $1]::uuid[] from generate_series(1, 60)
            returning id)
        insert into notification (account_id, event_id, kind, session_id, created_at)
        select $3, id, 'set_meeting_link', $2, now() from events""",
        meeting.client.person.id, session.id, meeting.practitioner.person.id,
    )  # fmt: skip
    page = (await meeting.practitioner.get("/notifications")).text
    shown = [int(each) for each in re.findall(r'id="notification-(\d+)"', page)]
    assert shown == list(range(61, 11, -1))
    earlier = (await meeting.practitioner.get("/notifications?before=12")).text
    assert "/notifications?before=12" in page
    assert [int(each) for each in re.findall(r'id="notification-(\d+)"', earlier)] == list(range(11, 0, -1))


async def test_choices_that_make_no_sense_keep_what_was_typed(meeting: Meeting) -> None:
    typed = {"volume": "40", "quiet_from": "22:00", "mail-times": "yes"}
    page = await meeting.client.post("/account/notifications", typed)
    assert page.status_code == 422
    assert "both ends of your quiet hours" in words(page)
    assert 'value="22:00"' in page.text
    assert re.search(r'name="mail-times"[^>]*checked', page.text)
    assert not re.search(r'name="mail-answers"[^>]*checked', page.text)


async def test_programs_read_what_happened_after_a_number(meeting: Meeting) -> None:
    session = await meeting.confirmed(hour=10, days=3)
    answer = (await meeting.client.get("/api/notifications?limit=1")).json()
    assert answer["more"] is True
    (first,) = answer["notifications"]
    assert (first["kind"], first["group"], first["session_id"]) == ("approve", "answers", str(session.id))
    rest = (await meeting.client.get(f"/api/notifications?after={first['number']}")).json()
    assert [each["kind"] for each in rest["notifications"]] == ["verify_payment"]
    assert rest["more"] is False
    assert rest["notifications"][0]["read_at"] is None
