"""Operators: how they are made, and the verified mark."""

from typing import Any
from uuid import uuid4

import pytest

from tests.accounts.visits import (
    ADA,
    NEW_PASSWORD,
    PASSWORD,
    is_signed_in,
    join,
    sign_in,
    submit,
    token_sent_to,
)
from tests.support.world import make_person, make_practitioner
from visavis.accounts.authentication import digest
from visavis.accounts.operators import create_operator
from visavis.operations.errors import StartError
from visavis.settings import Settings


async def operator(client: Any, owner: Any) -> Any:
    return (await make_person(owner, "Olive Park", operator=True)).sign_in(client())


async def test_the_mark_is_given_and_taken(client: Any, owner: Any) -> None:
    sarah, olive = await make_practitioner(owner), await operator(client, owner)
    assert "Dr. Sarah Johnson" in (await olive.get("/operator")).text
    for verb, marked in (("verification", True), ("verification", True), ("unverification", False)):
        answer = await submit(olive, f"/operator/practitioners/{sarah.id}/{verb}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/operator")
        assert (await owner.fetchval("select verified_at is not null from practice")) is marked
    verbs = await owner.fetch("select verb from audit_event where subject_id = $1 order by id", sarah.id)
    assert [row["verb"] for row in verbs] == ["verify", "verify", "unverify"]


async def test_practices_that_are_not_published_are_listed_for_operators_only(
    client: Any, owner: Any, db: Any
) -> None:
    await make_practitioner(owner)
    await owner.execute("update practice set published_at = null")
    olive = await make_person(owner, "Olive Park", operator=True)
    assert "not published yet" in (await olive.sign_in(client()).get("/operator")).text
    somebody = await make_person(owner)
    for actor, rows in ((olive.actor, 1), (somebody.actor, 0)):
        async with db.handle().transaction(actor) as tx:
            assert len(await tx.fetch("select * from practices_to_verify(10, 0)")) == rows


async def test_nobody_else_finds_the_page_or_gives_the_mark(client: Any, owner: Any) -> None:
    sarah = await make_practitioner(owner)
    ada = await join(client(), owner)
    for browser in (ada, sarah.sign_in(client())):
        assert (await browser.get("/operator")).status_code == 404
        assert (await browser.get("/operator/list")).status_code == 404
        for verb in ("verification", "unverification"):
            assert (await submit(browser, f"/operator/practitioners/{sarah.id}/{verb}")).status_code == 404
    assert (await client().get("/operator")).status_code == 401
    assert await owner.fetchval("select verified_at from practice") is None
    assert not await owner.fetchval("select count(*) from audit_event where verb = 'verify'")


async def test_a_disabled_operator_gives_no_mark(owner: Any, db: Any) -> None:
    sarah, olive = await make_practitioner(owner), await make_person(owner, operator=True)
    await owner.execute("update account set disabled_at = now() where id = $1", olive.id)
    async with db.handle().transaction(olive.actor) as tx:
        assert not await tx.fetchval("select set_verified($1, true)", sarah.id)


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999", "²", "1' or '1'='1"])
async def test_pages_that_are_none_are_the_first(client: Any, owner: Any, page: str) -> None:
    await make_practitioner(owner)
    answer = await (await operator(client, owner)).get("/operator", params={"page": page})
    assert answer.status_code == 200
    assert "Dr. Sarah Johnson" in answer.text


async def test_no_such_practitioner(client: Any, owner: Any) -> None:
    olive = await operator(client, owner)
    assert (await submit(olive, f"/operator/practitioners/{uuid4()}/verification")).status_code == 404


async def test_operators_are_made_on_the_machine(
    client: Any, owner: Any, database: Any, settings: Settings
) -> None:
    await create_operator(database.owner_url, settings, "Olive@Example.org", "Olive Park", PASSWORD)
    olive = client()
    answer = await sign_in(olive, email="olive@example.org")
    assert answer.headers["location"] == "/dashboard"
    assert (await olive.get("/operator")).status_code == 200
    await create_operator(database.owner_url, settings, "olive@example.org", "Somebody", NEW_PASSWORD)
    assert await owner.fetchval("select name from person") == "Olive Park"
    assert (await sign_in(client(), email="olive@example.org", password=NEW_PASSWORD)).status_code == 303


async def test_who_waited_at_the_address_of_an_operator_is_put_out(
    client: Any, owner: Any, database: Any, settings: Settings
) -> None:
    """Somebody signed up with it before: what they opened must not become an operator's."""
    squatter = await join(client(), owner)
    await owner.execute(
        """insert into api_key (account_id, name, hint, token_hash) select id, 'x', 'y', $1 from account""",
        digest("vv_key"),
    )
    link = await asked_for_reset(squatter, owner)
    await create_operator(database.owner_url, settings, ADA["email"].upper(), "Ada", NEW_PASSWORD)
    assert not await is_signed_in(squatter)
    assert (await squatter.get("/operator")).status_code == 401
    key = {"authorization": "Bearer vv_key"}
    assert (await client().get("/api/me", headers=key)).status_code == 401
    assert (
        await submit(client(), "/reset-password", {"token": link, "password": PASSWORD})
    ).status_code == 409
    olive = client()
    await sign_in(olive, password=NEW_PASSWORD)
    assert (await olive.get("/operator")).status_code == 200


async def asked_for_reset(browser: Any, owner: Any) -> str:
    await submit(browser, "/forgot-password", {"email": ADA["email"]})
    return await token_sent_to(owner, ADA["email"])


@pytest.mark.parametrize(
    ("email", "name", "password"),
    [("nobody", "Olive", PASSWORD), ("o@example.org", " ", PASSWORD), ("o@example.org", "Olive", "short")],
)
async def test_an_operator_needs_address_name_and_password(
    database: Any, owner: Any, settings: Settings, email: str, name: str, password: str
) -> None:
    with pytest.raises(StartError):
        await create_operator(database.owner_url, settings, email, name, password)
    assert await owner.fetchval("select count(*) from account") == 0
