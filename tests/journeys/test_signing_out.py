"""Signing out as people see it: one device is put out from another; in every tab at once, and for good."""

import secrets
from typing import Any

from playwright.async_api import expect

from tests.journeys.screens import PATIENCE, open_screen
from tests.support.browsers import People
from tests.support.servers import Server
from tests.support.world import make_person
from visavis.accounts.authentication import digest


async def test_a_device_is_put_out_then_every_tab(site: Server, people: People, owner: Any) -> None:
    ada, token = await make_person(owner), secrets.token_urlsafe(32)
    await owner.execute(
        "insert into sign_in (token_hash, account_id, expires_at) values ($1, $2, now() + interval '1 day')",
        digest(token),
        ada.id,
    )
    page, phone = [(await open_screen(people, site, width=width)).page for width in (1280, 390)]
    for each, value in ((page, ada.token), (phone, token)):
        await each.context.add_cookies([{"name": "visavis", "value": value, "url": site.url}])
        await live_at(each, "/account/sign-ins")
    places = page.locator("li[id^=sign-in-]")
    await expect(places).to_have_count(2)
    await places.last.get_by_role("button").click()
    await expect(places).to_have_count(1)
    await expect(phone.locator("h1")).to_have_text("Please sign in first")

    await phone.context.add_cookies([{"name": "visavis", "value": ada.token, "url": site.url}])
    tab = await page.context.new_page()
    for each in (page, tab, phone):
        await live_at(each, "/account")
        await expect(each.locator("body[data-stream]")).to_contain_text(ada.name)
    await page.click("header details.menu > summary")
    await page.click("text=Sign out")
    await expect(page).to_have_url(f"{site.url}/")
    for each in (tab, phone):
        await expect(each.locator("h1")).to_have_text("Please sign in first")
        await each.wait_for_selector("body:not([data-stream])", timeout=PATIENCE)
        await expect(each.locator("body")).not_to_contain_text(ada.name)
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("Please sign in first")
    await expect(page.locator("body")).not_to_contain_text(ada.name)


async def live_at(page: Any, path: str) -> None:
    """Open it, and wait for its stream."""
    await page.goto(path)
    await expect(page.locator("[data-connection]")).to_have_attribute("data-state", "connected")
