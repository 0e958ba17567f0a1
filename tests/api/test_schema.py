"""What the API says of itself is true: generated requests, answered as the OpenAPI document promises."""

import asyncio
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.support import trials
from tests.support.servers import Server
from tests.support.world import Somebody, make_offering, make_person, make_practitioner, tomorrow_at
from visavis.accounts.authentication import digest

_CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method,allow_header_conformance,ignored_auth"
)


async def test_generated_requests_are_answered_as_promised(
    owner: Any, server: Callable[..., Server], tmp_path: Path
) -> None:
    running = server()
    practitioner, client = await make_practitioner(owner), await make_person(owner)
    offering = await make_offering(owner, practitioner)
    slot = await owner.fetchval("select id from working_hours limit 1")
    wish = {"offering_id": str(offering), "starts_at": tomorrow_at(10).isoformat(), "length_minutes": 60}
    async with httpx.AsyncClient(base_url=running.url, timeout=60) as program:
        booked = await program.post("/api/sessions", json=wish, headers=await _key(owner, client))
    config = tmp_path / "schemathesis.toml"
    config.write_text(
        f"""[parameters]
        "path.session_id" = "{booked.json()["id"]}"
        "path.practitioner_id" = "{practitioner.id}"
        "path.slot_id" = "{slot}"
        "query.therapist_id" = "{practitioner.id}"
        """
    )
    key = (await _key(owner, practitioner))["authorization"]
    every = trials.asked("VISAVIS_OPERATIONS")
    run = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).parent / "st"), "--config-file", str(config)),
        *("run", f"{running.url}/api/docs/openapi.json", "--header", f"Authorization: {key}"),
        *("--phases", "examples,coverage" if every > 1 else "examples,coverage,fuzzing", "--checks", _CHECKS),
        *await _one_in(every, running),
        *("--max-examples", "15", "--workers", "1", "--seed", "1", "--generation-database", "none"),
        *("--continue-on-failure", "--no-color", "--warnings", "off"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await run.communicate()
    assert run.returncode == 0, said.decode()[-8000:]


async def _one_in(every: int, running: Server) -> list[str]:
    """Operations from all over the API, named for the program that asks them."""
    async with httpx.AsyncClient(base_url=running.url) as program:
        paths = (await program.get("/api/docs/openapi.json")).json()["paths"]
    all_of_them = [f"{method.upper()} {path}" for path, item in sorted(paths.items()) for method in item]
    return [f"--include-name={each}" for each in all_of_them[::every]]


async def _key(owner: Any, person: Somebody) -> dict[str, str]:
    key = secrets.token_urlsafe(32)
    await owner.execute(
        "insert into api_key (account_id, name, hint, token_hash) values ($1, 'test', '…', $2)",
        person.id,
        digest(key),
    )
    return {"authorization": f"Bearer {key}"}


def _public(method: str, path: str) -> bool:
    return path.startswith("/api/practitioners") or (method, path) == ("get", "/api/availability_slots")


async def test_each_operation_is_documented(client: Callable[..., httpx.AsyncClient]) -> None:
    document = (await client().get("/api/docs/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["securitySchemes"]) == {"key", "signIn"}
    shapes = document["components"]["schemas"]
    assert [name for name in shapes if "_" in name] == [], "two shapes of one name: named by their modules"
    assert shapes["ApprovedSession"]["additionalProperties"] is False, "bodies are closed"
    for path, item in document["paths"].items():
        assert path.startswith("/api/")
        for method, operation in item.items():
            answers = operation["responses"]
            assert operation["summary"], path
            assert operation["description"], path
            assert bool(operation.get("security")) != _public(method, path)
            assert any(status.startswith("2") for status in answers)
            assert {"application/problem+json"} == {
                media for status, each in answers.items() if status >= "4" for media in each["content"]
            }
            if method != "get":
                assert "Idempotency-Key" in [each["name"] for each in operation["parameters"]]


async def test_the_page_shows_every_operation_and_every_problem(
    client: Callable[..., httpx.AsyncClient],
) -> None:
    browser = client()
    document = (await browser.get("/api/docs/openapi.json")).json()
    page = (await browser.get("/api/docs")).text
    for item in document["paths"].values():
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in page
    for kind in ("slot-taken", "wrong-state", "idempotency-key-reused", "too-many-requests"):
        assert f"/problems/{kind}" in page
        assert (await browser.get(f"/problems/{kind}")).headers["location"] == f"/api/docs#{kind}"
