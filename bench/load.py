"""The cheapest HTTP client that will do: sockets kept alive, requests ready made, answers barely read."""

import asyncio
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any


class Connection(asyncio.Protocol):
    """Sends request after request; calls `answered(status, seconds)` for each."""

    def __init__(self, requests: Iterator[bytes], answered: Callable[[bytes, float], None]) -> None:
        self._requests = requests
        self._answered = answered
        self._received = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        received = self._received = self._received + data if self._received else data
        head = received.find(b"\r\n\r\n")
        if head < 0 or not _complete(received, head):
            return
        self._received = b""
        self._answered(received, perf_counter() - self._began)
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionResetError("the server closed the connection"))

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._began = perf_counter()
        self._transport.write(request)


def _complete(received: bytes, head: int) -> bool:
    about = received[: head + 2].lower()
    at = about.find(b"content-length:")
    if at < 0:
        return received[9:12] == b"204" or received.endswith(b"0\r\n\r\n")
    return len(received) >= head + 4 + int(about[at + 15 : about.find(b"\r\n", at)])


async def load(
    port: int, connections: int, requests: Iterator[bytes], answered: Callable[[bytes, float], None]
) -> float:
    """Send all `requests` over so many connections; the seconds it took."""
    loop = asyncio.get_running_loop()
    began = perf_counter()
    made = [
        await loop.create_connection(lambda: Connection(requests, answered), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _transport, protocol in made))
    return perf_counter() - began


def get(path: str, token: str = "") -> bytes:
    """One GET as bytes; with the `token` of a sign-in, as from a browser that has been here before."""
    cookies = f"Cookie: visavis={token}; visavis-csrf={'0' * 128}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{cookies}\r\n".encode()


def post(path: str, host: str, body: bytes, kind: str, **headers: str) -> bytes:
    """One POST as bytes."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    first = f"POST {path} HTTP/1.1\r\nHost: {host}\r\n"
    about = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return f"{first}{about}{lines}\r\n".encode() + body
