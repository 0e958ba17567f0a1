"""Requests that other sites make a browser send, and changes by reading (ASVS 3.5.1, 3.5.3, 4.1.3)."""

from typing import Any

import pytest
from litestar import Litestar

from tests.access.asking import filled, form_of, routes_of
from tests.access.cast import Cast
from tests.access.stage import fingerprint
from tests.attacks.conftest import Assemble, Open

_TOKEN = "_csrf_token"


@pytest.fixture
async def cast(assembled: Assemble) -> Cast:
    return await assembled("pending_approval")


# Mail programs (RFC 8058) and the card provider send these without cookies: what is signed is the proof.
_WITHOUT_COOKIES = {
    ("POST", each) for each in ("/unsubscribe", "/webhooks/stripe", "/webhooks/stripe/connect")
}


def changing(app: Litestar) -> list[tuple[str, str]]:
    return sorted({each for each in routes_of(app) if each[0] != "GET"} - _WITHOUT_COOKIES)


async def test_no_change_without_the_right_token(app: Litestar, owner: Any, cast: Cast, opened: Open) -> None:
    """Every changing route: without one, with another browser's, with one in the address."""
    foreign, before = await opened().token(), await fingerprint(owner)
    browser = opened(cast, "own practitioner")
    own = await browser.token()
    as_program = {"accept": "application/json"}  # the same gate refuses; without a page, which is dear
    for method, path in changing(app):
        address = filled(path, cast)
        for where, headers in (
            (address, {}),
            (address, {"x-csrftoken": foreign} | as_program),
            (f"{address}?{_TOKEN}={own}", as_program),
        ):
            answer = await browser.client.request(method, where, headers=headers, **form_of(path, cast))
            assert answer.status_code == 403, (method, where, headers)
    assert await fingerprint(owner) == before


async def test_a_wrong_token_of_any_letters_is_refused_not_crashed_on(
    owner: Any, cast: Cast, opened: Open
) -> None:
    browser, before = opened(cast, "own practitioner"), await fingerprint(owner)
    own = await browser.token()
    tokens: list[bytes] = [own[:-1].encode(), own.encode() + b"0", b"0" * 128]
    tokens += ["\u00e9".encode("latin-1") * 128, "\u0442".encode() * 64, b"\xff\xfe" * 64]
    for token in tokens:
        for path in (f"/sessions/{cast.session_id}/approval", f"/api/sessions/{cast.session_id}/cancel"):
            answer = await browser.client.post(path, headers=[(b"x-csrftoken", token)])
            assert answer.status_code == 403, token
    browser.client.cookies.delete("visavis-csrf")
    for path in (f"/sessions/{cast.session_id}/approval", f"/api/sessions/{cast.session_id}/cancel"):
        assert (await browser.client.post(path, headers={"x-csrftoken": own})).status_code == 403
    assert await fingerprint(owner) == before


@pytest.mark.parametrize(
    "field",
    [
        {"data": {_TOKEN: "é" * 128}},
        {"files": {_TOKEN: ("token.txt", b"x", "text/plain")}},
        {"data": {_TOKEN: ["a", "b"]}},
        {"content": b"_csrf_token=%ff%fe", "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"json": {_TOKEN: "x"}},
        {"content": b"_csrf_token=x", "headers": {"content-type": "text/plain"}},
        {"content": b"", "headers": {"content-type": "multipart/form-data"}},
        {"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=x"}},
    ],
)
async def test_a_token_field_of_any_kind_is_refused_not_crashed_on(
    owner: Any, cast: Cast, opened: Open, field: dict[str, Any]
) -> None:
    browser = opened(cast, "own client")
    await browser.token()
    before = await fingerprint(owner)
    answer = await browser.client.post(f"/sessions/{cast.session_id}/cancellation", **field)
    assert answer.status_code in (400, 403)
    assert await fingerprint(owner) == before


async def test_a_token_belongs_to_its_browser(owner: Any, cast: Cast, opened: Open) -> None:
    """One that the attacker got for herself is worth nothing in the victim's form."""
    attacker, victim = opened(cast, "other client"), opened(cast, "own client")
    stolen = await attacker.token()
    await victim.token()
    answer = await victim.client.post(
        f"/sessions/{cast.session_id}/cancellation", data={_TOKEN: stolen, "reason": "x"}
    )
    assert answer.status_code == 403


async def test_the_method_is_what_it_is(owner: Any, cast: Cast, opened: Open) -> None:
    browser = opened(cast, "own practitioner")
    before = await fingerprint(owner)
    token = await browser.token()
    for name in ("x-http-method-override", "x-http-method", "x-method-override"):
        for method in ("PUT", "POST", "DELETE"):
            answer = await browser.get(
                f"/sessions/{cast.session_id}/approval?_method={method}",
                headers={name: method, "x-csrftoken": token},
            )
            assert answer.status_code == 200
    for method in ("GET", "HEAD", "DELETE", "PATCH", "TRACE", "PROPFIND"):
        answer = await browser.send(method, f"/api/sessions/{cast.session_id}/approve")
        assert answer.status_code == 405, method
    assert await fingerprint(owner) == before


async def test_no_other_site_may_read_answers(cast: Cast, opened: Open) -> None:
    browser = opened(cast, "own client")
    headers = {"origin": "https://evil.example", "access-control-request-method": "PUT"}
    for method in ("OPTIONS", "GET"):
        answer = await browser.client.request(method, f"/api/sessions/{cast.session_id}", headers=headers)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_the_token_cookie_is_no_scripts_business(opened: Open) -> None:
    answer = await opened().get("/sign-up")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_each_browser_has_its_own_token_in_the_same_cards(cast: Cast, opened: Open) -> None:
    """Cards are remembered: a token among them would be another browser's."""
    tokens = set()
    for browser in (opened(cast, "own practitioner"), opened(cast, "own practitioner")):
        token = await browser.token()
        page = (await browser.client.get("/dashboard/practitioner")).text
        cards = page[page.index('class="session"') :]
        assert cards.count(f'name="{_TOKEN}" value="{token}"') == cards.count(f'name="{_TOKEN}"') > 0
        tokens.add(token)
    assert len(tokens) == 2
