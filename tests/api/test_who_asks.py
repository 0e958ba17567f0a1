"""Keys, cookies and nobody."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import Program, World
from tests.support.world import make_person


async def test_me_is_whom_the_key_belongs_to(world: World) -> None:
    me = (await world.hers.get("/api/me")).json()
    assert (me["id"], me["name"], me["is_practitioner"]) == (
        str(world.practitioner.id),
        "Dr. Sarah Johnson",
        True,
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_nobody_is_asked_to_sign_in(client: Callable[..., httpx.AsyncClient], method: str) -> None:
    answer = await client().request(method, "/api/sessions", json=None if method == "GET" else {})
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/sign-in-required")


async def test_a_revoked_or_wrong_key_is_refused(world: World, owner: Any) -> None:
    await owner.execute("update api_key set revoked_at = now()")
    assert (await world.hers.get("/api/me")).status_code == 401
    # A wrong key is refused even where nobody needs one, so that a mistake does not stay hidden.
    assert (await world.hers.get("/api/practitioners")).status_code == 401


async def test_a_disabled_account_has_no_key(world: World, owner: Any) -> None:
    await owner.execute("update account set disabled_at = now()")
    assert (await world.hers.get("/api/me")).status_code == 401


async def test_a_sign_in_reads_and_changes_only_with_the_token(
    world: World, owner: Any, client: Callable[..., httpx.AsyncClient]
) -> None:
    browser = (await make_person(owner, "Ben Other")).sign_in(client())
    assert (await browser.get("/api/sessions")).status_code == 200
    refused = await browser.post("/api/sessions", json=world.wish())
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
    token = browser.cookies["visavis-csrf"]
    done = await browser.post("/api/sessions", json=world.wish(), headers={"x-csrftoken": token})
    assert done.status_code == 201


async def test_a_key_counts_before_a_cookie(world: World, owner: Any, program: Program) -> None:
    both = world.client.sign_in(await program(world.practitioner))
    assert (await both.get("/api/me")).json()["name"] == "Dr. Sarah Johnson"


async def test_a_token_in_a_form_is_not_looked_for(
    world: World, client: Callable[..., httpx.AsyncClient]
) -> None:
    browser = world.client.sign_in(client())
    await browser.get("/api/me")
    refused = await browser.post(
        "/api/sessions/0190a0a0-0000-7000-8000-000000000000/submit-payment",
        files={"proof": ("slip.png", b"x", "image/png")},
        data={"_csrf_token": browser.cookies["visavis-csrf"]},
    )
    assert refused.status_code == 403
    assert "x-csrftoken" in refused.json()["detail"]
