"""Daily.co as its documentation says, Jitsi as its server reads it, and what both are told."""

import base64
import hmac
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest

from tests.support.daily import DOMAIN, KEY, StandIn, open_daily
from visavis.settings import Settings
from visavis.video.makers import MakerError, Meeting, Person, daily, maker_of
from visavis.video.makers.daily import Daily
from visavis.video.makers.jitsi import Jitsi
from visavis.video.makers.naming import room_name

SECRET = b"a secret of this installation"
SESSION = UUID("01934d2c-7a00-7000-8000-000000000001")
NOW = datetime.now(UTC).replace(microsecond=0)
MINUTES = timedelta(minutes=1)
MEETING = Meeting(session_id=SESSION, opens_at=NOW - 10 * MINUTES, closes_at=NOW + 60 * MINUTES)
EMMA, SARAH = Person(name="Emma", leads=False), Person(name="Dr. Johnson", leads=True)


@pytest.fixture(scope="module")
def account() -> Iterator[tuple[StandIn, str]]:
    with open_daily() as opened:
        yield opened


@pytest.fixture
def provider(account: tuple[StandIn, str]) -> StandIn:
    account[0].reset()
    return account[0]


@pytest.fixture
def maker(provider: StandIn, account: tuple[StandIn, str]) -> Daily:
    return Daily(account[1], KEY, SECRET)


def test_names_cannot_be_guessed_and_stay() -> None:
    name = room_name(SECRET, SESSION)
    assert re.fullmatch(r"[a-z2-7]{24}", name)
    assert name == room_name(SECRET, SESSION)
    assert len({name, room_name(b"another", SESSION), room_name(SECRET, uuid4())}) == 3
    assert str(SESSION)[:8] not in name


async def test_a_room_is_private_and_ends(maker: Daily, provider: StandIn) -> None:
    made = await maker.make(MEETING)
    assert made.url == f"https://{DOMAIN}.daily.co/{made.name}"
    assert provider.rooms[made.name] == {
        "privacy": "private",
        "nbf": int(MEETING.opens_at.timestamp()),
        "exp": int(MEETING.closes_at.timestamp()),
        "eject_at_room_exp": True,
        "max_participants": 4,
        "enforce_unique_user_ids": True,
        "enable_knocking": False,
    }


async def test_made_twice_is_one_room_with_the_times_of_now(maker: Daily, provider: StandIn) -> None:
    first = await maker.make(MEETING)
    later = Meeting(
        session_id=SESSION,
        opens_at=MEETING.opens_at + timedelta(days=1),
        closes_at=MEETING.closes_at + timedelta(days=1),
    )
    again = await maker.make(later)
    assert (again.name, again.url) == (first.name, first.url)
    assert provider.rooms[first.name]["exp"] == int(later.closes_at.timestamp())
    assert len(provider.rooms) == 1


async def test_a_link_is_a_persons_own_and_tells_little(maker: Daily, provider: StandIn) -> None:
    made = await maker.make(MEETING)
    links = [urlsplit(await maker.link(made, person)) for person in (EMMA, SARAH)]
    assert {(link.netloc, link.path) for link in links} == {(f"{DOMAIN}.daily.co", f"/{made.name}")}
    emma, sarah = (provider.tokens[parse_qs(link.query)["t"][0]] for link in links)
    assert emma == {
        "room_name": made.name,
        "user_name": "Emma",
        "user_id": "client",
        "is_owner": False,
        "nbf": int(MEETING.opens_at.timestamp()),
        "exp": int(MEETING.closes_at.timestamp()),
        "eject_at_token_exp": True,
    }
    assert (sarah["user_name"], sarah["user_id"], sarah["is_owner"]) == ("Dr. Johnson", "practitioner", True)


async def test_closing_twice_does_no_harm(maker: Daily, provider: StandIn) -> None:
    made = await maker.make(MEETING)
    await maker.close(made)
    await maker.close(made)
    assert provider.rooms == {}


@pytest.mark.parametrize(
    ("fault", "trouble", "lasting"),
    [
        (500, "daily: 500 server-error", False),
        (429, "daily: 429 rate-limit-error", False),
        (403, "daily: 403 server-error", True),
        ("garbage", "daily: 200, and an answer that is none", False),
        ("endless", "daily: an endless answer", False),
        ("hang-up", "daily: no answer (RemoteProtocolError)", False),
        ("silence", "daily: no answer (TimeoutError)", False),
        ("elsewhere", "daily: a room of another name or place", False),
    ],
)
async def test_every_failure_is_trouble_with_a_name(
    maker: Daily,
    provider: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    fault: int | str,
    trouble: str,
    lasting: bool,
) -> None:
    monkeypatch.setattr(daily, "PATIENCE", 0.3 if fault == "silence" else 30.0)
    provider.faulty(fault)
    with pytest.raises(MakerError) as failed:
        await maker.make(MEETING)
    assert (failed.value.trouble, failed.value.lasting) == (trouble, lasting)


