"""A browser's end of GET /live, on a bare socket, so that a test can also be a bad reader."""

import asyncio
import json
import socket
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import asyncpg

Event = tuple[str, Any]


class LiveStream:
    """`async with LiveStream(url, token) as stream:` has a `status`, and gives event after event."""

    def __init__(
        self, url: str, token: str = "", *, headers: str = "", receive_buffer: int | None = None
    ) -> None:
        self._url = urlsplit(url)
        cookie = f"Cookie: visavis={token}\r\n" if token else ""
        self._request = f"GET /live HTTP/1.1\r\nHost: {self._url.netloc}\r\n{cookie}{headers}\r\n"
        self._receive_buffer = receive_buffer
        self._events: list[list[str]] = []
        self.status = 0
        self.headers: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        sock = socket.socket()
        if self._receive_buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (self._url.hostname, self._url.port))
        self._reader, self._writer = await asyncio.open_connection(sock=sock, limit=2**16)
        self._writer.write(self._request.encode())
        first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
        }
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def event(self, within: float = 5) -> Event:
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

    async def closed(self, within: float = 5) -> list[str]:
        """Read until the server closes the stream; the names of the events before that."""
        return [name for name, _data in await self._rest(within)]

    async def rest(self, within: float = 10) -> list[Any]:
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
        while not self._events:
            size = int((await self._reader.readline()).strip() or b"0", 16)
            if size == 0:
                raise EOFError
            chunk = (await self._reader.readexactly(size + 2)).decode()
            self._events = [text.strip().split("\n") for text in chunk.strip().split("\n\n")]
        name, data = self._events.pop(0)
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def cut_listening(owner: asyncpg.Connection) -> None:
    """End every LISTEN connection of the test's database, as a failing network would."""
    await owner.execute("""
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'visavis live' and datname = current_database()
    """)
