"""Meeting links that lead astray: refused, or nothing but links (ASVS 1.2.2)."""

from tests.attacks.evil import read
from tests.support.tabs import Meeting

LINKS = [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "JaVaScRiPt://x%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "http://meet.example.org/a",
    "//meet.example.org/a",
    "https:meet.example.org",
    "https://",
    "https:///a",
    "https://user:secret@meet.example.org/a",
    "https://meet.example.org@evil.example/a",
    "https://meet.example.org/a b",
    "https://meet.example.org/a\nb",
    "https://meet.example.org/\u202eabc",
    "https://[::1",
    "https://meet.example.org/" + "a" * 500,
    "blob:https://meet.example.org/a",
    "file:///etc/passwd",
]


async def test_a_meeting_link_that_is_none_is_refused(meeting: Meeting) -> None:
    path, tab = f"/sessions/{(await meeting.confirmed()).id}/meeting-link", meeting.practitioner
    for link in LINKS:
        assert (await tab.post(path, data={"meeting_url": link})).status_code == 422, link
        token = {"x-csrftoken": tab.client.cookies["visavis-csrf"]}
        answer = await tab.client.put(f"/api{path}", json={"meeting_url": link}, headers=token)
        assert answer.status_code == 422, link
    assert "evil.example" not in (await tab.get(f"/sessions/{path.split('/')[2]}")).text


async def test_a_link_with_quotes_stays_a_link(meeting: Meeting) -> None:
    confirmed = await meeting.confirmed()
    link = "https://meet.example.org/a?b='\"><evil-mark/onclick=evil()>"
    await meeting.practitioner.post(f"/sessions/{confirmed.id}/meeting-link", data={"meeting_url": link})
    for tab in (meeting.practitioner, meeting.client):
        for path in (f"/sessions/{confirmed.id}", "/dashboard/client", "/dashboard/practitioner"):
            answer = await tab.get(path)
            assert read(answer) == [], path
            for anchor in answer.text.split("<a ")[1:]:
                if "meet.example.org" in anchor:
                    assert "noopener" in anchor or "noreferrer" in anchor
