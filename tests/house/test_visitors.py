"""What tests ask an application with asks as httpx does."""

from typing import Any

import httpx
import pytest

from tests.support.apps import visitor

_BASE = "http://127.0.0.1:8000"
_ADDRESSES = (
    "/", "/a?b=%00&c=ü", "/a/../b", "/./x", "/a//b", "//x", "///x", "", "x", "/a b", "/<x>", "/%7B{", "/a;b",
    "/..%2f..%2fetc", "/a:80@b", "/\\x", "/?", "/a?b=c d&e=[1]'\"", f"{_BASE}/whole",
)  # fmt: skip
_WAYS: dict[str, dict[str, Any]] = {
    "plain": {},
    "question": {"params": {"a": "ü &", "b": ["1", "2"]}},
    "form": {"data": {"a": "b c", "d": ["1", "2"]}, "headers": {"Accept": "text/html", "x-csrftoken": "t"}},
    "json": {"json": {"a": [1]}},
    "words": {"content": b"\x00\xff", "headers": {"content-type": "text/x", "cookie": "own=1"}},
}


class Echo:
    """An application that keeps what it was asked, and gives cookies of every kind."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.cookies = [
            b"everywhere=1; Path=/", b"other=a b; HttpOnly", b"here=2; Path=/a", b"lasting=3; Max-Age=60",
            b"safe=4; Secure", b"everywhere=5; Path=/", b"other=; Max-Age=0",
        ]  # fmt: skip

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        self.asked.append({**scope, "headers": sorted(scope["headers"]), "body": body})
        given = [(b"set-cookie", each) for each in self.cookies[:1]]
        del self.cookies[:1]
        await send({"type": "http.response.start", "status": 303, "headers": [(b"location", b"/b"), *given]})
        await send({"type": "http.response.body", "body": b"be", "more_body": True})
        await send({"type": "http.response.body", "body": b"en", "more_body": False})


@pytest.mark.parametrize("how", _WAYS)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_same_arrives_and_comes_back(how: str, method: str) -> None:
    ours, theirs = Echo(), Echo()
    transport = httpx.ASGITransport(app=theirs, client=("192.0.2.1", 40000))
    headers = {"accept-language": "de", "accept-encoding": "gzip"}
    async with (
        visitor(ours, _BASE, headers=headers) as one,
        httpx.AsyncClient(transport=transport, base_url=_BASE, headers=headers) as other,
    ):
        for browser in (one, other):
            browser.cookies.set("visavis", "token")
        for address in _ADDRESSES:
            answers = [await each.request(method, address, **_WAYS[how]) for each in (one, other)]
            assert ours.asked[-1] == theirs.asked[-1], address
            assert _said(answers[0]) == _said(answers[1])
            assert dict(one.cookies) == dict(other.cookies)
    assert len(ours.asked) == len(_ADDRESSES)
    assert ours.cookies == []


async def test_what_an_application_raises_is_raised() -> None:
    async def broken(*_asked: Any) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await visitor(broken, _BASE).get("/")


def _said(answer: httpx.Response) -> Any:
    return answer.status_code, answer.headers.raw, answer.text, str(answer.url), answer.is_redirect