async def test_nobody_listens() -> None:
    with pytest.raises(MakerError, match=r"daily: no answer \(ConnectError\)") as failed:
        await Daily("http://127.0.0.1:9", KEY, SECRET).make(MEETING)
    assert failed.value.__cause__ is None


async def test_a_wrong_key_is_no_reason_to_try_again(account: tuple[StandIn, str], provider: StandIn) -> None:
    with pytest.raises(MakerError) as failed:
        await Daily(account[1], "wrong-key", SECRET).make(MEETING)
    assert failed.value.lasting
    assert failed.value.trouble == "daily: 401 authentication-error"


async def test_what_is_refused_for_good_says_so(maker: Daily, provider: StandIn) -> None:
    over = Meeting(session_id=SESSION, opens_at=NOW - timedelta(days=2), closes_at=NOW - timedelta(days=1))
    with pytest.raises(MakerError) as failed:
        await maker.make(over)
    assert failed.value.lasting
    assert failed.value.trouble == "daily: 400 invalid-request-error"


async def test_a_name_is_a_word_among_others(maker: Daily, provider: StandIn) -> None:
    made = await maker.make(MEETING)
    nasty = Person(name='"><script>alert(1)</script>","is_owner":true,"x":"', leads=False)
    link = await maker.link(made, nasty)
    said = provider.tokens[parse_qs(urlsplit(link).query)["t"][0]]
    assert (said["user_name"], said["is_owner"]) == (nasty.name, False)
    assert "script" not in link


# Jitsi


def jitsi(**more: object) -> Jitsi:
    given = {"url": "https://Meet.Example.org", "app_id": "visavis", "secret": "s" * 40, "names": SECRET}
    return Jitsi(**{**given, **more})  # type: ignore[arg-type]


def opened(token: str, secret: str = "s" * 40) -> dict[str, object]:
    """The claims, checked by hand as RFC 7515 says."""
    head, claims, signature = token.split(".")
    expected = hmac.new(secret.encode(), f"{head}.{claims}".encode(), "sha256").digest()
    assert hmac.compare_digest(_bytes(signature), expected)
    assert json.loads(_bytes(head)) == {"alg": "HS256", "typ": "JWT"}
    read: dict[str, object] = json.loads(_bytes(claims))
    return read


def _bytes(text: str) -> bytes:
    assert "=" not in text
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def test_jitsi_asks_nobody_and_signs_for_each_person() -> None:
    maker = jitsi()
    made = await maker.make(MEETING)
    assert made.url == f"https://Meet.Example.org/{made.name}"
    claims = opened(parse_qs(urlsplit(await maker.link(made, SARAH)).query)["jwt"][0])
    assert claims == {
        "aud": "jitsi",
        "iss": "visavis",
        "sub": "meet.example.org",
        "room": made.name,
        "nbf": int(MEETING.opens_at.timestamp()),
        "exp": int(MEETING.closes_at.timestamp()),
        "context": {"user": {"name": "Dr. Johnson", "moderator": "true", "affiliation": "owner"}},
    }
    emma = opened(parse_qs(urlsplit(await maker.link(made, EMMA)).query)["jwt"][0])
    assert emma["context"] == {"user": {"name": "Emma", "moderator": "false", "affiliation": "member"}}


async def test_jitsi_without_a_secret_is_its_name() -> None:
    maker = jitsi(app_id="", secret="")
    made = await maker.make(MEETING)
    assert await maker.link(made, EMMA) == made.url


async def test_jitsi_with_a_tenant() -> None:
    maker = jitsi(url="https://meet.example.org/Practice")
    made = await maker.make(MEETING)
    assert made.url == f"https://meet.example.org/Practice/{made.name}"
    claims = opened(parse_qs(urlsplit(await maker.link(made, EMMA)).query)["jwt"][0])
    assert claims["sub"] == "practice"
    assert maker.goes_to == "https://meet.example.org"


# Which


def test_the_settings_choose() -> None:
    assert maker_of(Settings()).kind == "built_in"
    by_daily = Settings(video="daily", daily_api_key=KEY)  # type: ignore[arg-type]
    assert maker_of(by_daily).kind == "daily"
    by_jitsi = Settings(video="jitsi", jitsi_url="https://meet.example.org")
    assert maker_of(by_jitsi).kind == "jitsi"
    assert maker_of(by_jitsi, "daily").kind == "built_in", "no key any more for what was made earlier"
    assert maker_of(by_jitsi, "built_in").kind == "built_in"
