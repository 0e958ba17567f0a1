"""httpx as it is used towards an application in this process, where nothing is on its way."""

from http.cookiejar import CookieJar
from typing import Any

import httpx
from httpx import Request, Response


class Visitor(httpx.AsyncClient):
    """A client of an application itself, with cookies of its own; redirects are not followed.

    Requests and answers are httpx's own. What it does between them, for networks, proxies and redirects, and
    for cookies that some addresses get and others do not, took as long as most pages; here it is left out.
    Nor is a page packed to be unpacked at once: browsers ask for that, and tests/kit/test_compression.py.
    """

    def __init__(self, app: Any, base_url: str, address: tuple[str, int], **options: Any) -> None:
        self._application = httpx.ASGITransport(app=app, client=address)
        super().__init__(transport=self._application, base_url=base_url, **options)
        self._origin = str(self.base_url).rstrip("/")
        if "accept-encoding" not in httpx.Headers(options.get("headers")):
            self.headers["accept-encoding"] = "identity"

    def build_request(self, method: str, url: httpx.URL | str, **how: Any) -> Request:
        """As httpx makes it."""
        cookies = None if how.get("cookies") or self.params else _for_everywhere(self.cookies.jar)
        if cookies is None:
            return super().build_request(method, url, **how)
        headers = httpx.Headers(self.headers)
        headers.update(how.get("headers"))
        if cookies:
            headers.setdefault("cookie", cookies)
        body = {name: how[name] for name in ("content", "data", "files", "json", "params") if name in how}
        return Request(method, self._address(url), headers=headers, **body)

    def _address(self, url: httpx.URL | str) -> httpx.URL | str:
        if isinstance(url, str) and url.startswith("/") and not url.startswith("//"):
            return self._origin + url  # joined while it is words: httpx takes it apart twice for that
        return self._merge_url(url)

    async def send(self, request: Request, **_how: Any) -> Response:
        """The application's answer; what it raises is raised."""
        response = await self._application.handle_async_request(request)
        response.request = request
        await response.aread()
        if "set-cookie" in response.headers:
            self.cookies.extract_cookies(response)
        return response


def _for_everywhere(jar: CookieJar) -> str | None:
    """The header with all the cookies; None when there is one that not every address gets, or not always."""
    found = list(jar)
    if any(each.secure or each.path != "/" or each.expires for each in found):
        return None
    return "; ".join(f"{each.name}={each.value}" for each in found)
