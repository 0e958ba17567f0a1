"""A request as somebody: with the addresses, words and tokens that would be right for who is allowed."""

from dataclasses import dataclass, field
from typing import Any

import httpx
from litestar import Litestar
from litestar.routes import ASGIRoute, HTTPRoute

from tests.access.bodies import PROOF, REASON, talk_and_credits
from tests.access.cast import PASSWORD, Cast, picture
from tests.support.apps import visitor
from tests.support.world import tomorrow_at
from visavis.availability.rules import SlotSettings
from visavis.availability.settings_form import values_of

CSRF_COOKIE = "visavis-csrf"
_SLOTS = f"?from={tomorrow_at(0):%FT%TZ}&to={tomorrow_at(9):%FT%TZ}&length=60"
_WEEK = "?therapist_id={practitioner_id:uuid}"
_FAR = tomorrow_at(9, 60)
_A_SLOT = {"slot": f"{_FAR:%FT%RZ} 30 off"}
_AVAILABILITY: dict[str, dict[str, Any]] = {
    "/practice/availability": {
        "data": {f"{end}-{day}": "00:00" for day in range(7) for end in ("starts", "ends")}
    },
    "/practice/availability/days/{on:date}": {"data": {"starts": "00:00", "ends": "00:00"}},
    "/practice/availability/days/{on:date}/slots": {"data": _A_SLOT},
    "/practice/availability/days-off": {"data": {"first": f"{_FAR:%F}", "name": "Easter"}},
    "/practice/availability/stretch": {"data": {"on": f"{_FAR:%F}", "starts": "08:00", "ends": "09:00"}},
    "/practice/availability/switches": {"data": _A_SLOT},
    "/practice/availability/travel": {"data": {"first": f"{_FAR:%F}", "time_zone": "Europe/Lisbon"}},
    "/practice/availability/settings": {"data": values_of(SlotSettings())},
}
_QUERIES = {
    "/api/practitioners/{practitioner_id:uuid}/slots": _SLOTS,
    "/api/availability_slots": _WEEK,
    "/availability_slots": _WEEK,
    "/api/chat/rooms/{room_id:uuid}/changes": "?since=0",
    "/api/chat/rooms/{room_id:uuid}/search": "?q=dog",
}


def routes_of(app: Litestar) -> set[tuple[str, str]]:
    """Every (method, path) of the application; OPTIONS says no more than which methods there are."""
    found = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
        if method != "OPTIONS"
    }
    return found | {("GET", route.path) for route in app.routes if isinstance(route, ASGIRoute)}


def form_of(path: str, cast: Cast) -> dict[str, Any]:
    """What to send with a changing request: nothing is refused because of its words."""
    wish = {"offering_id": cast.ids["offering_id"], "starts_at": tomorrow_at(10, 4).isoformat()}
    last = path.rpartition("/")[2]
    forms: dict[str, dict[str, Any]] = _AVAILABILITY | {
        **_availability(cast),
        **_client_sessions(cast),
        **talk_and_credits(cast),
        **_requests(cast),
        "/api/sessions": {"json": wish | {"length_minutes": 60}},
        "/api/sessions/{session_id:uuid}/feedback": {"json": {"rating": 5}},
        "/api/sessions/{session_id:uuid}/meeting-link": {
            "json": {"meeting_url": "https://meet.example.org/a"}
        },
        "/api/sessions/{session_id:uuid}/submit-payment": {"files": PROOF},
        "/account": {"data": {"name": "New Name", "time_zone": "Europe/Paris"}},
        "/account/password": {"data": {"current": PASSWORD, "password": "another long and odd sentence"}},
        "/account/picture": {"files": {"picture": ("me.png", picture(), "image/png")}},
        "/account/preferences": {"data": {"time_zone": "Asia/Tokyo", "locale": "en", "remind": ["60"]}},
        "/practice": {"data": {"time_zone": "Europe/London", "currency": "GBP"}},
        "/practice/offerings": {"data": _offering()},
        "/practice/offerings/{offering_id:uuid}": {"data": _offering()},
        "/practice/payment": {"data": {"words": "Sort code 00-00-00"}},
        "/practice/profile": {"data": {"title": "Psychologist", "time_zone": "Europe/London"}},
        "/practice/rate": {"data": {"rate": "90.00", "currency": "GBP"}},
        "/sessions": {"data": wish | {"length": "60"}},
        "/sessions/{session_id:uuid}/feedback": {"data": {"rating": "5", "text": "Thank you"}},
        "/sessions/{session_id:uuid}/meeting-link": {"data": {"meeting_url": "https://meet.example.org/a"}},
        "/sessions/{session_id:uuid}/payment": {"files": PROOF},
        "/slot-hold": {"data": wish | {"length": "60"}},
        "/slot-hold/release": {"data": wish},
        "/forgot-password": {"data": {"email": "nobody@example.org"}},
        "/sign-in": {"data": {"email": "nobody@example.org", "password": "not a password of anybody"}},
        "/sign-up": {"data": _newcomer()},
        "/sign-in/demonstration": {"data": {"account_id": cast.ids["practitioner_id"]}},
    }
    forms |= _changes(cast, wish["starts_at"])
    if path not in forms and path.startswith("/api/") and last in ("decline", "cancel", "reject-payment"):
        return {"json": REASON}
    return forms.get(path, {"data": REASON})


