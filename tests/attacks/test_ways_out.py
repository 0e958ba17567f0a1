"""The way out of mail opens for nothing but what we put into it (ASVS 9.1.2, 11.3.3, 3.5.1)."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.databases import SECRET_KEY
from tests.support.world import make_person
from visavis.kit.sealing import Keyring
from visavis.notifications.mail_links import LinkUnknownError, WayOut, read_token, token_of
from visavis.settings import Settings

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
KEYS = Keyring(b"k" * 32, purpose="ways out of mail")


def refused(keys: Keyring, token: str) -> bool:
    try:
        read_token(keys, token)
    except LinkUnknownError:
        return True
    return False


def test_what_was_made_is_read_and_says_nothing() -> None:
    out = WayOut(uuid4(), "requests")
    tokens = {token_of(KEYS, out) for _ in range(20)}
    assert len(tokens) == 20
    assert all(read_token(KEYS, token) == out for token in tokens)
    assert all(out.account_id.hex not in token and set(token) <= set(LETTERS) for token in tokens)


def test_no_letter_of_it_can_be_another() -> None:
    token = token_of(KEYS, WayOut(uuid4(), "requests"))
    for place in range(len(token) - 1):  # of the last one, some bits mean nothing
        other = LETTERS[(LETTERS.index(token[place]) + 1) % 64]
        assert refused(KEYS, token[:place] + other + token[place + 1 :]), place
    for cut in range(len(token)):
        assert refused(KEYS, token[:cut])
    assert refused(KEYS, token + "AAAA")


@pytest.mark.parametrize("token", ["", "A", "=", "%00", "ü" * 90, "A" * 90, "A" * 100_000, "../x", "\x00"])
def test_what_we_did_not_make_is_unknown(token: str) -> None:
    assert refused(KEYS, token)


def test_keys_of_other_uses_and_other_places_open_nothing() -> None:
    out = WayOut(uuid4(), "requests")
    notes = Keyring(b"k" * 32, purpose="session notes")
    assert refused(KEYS, token_of(notes, out))
    assert refused(KEYS, token_of(Keyring(b"x" * 32, purpose="ways out of mail"), out))


def test_an_old_key_still_opens_after_a_change() -> None:
    out = WayOut(uuid4(), "answers")
    changed = Keyring(b"n" * 32, [b"k" * 32], purpose="ways out of mail")
    assert read_token(changed, token_of(KEYS, out)) == out


async def test_one_persons_link_does_nothing_to_another(client: Any, owner: Any, settings: Settings) -> None:
    """Not even with another one's cookie along, from another site: the token alone says whose mail it is."""
    ada, ben = await make_person(owner, "Ada"), await make_person(owner, "Ben")
    link = f"/unsubscribe?token={token_of(settings.unsubscribe_keys, WayOut(ada.id, 'payments'))}"
    browser = ben.sign_in(client())
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    assert (await browser.post(link, headers=foreign)).status_code == 200
    assert "Ada" not in (await browser.get(link)).text
    rows = await owner.fetch("select account_id, mail_off from notification_choice")
    assert [tuple(row) for row in rows] == [(ada.id, ["payments"])]
    assert SECRET_KEY not in link


async def test_without_an_account_there_is_nothing_to_change(
    client: Any, owner: Any, settings: Settings
) -> None:
    gone = token_of(settings.unsubscribe_keys, WayOut(uuid4(), "payments"))
    for method in ("get", "post"):
        answer = await getattr(client(), method)("/unsubscribe?token=nothing")
        assert answer.status_code == 404
    assert (await client().post(f"/unsubscribe?token={gone}")).status_code == 404
    assert await owner.fetchval("select count(*) from notification_choice") == 0
    assert await owner.fetchval("select count(*) from audit_event") == 0


async def test_reminders_are_turned_off_where_they_are_chosen(
    client: Any, owner: Any, settings: Settings
) -> None:
    ada = await make_person(owner, "Ada")
    link = f"/unsubscribe?token={token_of(settings.unsubscribe_keys, WayOut(ada.id, 'before'))}"
    for _ in range(2):
        assert (await client().post(link)).status_code == 200
    assert await owner.fetchval("select remind_before_minutes from account") == []
    assert await owner.fetchval("select count(*) from audit_event") == 1
