"""Signing out as people see it: in every tab, and on every device."""

import secrets
from typing import Any

from playwright.async_api import expect

from tests.support.servers import Server
from tests.support.world import make_person
from visavis.accounts.authentication import digest


async def test_sign_out_is_everywhere_at_once(site: Server, people: Any, owner: Any) -> None:
    ada = await make_person(owner)
    page, phone = await people.open(site.url), await people.open(site.url, width=390)
    for each in (page, phone):
        await each.context.add_cookies([{"name": "visavis", "value": ada.token, "url": site.url}])
    tab = await page.context.new_page()
    for each in (page, tab, phone):
        await each.goto(f"{site.url}/account")
        await expect(each.locator("[data-connection]")).to_have_attribute("data-state", "connected")
    await page.click("details.menu summary")
    await page.click("text=Sign out")
    await expect(page).to_have_url(f"{site.url}/")
    for each in (tab, phone):
        await expect(each.locator("h1")).to_have_text("Please sign in first")


async def test_ending_a_device_puts_it_out(site: Server, people: Any, owner: Any) -> None:
    ada, token = await make_person(owner), secrets.token_urlsafe(32)
    await owner.execute(
        "insert into sign_in (token_hash, account_id, expires_at) values ($1, $2, now() + interval '1 day')",
        digest(token),
        ada.id,
    )
    page, phone = await people.open(site.url), await people.open(site.url, width=390)
    for each, value in ((page, ada.token), (phone, token)):
        await each.context.add_cookies([{"name": "visavis", "value": value, "url": site.url}])
        await each.goto("/account/sign-ins")
        await expect(each.locator("[data-connection]")).to_have_attribute("data-state", "connected")
    places = page.locator("li[id^=sign-in-]")
    await expect(places).to_have_count(2)
    await places.last.get_by_role("button").click()
    await expect(places).to_have_count(1)
    await expect(phone.locator("h1")).to_have_text("Please sign in first")
