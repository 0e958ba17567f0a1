"""How tests visit the pages of accounts: forms with their token, mail with its links, pictures to send."""

import re
from io import BytesIO
from typing import Any

import asyncpg
import httpx
from PIL import Image

PASSWORD = "tulip harbour seven"
NEW_PASSWORD = "copper lantern drift"
ADA = {
    "role": "client",
    "name": "Ada Client",
    "email": "ada@example.net",
    "password": PASSWORD,
    "time_zone": "Europe/London",
}


async def submit(browser: httpx.AsyncClient, path: str, data: Any = None, **options: Any) -> httpx.Response:
    """POST a form as a browser without scripts does: with the token of the page before it."""
    if "visavis-csrf" not in browser.cookies:
        await browser.get("/sign-in")
    token = browser.cookies["visavis-csrf"]
    return await browser.post(path, data={"_csrf_token": token} | (data or {}), **options)


async def mails_to(owner: asyncpg.Connection, address: str) -> list[asyncpg.Record]:
    """The mail to an address, the latest first."""
    rows: list[asyncpg.Record] = await owner.fetch(
        """select subject, text_body, html_body from outbox_mail where to_address = $1
        order by created_at desc""",
        address,
    )
    return rows


async def token_sent_to(owner: asyncpg.Connection, address: str) -> str:
    """The token of the latest mail's link."""
    found = re.search(r"\?token=([\w-]+)", (await mails_to(owner, address))[0]["text_body"])
    assert found
    return found[1]


async def sign_up(browser: httpx.AsyncClient, **changes: str) -> httpx.Response:
    """Sign up as Ada, with changes."""
    return await submit(browser, "/sign-up", ADA | changes)


async def sign_in(
    browser: httpx.AsyncClient, email: str = ADA["email"], password: str = PASSWORD, **more: str
) -> httpx.Response:
    """Sign in with address and password."""
    return await submit(browser, "/sign-in", {"email": email, "password": password} | more)


async def join(browser: httpx.AsyncClient, owner: asyncpg.Connection, **changes: str) -> httpx.AsyncClient:
    """Sign up, confirm, and be signed in."""
    await sign_up(browser, **changes)
    who = ADA | changes
    token = await token_sent_to(owner, who["email"])
    answer = await submit(browser, "/confirm-email", {"token": token, "password": who["password"]})
    assert answer.status_code == 303, answer.text
    return browser


async def is_signed_in(browser: httpx.AsyncClient) -> bool:
    """Whether the account page opens."""
    return (await browser.get("/account")).status_code == 200


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """An image file."""
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def shown(answer: httpx.Response) -> str:
    """What the page says, without what differs each time (the form's token)."""
    return re.sub(r'name="_csrf_token" value="\w*"', "", answer.text.split("<main")[1])
