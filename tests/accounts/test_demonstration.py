"""What only a demonstration has, and that nothing else has it."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.accounts.visits import ADA, is_signed_in, sign_up, submit
from tests.support.databases import SECRET_KEY, Databases, FreshDatabase
from visavis.accounts.demonstration import clickable
from visavis.operations import demo
from visavis.settings import Settings


@pytest.fixture(scope="module")
def filled(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshDatabase]:
    """A demonstration, of which each test has a copy."""
    with databases.migrated() as fresh:
        settings = Settings(home=tmp_path_factory.mktemp("home"), given_secret_key=SECRET_KEY)
        loop = asyncio.new_event_loop()  # its connections end with it
        loop.run_until_complete(demo.load(fresh.owner_url, settings))
        loop.close()
        yield fresh


@pytest.fixture
def database(databases: Databases, filled: FreshDatabase) -> Iterator[FreshDatabase]:
    with databases.copied(filled) as copy:
        yield copy


async def first_account(owner: Any) -> str:
    return str(await owner.fetchval("select id from account where demonstration limit 1"))


class TestInADemonstration:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"demo": True})

    async def test_everybody_is_one_click_away(self, client: Any, owner: Any) -> None:
        visitor = client()
        page = (await visitor.get("/sign-in")).text
        rows = await owner.fetch("select a.id, p.name from account a join person p using (id)")
        assert len(rows) == 11
        for account_id, name in rows:
            assert name in page
            answer = await submit(visitor, "/sign-in/demonstration", {"account_id": str(account_id)})
            assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")
            assert name in (await visitor.get("/account")).text
        assert await owner.fetchval("select count(*) from sign_in") == 1

    async def test_nobody_else_is(self, client: Any, owner: Any) -> None:
        visitor = client()
        await sign_up(visitor)
        real = await owner.fetchval("select id from account where not demonstration")
        for wrong in (real, uuid4(), "x", ""):
            answer = await submit(visitor, "/sign-in/demonstration", {"account_id": str(wrong)})
            assert answer.status_code == 404
        assert not await is_signed_in(visitor)

    async def test_nobody_has_a_password(self, client: Any, owner: Any) -> None:
        email = await owner.fetchval("select email from account limit 1")
        for password in ("", "password", "None"):
            answer = await submit(client(), "/sign-in", {"email": email, "password": password})
            assert answer.status_code == 422

    async def test_it_never_leads_away(self, client: Any, owner: Any) -> None:
        data = {"account_id": await first_account(owner), "next": "//evil.example"}
        answer = await submit(client(), "/sign-in/demonstration", data)
        assert answer.headers["location"] == "/dashboard"

    async def test_the_outbox_shows_mail_with_its_links(self, client: Any) -> None:
        visitor = client()
        await sign_up(visitor)
        page = (await visitor.get("/outbox")).text
        assert "Please confirm your e-mail address" in page
        assert ADA["email"] in page
        link = page.split('href="http://127.0.0.1:8000')[1].split('"')[0]
        assert link.startswith("/confirm-email?token=")
        assert (await visitor.get(link)).status_code == 200

    async def test_the_outbox_shows_calendar_files(self, client: Any, owner: Any) -> None:
        mail_id = await owner.fetchval(
            """insert into outbox_mail (to_address, subject, text_body, calendar, calendar_method)
            values ('a@example.org', 'Moved', 'Hello', 'BEGIN:VCALENDAR', 'REQUEST') returning id"""
        )
        visitor = client()
        assert f'href="/outbox/{mail_id}/session.ics"' in (await visitor.get("/outbox")).text
        file = await visitor.get(f"/outbox/{mail_id}/session.ics")
        assert file.text == "BEGIN:VCALENDAR"
        assert file.headers["content-type"].startswith("text/calendar; method=REQUEST")
        assert (await visitor.get(f"/outbox/{uuid4()}/session.ics")).status_code == 404

    async def test_a_database_that_is_none_has_none_of_it(self, client: Any, owner: Any) -> None:
        await owner.execute("update installation set demonstration = false")
        await _nothing_of_it(client(), await first_account(owner))


async def test_outside_a_demonstration_there_is_no_such_thing(client: Any, owner: Any) -> None:
    """Even on a database that was filled as one."""
    await _nothing_of_it(client(), await first_account(owner))


async def _nothing_of_it(visitor: Any, account_id: str) -> None:
    assert "demonstration" not in (await visitor.get("/sign-in")).text.split("<main")[1]
    answer = await submit(visitor, "/sign-in/demonstration", {"account_id": account_id})
    assert answer.status_code == 404
    assert not await is_signed_in(visitor)
    assert (await visitor.get("/outbox")).status_code == 404


def test_only_our_own_links_are_clickable() -> None:
    text = 'see https://here.example/a?b=c&d=e <b> and https://evil.example/ and https://here.example.evil/"x'
    shown = str(clickable(text, "https://here.example"))
    assert '<a href="https://here.example/a?b=c&amp;d=e">' in shown
    assert shown.count("<a ") == 1
    assert "&lt;b&gt;" in shown
