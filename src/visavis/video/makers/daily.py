"""Daily.co by its REST API: https://docs.daily.co/reference/rest-api

Rooms are private, so that only who has a token of ours comes in, and they end by themselves. It learns the
time of a meeting and what two people are called. It allows 20 requests a second, 2 for deleting.
"""

import asyncio
import re
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from visavis.settings import Settings
from visavis.video.makers.interface import Kind, Made, MakerError, Meeting, Person
from visavis.video.makers.naming import room_name

if TYPE_CHECKING:  # slow to import, and most processes never ask anybody
    import ssl

    import httpx

PATIENCE = 5.0
"""Seconds for one question, from the first word to the last; somebody may be waiting for the answer."""
_WAIT, _LONGEST_WAIT = 1.0, 3.0  # seconds until it is asked once more, when it was too much at once
_MOST_ANSWER = 64 * 1024  # bytes
_ROOMS = ".daily.co"
_CODE = re.compile(r"[a-z-]{1,40}")
_AT_ONCE = 4
"""Connections of two people, each of whom may come back before the old one is noticed to be gone."""


class _Room(msgspec.Struct):
    name: str
    url: str


class _Token(msgspec.Struct):
    token: str


class _Refusal(msgspec.Struct):
    error: str = ""


class _Nothing(msgspec.Struct):
    """An answer in which nothing matters."""


T = TypeVar("T", bound=msgspec.Struct)


class Daily:
    """An account at Daily.co: where its API answers, and its key."""

    kind: ClassVar[Kind] = "daily"
    goes_to = f"https://*{_ROOMS}"

    def __init__(self, url: str, key: str, names: bytes) -> None:
        self._url, self._key, self._names = url, key, names

    @classmethod
    def of(cls, settings: Settings) -> "Daily | None":
        """The account of the settings, if they have a key."""
        if settings.daily_api_key is None:
            return None
        return cls(settings.daily_url, settings.daily_api_key.get_secret_value(), settings.secret_key)

    async def make(self, meeting: Meeting) -> Made:
        """A room of this name is the meeting's own, made before: it gets the times that hold now."""
        name = room_name(self._names, meeting.session_id)
        wanted = {"privacy": "private", "properties": _properties(meeting)}
        try:
            room = await self._ask("POST", "/rooms", _Room, {"name": name, **wanted})
        except _RefusedError as refused:
            if refused.status != 400:
                raise
            room = await self._change(name, wanted, refused)
        if room.name != name or not _is_room(room.url, name):
            raise MakerError("daily: a room of another name or place")
        return Made(name=name, url=room.url, opens_at=meeting.opens_at, closes_at=meeting.closes_at)

    async def link(self, room: Made, person: Person) -> str:
        """Good for this room and its time alone. One of each part: who comes again takes their own place."""
        properties = {
            "room_name": room.name,
            "user_name": person.name,
            "user_id": person.part,
            "is_owner": person.leads,
            "nbf": int(room.opens_at.timestamp()),
            "exp": int(room.closes_at.timestamp()),
            "eject_at_token_exp": True,
        }
        made = await self._ask("POST", "/meeting-tokens", _Token, {"properties": properties})
        if not made.token:
            raise MakerError("daily: a token that is none")
        return f"{room.url}?t={quote(made.token, safe='')}"

    async def close(self, room: Made) -> None:
        """Whoever is still there has to leave."""
        try:
            await self._ask("DELETE", f"/rooms/{quote(room.name, safe='')}", _Nothing)
        except _RefusedError as refused:
            if refused.status != 404:
                raise

    async def _change(self, name: str, wanted: dict[str, Any], refused: "_RefusedError") -> _Room:
        """'A room named … already exists' is a refusal like any other; whether it was that one shows here."""
        try:
            return await self._ask("POST", f"/rooms/{name}", _Room, wanted)
        except _RefusedError as missing:
            raise (refused if missing.status == 404 else missing) from None

    async def _ask(self, method: str, path: str, shape: type[T], body: dict[str, Any] | None = None) -> T:
        """Once more where it was too much at once: nobody is sent elsewhere because of a second."""
        try:
            return await self._ask_once(method, path, shape, body)
        except _RefusedError as refused:
            if refused.status != 429:
                raise
            await asyncio.sleep(refused.wait)
            return await self._ask_once(method, path, shape, body)

    async def _ask_once(self, method: str, path: str, shape: type[T], body: dict[str, Any] | None) -> T:
        import httpx

        headers = {"authorization": f"Bearer {self._key}"}
        client = httpx.AsyncClient(verify=_trusted(), timeout=PATIENCE)
        try:
            async with asyncio.timeout(PATIENCE), client:
                request = client.build_request(method, self._url + path, headers=headers, json=body)
                answer = await client.send(request, stream=True)
                try:
                    return _read(answer, await _body(answer), shape)
                finally:
                    await answer.aclose()
        except (httpx.HTTPError, TimeoutError) as error:
            raise MakerError(f"daily: no answer ({type(error).__name__})") from None


@cache
def _trusted() -> "ssl.SSLContext":
    """Who may say that somebody is Daily.co. To read them all stops everybody for 50 ms: done once."""
    import httpx

    return httpx.create_ssl_context()


class _RefusedError(MakerError):
    """Daily.co answered that it will not; `status` is HTTP's, `wait` how many seconds it asks for."""

    def __init__(self, status: int, code: str, wait: float) -> None:
        lasting = 400 <= status < 500 and status not in {408, 429}
        super().__init__(f"daily: {status} {code}".rstrip(), lasting=lasting)
        self.status, self.wait = status, wait


def _properties(meeting: Meeting) -> dict[str, Any]:
    return {
        "nbf": int(meeting.opens_at.timestamp()),
        "exp": int(meeting.closes_at.timestamp()),
        "eject_at_room_exp": True,
        "max_participants": _AT_ONCE,
        "enforce_unique_user_ids": True,
        "enable_knocking": False,
    }


async def _body(answer: "httpx.Response") -> bytes:
    read = bytearray()
    async for chunk in answer.aiter_bytes():
        read += chunk
        if len(read) > _MOST_ANSWER:
            raise MakerError("daily: an endless answer")
    return bytes(read)


def _read(answer: "httpx.Response", body: bytes, shape: type[T]) -> T:
    status = answer.status_code
    if status >= 300:
        raise _RefusedError(status, _code(body), _wait(answer.headers.get("retry-after", "")))
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise MakerError(f"daily: {status}, and an answer that is none") from None


def _wait(said: str) -> float:
    return min(float(said), _LONGEST_WAIT) if said.isascii() and said.isdigit() else _WAIT


def _code(body: bytes) -> str:
    """Its stable word for what is wrong; the sentence beside it may repeat what was sent."""
    try:
        said = msgspec.json.decode(body, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return said if _CODE.fullmatch(said) else ""


def _is_room(url: str, name: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = re.fullmatch(r"[a-z0-9-]+" + re.escape(_ROOMS), parts.netloc)
    return parts.scheme == "https" and bool(host) and parts.path == f"/{name}" and not parts.query