def _changes(cast: Cast, starts_at: str) -> dict[str, dict[str, Any]]:
    """Bodies of what changes something that exists, or is made for somebody, by address."""
    proposal = {"client_id": cast.ids["person_id"], "offering_id": cast.ids["offering_id"]}
    return {
        "/account/keys": {"data": {"name": "A key"}},
        "/account/notifications": {"data": {"volume": "40"}},
        "/practice/meeting-place": {"data": {"meeting_url": "https://meet.example.org/own"}},
        "/notifications/read": {"data": {"first": "1", "last": "9"}},
        "/api/notifications/read": {"json": {"first": 1, "last": 9}},
        "/api/sessions/approve": {"json": {"session_id": cast.session_id}},
        "/api/therapist/create-custom-session": {"json": proposal | {"starts_at": starts_at}},
        "/sessions/new": {
            "data": {
                "kind": "regular",
                "client": cast.ids["person_id"],
                "offering": cast.ids["offering_id"],
                "length": "60",
                "starts_at": starts_at,
            }
        },
        "/sessions/{session_id:uuid}/call/signals": {"data": {"stay": cast.ids["stay_id"], "body": "{}"}},
        "/sessions/{session_id:uuid}/room": {"data": {"meeting_url": "https://meet.example.org/a"}},
        "/api/sessions/{session_id:uuid}/reschedule": {"json": {"starts_at": starts_at}},
        "/sessions/{session_id:uuid}/new-time": {"data": {"starts_at": starts_at}},
        "/sessions/{session_id:uuid}/notes": {"data": {"notes": "Slept well", "seen": "1"}},
    }


def _requests(cast: Cast) -> dict[str, dict[str, Any]]:
    """Bodies of asking without a slot and of the answer, by address."""
    asked = {"topic": "My first talk"}
    return {
        "/api/sessions/requests": {"json": asked | {"practitioner_id": cast.ids["practitioner_id"]}},
        "/api/sessions/{session_id:uuid}/approve": {"json": {"message": "With pleasure"}},
        "/practitioners/{practitioner_id:uuid}/ask": {"data": asked},
        "/sessions/{session_id:uuid}/response": {"data": {"answer": "yes"}},
    }


def _client_sessions(cast: Cast) -> dict[str, dict[str, Any]]:
    """Bodies of sessions as rows of a table, by address."""
    start, end = (f"{tomorrow_at(hour, 4):%FT%TZ}" for hour in (10, 11))
    wish = {"therapist_id": cast.ids["practitioner_id"], "start_time": start, "end_time": end}
    bodies: dict[str, dict[str, Any]] = {"": wish, "/{session_id:uuid}": {"status": "approved"}}
    return {
        f"{at}/client_sessions{rest}": {"json": body} for at in ("", "/api") for rest, body in bodies.items()
    }


