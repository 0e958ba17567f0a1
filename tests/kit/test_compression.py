"""Pages as browsers ask for them: packed, and of a length that tells nothing."""

from collections.abc import Callable

import httpx

Client = Callable[..., httpx.AsyncClient]
_PACKED = {"accept-encoding": "gzip, deflate, br"}


async def test_a_page_is_the_same_packed(client: Client) -> None:
    browser = client()
    plain, packed = await browser.get("/sign-in"), await browser.get("/sign-in", headers=_PACKED)
    assert "content-encoding" not in plain.headers
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "accept-encoding")
    assert packed.headers["content-type"] == plain.headers["content-type"] == "text/html; charset=utf-8"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert _shape(packed) == _shape(plain)


async def test_its_length_varies(client: Client) -> None:
    browser = client()
    lengths = {(await browser.get("/", headers=_PACKED)).headers["content-length"] for _try in range(8)}
    assert len(lengths) > 1


def _shape(answer: httpx.Response) -> list[str]:
    """The page without what is new each time: the moment, and the token in its forms."""
    return [line for line in answer.text.splitlines() if "csrf" not in line and "data-now" not in line]
