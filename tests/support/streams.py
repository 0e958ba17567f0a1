"""A browser's end of GET /live: inside the test process, or on a bare socket to be a bad reader, too."""

import asyncio
import json
import socket
from abc import ABC, abstractmethod
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import asyncpg

Event = tuple[str, Any]


class _Events(ABC):
    """Event after event, whatever they come through."""

    status: int
    headers: dict[str, str]

    def __init__(self) -> None:
        self._waiting: list[list[str]] = []

    async def event(self, within: float = 30) -> Event:
        """The next event's name and data, beats left out; EOFError when the server has closed the stream."""
        async with asyncio.timeout(within):
            while True:
                name, data = await self._next()
                if name != "beat":
                    return name, data

    async def silence(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for a while."""
        try:
            await self.event(seconds)
        except TimeoutError:
            return True
        return False

    async def closed(self, within: float = 30) -> list[str]:
        """Read until the server closes the stream; the names of the events before that."""
        return [name for name, _data in await self._rest(within)]

    async def rest(self, within: float = 30) -> list[Any]:
        """Read until the server closes the stream; the data of the events before that."""
        return [data for _name, data in await self._rest(within)]

    async def _rest(self, within: float) -> list[Event]:
        events = []
        async with asyncio.timeout(within):
            with suppress(EOFError, ConnectionError):
                while True:
                    events.append(await self.event(within))
        return events

    async def _next(self) -> Event:
        while not self._waiting:
            texts = (await self._chunk()).strip().split("\n\n")
            self._waiting = [text.strip().split("\n") for text in texts]
        name, data = self._waiting.pop(0)
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    @abstractmethod
    async def _chunk(self) -> str:
        """The next text of the stream."""


class AppStream(_Events):
    """A stream of an application inside the test process."""

    def __init__(
        self, app: Any, token: str = "", *, method: str = "GET", key: str = "", known: str = ""
    ) -> None:
        super().__init__()
        self._app = app
        headers = [(b"cookie", f"visavis={token}".encode())] if token else []
        headers += [(b"authorization", f"Bearer {key}".encode())] if key else []
        headers += [(b"visavis-known", known.encode())] if known else []
        self._scope = {
            "type": "http", "method": method, "path": "/live", "raw_path": b"/live", "query_string": b"",
            "root_path": "", "scheme": "http", "http_version": "1.1", "headers": headers,
            "client": ("192.0.2.1", 40000), "server": ("127.0.0.1", 8000),
        }  # fmt: skip
        self._sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._gone = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._request = asyncio.create_task(self._app(self._scope, self._receive, self._sent.put))
        async with asyncio.timeout(30):
            start = await self._sent.get()
        self.status = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gone.set()
        _done, going = await asyncio.wait({self._request}, timeout=30)
        if going:
            self._request.cancel()
            raise AssertionError("the stream goes on although its reader has gone")
        self._request.result()

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _chunk(self) -> str:
        message = await self._sent.get()
        if not message["body"] and not message["more_body"]:
            self._gone.set()
            raise EOFError
        if not message["more_body"]:
            self._sent.put_nowait({"body": b"", "more_body": False})
        return str(message["body"].decode())


class LiveStream(_Events):
    """`async with LiveStream(url, token) as stream:` has a `status`, and gives event after event."""

    def __init__(self, url: str, token: str, *, receive_buffer: int | None = None) -> None:
        super().__init__()
        self._url = urlsplit(url)
        self._request = f"GET /live HTTP/1.1\r\nHost: {self._url.netloc}\r\nCookie: visavis={token}\r\n\r\n"
        self._receive_buffer = receive_buffer

    async def __aenter__(self) -> Self:
        sock = socket.socket()
        if self._receive_buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        sock.setblocking(False)
        async with asyncio.timeout(30):
            await asyncio.get_running_loop().sock_connect(sock, (self._url.hostname, self._url.port))
            self._reader, self._writer = await asyncio.open_connection(sock=sock, limit=2**16)
            self._writer.write(self._request.encode())
            self.status = int((await self._reader.readuntil(b"\r\n\r\n")).split()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(10):
                await self._writer.wait_closed()

    async def _chunk(self) -> str:
        size = int((await self._reader.readline()).strip() or b"0", 16)
        if size == 0:
            raise EOFError
        return (await self._reader.readexactly(size + 2)).decode()


async def cut_listening(owner: asyncpg.Connection) -> None:
    """End every LISTEN connection of the test's database, as a failing network would."""
    await owner.execute("""
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'visavis live' and datname = current_database()
    """)
