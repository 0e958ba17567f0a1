"""A stand-in for Daily.co: it takes what its documentation says, refuses everything else, and can fail.

https://docs.daily.co/reference/rest-api, as of 2026: errors are {"error": word, "info": sentence}; instants
are whole seconds since 1970; names of rooms have letters, digits, dash and underscore, and 41 characters at
most together with the domain.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "key-of-the-account-0123456789abcdef"
DOMAIN = "visavis-test"
_BOOLEAN, _WHOLE, _TEXT = (bool,), (int,), (str,)
_ROOM = {
    "nbf": _WHOLE,
    "exp": _WHOLE,
    "max_participants": _WHOLE,
    "eject_at_room_exp": _BOOLEAN,
    "enforce_unique_user_ids": _BOOLEAN,
    "enable_knocking": _BOOLEAN,
    "enable_screenshare": _BOOLEAN,
    "enable_chat": _BOOLEAN,
}
_TOKEN = {
    "room_name": _TEXT,
    "user_name": _TEXT,
    "user_id": _TEXT,
    "is_owner": _BOOLEAN,
    "nbf": _WHOLE,
    "exp": _WHOLE,
    "eject_at_token_exp": _BOOLEAN,
}
Answer = tuple[int, Any]
Fault = int | str | None
"""What goes wrong: an HTTP status; 'garbage', 'endless', 'silence', 'elsewhere', 'hang-up'; or nothing."""


class _RefusedError(Exception):
    def __init__(self, status: int, error: str, info: str) -> None:
        super().__init__(info)
        self.answer = status, {"error": error, "info": info}


class StandIn:
    """An account with its rooms and tokens, and what was asked: (method, path, body)."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.reset()

    def reset(self) -> None:
        """As new."""
        self.rooms: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self.fault: Fault = None
        self.faults_left = -1  # how often it goes wrong; -1: always
        self.on_asked: Callable[[], None] | None = None

    def faulty(self, fault: Fault, times: int = -1) -> None:
        """Go wrong from now on, or that many times."""
        self.fault, self.faults_left = fault, times

    def take_fault(self) -> Fault:
        """What goes wrong with this request."""
        if self.fault is None or self.faults_left == 0:
            return None
        self.faults_left -= 1
        return self.fault

    def answer(self, method: str, path: str, key: str, body: Any) -> Answer:
        """As the documentation says."""
        try:
            _check_key(key)
            return 200, self._answer(method, path, body)
        except _RefusedError as refused:
            return refused.answer

    def _answer(self, method: str, path: str, body: Any) -> Any:
        if (method, path) == ("POST", "/v1/rooms"):
            return self._make(body)
        if (method, path) == ("POST", "/v1/meeting-tokens"):
            return self._token(body)
        name = re.fullmatch(r"/v1/rooms/([A-Za-z0-9_-]+)", path)
        if name and method == "POST":
            return self._change(name[1], body)
        if name and method == "DELETE":
            return self._delete(name[1])
        raise _RefusedError(404, "not-found", f"no {method} {path}")

    def _make(self, body: Any) -> Any:
        _check(body, {"name": _TEXT, "privacy": _TEXT, "properties": (dict,)})
        name = body["name"]
        if re.search(r"[^A-Za-z0-9_-]", name) or not 0 < len(f"{DOMAIN}{name}") <= 41:
            raise _invalid("room name has forbidden characters or is too long")
        if name in self.rooms:
            raise _invalid(f"a room named {name} already exists")
        return self._keep(name, body)

    def _change(self, name: str, body: Any) -> Any:
        _check(body, {"privacy": _TEXT, "properties": (dict,)})
        if name not in self.rooms:
            raise _RefusedError(404, "not-found", f"room {name} not found")
        return self._keep(name, body)

    def _keep(self, name: str, body: Any) -> Any:
        if body["privacy"] not in {"public", "private"}:
            raise _invalid("privacy is public or private")
        _check(body["properties"], _ROOM)
        _check_times(body["properties"])
        self.rooms[name] = {**body["properties"], "privacy": body["privacy"]}
        return {
            "id": "d61cd7b2-a273-42b4-89bd-be763fd562c1",
            "name": name,
            "api_created": True,
            "privacy": body["privacy"],
            "url": f"https://{DOMAIN}.daily.co/{name}",
            "created_at": "2026-11-21T10:00:00.000Z",
            "config": body["properties"],
        }

    def _token(self, body: Any) -> Any:
        _check(body, {"properties": (dict,)})
        said = body["properties"]
        _check(said, _TOKEN)
        _check_times(said)
        if not {"room_name", "exp"} <= said.keys():
            raise _invalid("a token for every room, or for ever")
        if len(said.get("user_id", "")) > 36:
            raise _invalid("user_id has more than 36 characters")
        if said["room_name"] not in self.rooms:
            raise _invalid("no such room")
        token = f"eyJhbGciOiJIUzI1NiJ9.{len(self.tokens)}.c2lnbmF0dXJl"
        self.tokens[token] = said
        return {"token": token}

    def _delete(self, name: str) -> Any:
        if self.rooms.pop(name, None) is None:
            raise _RefusedError(404, "not-found", f"room {name} not found")
        return {"deleted": True, "name": name}


