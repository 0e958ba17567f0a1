"""How Stripe's library reaches Stripe: by httpx, one connection for each question, so none is left open."""

import asyncio
import ssl
from collections.abc import Coroutine, Mapping
from typing import Any

import httpx
import stripe

_ONE_TRY = 6.0  # seconds
_MOST_ANSWER = 1024 * 1024  # bytes
_unreached: Any = stripe.APIConnectionError  # which has no types


class Transport(stripe.HTTPClient):
    """Raises stripe.APIConnectionError, which the library takes as a reason to try again."""

    name = "httpx"

    def __init__(self) -> None:
        super().__init__()
        self._trusted = ssl.create_default_context(cafile=stripe.ca_bundle_path)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """One question and its answer."""
        try:
            async with httpx.AsyncClient(verify=self._trusted, timeout=_ONE_TRY) as client:
                request = client.build_request(method, url, headers=dict(headers), content=post_data)
                answer = await client.send(request, stream=True)
                try:
                    return await _body(answer), answer.status_code, answer.headers
                finally:
                    await answer.aclose()
        except httpx.HTTPError as error:
            raise _unreached(type(error).__name__, should_retry=True) from None

    def sleep_async(self, secs: float) -> Coroutine[Any, Any, None]:
        """Between two tries."""
        return asyncio.sleep(secs)


async def _body(answer: httpx.Response) -> bytes:
    read = bytearray()
    async for chunk in answer.aiter_bytes():
        read += chunk
        if len(read) > _MOST_ANSWER:
            raise _unreached("an endless answer", should_retry=False)
    return bytes(read)