def _availability(cast: Cast) -> dict[str, dict[str, Any]]:
    """Bodies of the API of hours, by address."""
    day = cast.ids["on_date"]
    hours = {"start_time": "09:00", "end_time": "17:00"}
    limits = {"step_minutes": 30, "notice_minutes": 0, "window_days": 60}
    buffers = {"buffer_before_minutes": 0, "buffer_after_minutes": 0}
    week = [hours | {"day_of_week": 1}]
    bodies: dict[str, dict[str, Any]] = {
        "": {"week": week, "settings": limits | buffers},
        "/days-off": {"first": day, "last": day},
        "/overrides/{on_date:date}": {"ranges": [hours]},
        "/switches": {"starts_at": f"{day}T10:00:00Z", "length_minutes": 60, "is_available": False},
        "/travels": {"first": f"{tomorrow_at(0, 2):%F}", "last": f"{tomorrow_at(0, 2):%F}"}
        | {"time_zone": "Asia/Tokyo"},
    }
    found = {f"/api/availability{rest}": {"json": body} for rest, body in bodies.items()}
    slot = {"json": hours | {"is_available": False}}
    return found | {f"{at}/availability_slots/{{slot_id:uuid}}": slot for at in ("", "/api")}


def _newcomer() -> dict[str, Any]:
    words = {"name": "New Comer", "email": "new.comer@example.org", "time_zone": "Europe/London"}
    return words | {"role": "client", "password": "a long and odd sentence of hers"}


def _offering() -> dict[str, Any]:
    return {"name": "Talk", "lengths": ["60"], "pricing": "rate", "preset": "approve_then_transfer"}


@dataclass
class Asker:
    """Sends requests as one of the cast."""

    app: Litestar
    base_url: str
    cookies: dict[str, str] = field(default_factory=dict)
    """The form token that all browsers share, once one of them has got it."""

    async def ask(self, cast: Cast, person: str, method: str, path: str) -> int:
        """The status of the answer."""
        address = filled(path + _QUERIES.get(path, ""), cast)
        async with visitor(self.app, self.base_url) as browser:
            if person in cast.people:
                cast.people[person].sign_in(browser)
            if not path.startswith("/sessions/{session_id:uuid}/card"):  # there programs get another answer
                browser.headers["accept"] = "application/json"  # refusals as problems: a page is dear
            if path == "/live":
                return await self._stream(browser)
            if method == "GET":
                return (await browser.get(address)).status_code
            browser.cookies.update(self.cookies)
            headers = {"x-csrftoken": await csrf_token(browser)}
            self.cookies = {CSRF_COOKIE: headers["x-csrftoken"]}
            return (
                await browser.request(method, address, headers=headers, **form_of(path, cast))
            ).status_code

    async def _stream(self, browser: httpx.AsyncClient) -> int:
        """The status with which a stream begins; it is left at once."""
        request = browser.build_request("GET", "/live")
        said: list[dict[str, Any]] = []

        async def receive() -> dict[str, str]:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            said.append(message)

        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "path": "/live", "raw_path": b"/live",
            "root_path": "", "scheme": "http", "query_string": b"", "headers": request.headers.raw,
            "client": ("192.0.2.1", 1), "server": ("127.0.0.1", 80), "state": {}, "asgi": {"version": "3.0"},
        }  # fmt: skip
        await self.app(scope, receive, send)  # type: ignore[arg-type]
        return int(said[0]["status"])


async def csrf_token(browser: httpx.AsyncClient) -> str:
    """A token, and its cookie in the browser."""
    if CSRF_COOKIE not in browser.cookies:
        await browser.get("/problems/slot-taken")  # leads elsewhere: nothing is drawn, whoever asks
    token: str = browser.cookies[CSRF_COOKIE]
    return token


def filled(path: str, cast: Cast) -> str:
    """`/sessions/{session_id:uuid}` with the cast's own session."""
    for name, value in (cast.ids | {"card": "pm_unknown"}).items():  # kept by the provider, not by us
        for kind in ("uuid", "str", "path", "date"):
            path = path.replace(f"{{{name}:{kind}}}", value)
    assert "{" not in path, f"the cast has nothing for {path}"
    return path