def _invalid(info: str) -> _RefusedError:
    return _RefusedError(400, "invalid-request-error", info)


def _check_key(key: str) -> None:
    if not key.startswith("Bearer "):
        raise _RefusedError(400, "authorization-header-error", "no Authorization: Bearer header")
    if key != f"Bearer {KEY}":
        raise _RefusedError(401, "authentication-error", "the key is not valid")


def _check(said: Any, known: dict[str, tuple[type, ...]]) -> None:
    if not isinstance(said, dict):
        raise _invalid("not an object")
    for name, value in said.items():
        if name not in known:
            raise _invalid(f"unknown parameter {name}")
        if type(value) not in known[name]:
            raise _invalid(f"{name} is of the wrong type")


def _check_times(said: dict[str, Any]) -> None:
    """Milliseconds are a mistake that its documentation warns of; a room that has ended lets nobody in."""
    for name in ("nbf", "exp"):
        if not 1_000_000_000 < said.get(name, 1_500_000_000) < 10_000_000_000:
            raise _invalid(f"{name} is not in seconds")
    if said.get("exp", time.time() + 1) < time.time():
        raise _invalid("exp has passed")


class _Handler(BaseHTTPRequestHandler):
    stand_in: StandIn
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        fault = self.stand_in.take_fault()
        body: Any = None
        if raw:
            if self.headers.get("content-type") != "application/json":
                return self._say(400, {"error": "json-parsing-error", "info": "no JSON"})
            body = json.loads(raw)
        self.stand_in.asked.append((self.command, self.path, body))
        if self.stand_in.on_asked is not None:
            self.stand_in.on_asked()
        if fault is not None:
            return self._fail(fault)
        return self._say(
            *self.stand_in.answer(self.command, self.path, self.headers.get("authorization", ""), body)
        )

    def _fail(self, fault: int | str) -> None:
        self.close_connection = True
        match fault:
            case "silence":
                self.stand_in.let_go.wait(30)
            case "hang-up":
                pass
            case "garbage":
                self._send(200, b"<html>Please sign in to this network</html>")
            case "endless":
                self._send(200, b'{"name": "' + b"x" * 200_000 + b'"}')
            case "elsewhere":
                self._say(200, {"name": "x", "url": "https://evil.example/x", "token": ""})
            case int():
                word = "rate-limit-error" if fault == 429 else "server-error"
                self._say(fault, {"error": word, "info": "…"})

    def _say(self, status: int, body: Any) -> None:
        self._send(status, json.dumps(body).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("retry-after", "0")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_DELETE = do_GET = _serve  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Tests say themselves what was asked."""


@contextmanager
def open_daily() -> Iterator[tuple[StandIn, str]]:
    """The account and the address of its API."""
    stand_in = StandIn()
    handler = type("Handler", (_Handler,), {"stand_in": stand_in})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield stand_in, f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        stand_in.let_go.set()
        server.shutdown()
        thread.join(30)
        server.server_close()
