from pathlib import Path

import pytest

from visavis.operations.errors import StartError
from visavis.operations.secrets import kept_secret
from visavis.setting_table import settings_page, table, unknown_names
from visavis.settings import Settings, SettingsError, load_settings


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("VISAVIS_PORT", "eighty", "VISAVIS_PORT: "),
        ("VISAVIS_PORT", "70000", "VISAVIS_PORT: "),
        ("VISAVIS_PUBLIC_URL", "visavis.example", "VISAVIS_PUBLIC_URL: must be http:// or https://"),
        ("VISAVIS_PUBLIC_URL", "https://visavis.example/path", "without a path"),
        ("VISAVIS_DATABASE_URL", "mysql://x/y", "VISAVIS_DATABASE_URL: must look like postgresql://"),
        ("VISAVIS_SECRET_KEY", "short", "VISAVIS_SECRET_KEY: must have at least 32 characters"),
        ("VISAVIS_SMTP_URL", "mail.example", "VISAVIS_SMTP_URL: must look like smtp://"),
        ("VISAVIS_MAIL_FROM", "nobody\nBcc: all", "VISAVIS_MAIL_FROM: must look like"),
        ("VISAVIS_DEMO", "perhaps", "VISAVIS_DEMO: "),
        ("VISAVIS_LOG_LEVEL", "loud", "VISAVIS_LOG_LEVEL: "),
        ("VISAVIS_WEB_PROCESSES", "0", "VISAVIS_WEB_PROCESSES: "),
        ("VISAVIS_VIDEO", "skype", "VISAVIS_VIDEO: "),
        ("VISAVIS_VIDEO", "daily", "VISAVIS_DAILY_API_KEY: is needed when VISAVIS_VIDEO is daily."),
        ("VISAVIS_VIDEO", "jitsi", "VISAVIS_JITSI_URL: is needed when VISAVIS_VIDEO is jitsi."),
        ("VISAVIS_DAILY_URL", "http://api.daily.co/v1", "VISAVIS_DAILY_URL: must begin with https://"),
        ("VISAVIS_JITSI_URL", "https://me:short@meet.example", "VISAVIS_JITSI_URL: must be https:// and a"),
        ("VISAVIS_JITSI_URL", "http://127.0.0.1:8443", "VISAVIS_JITSI_URL: must begin with https://"),
        ("VISAVIS_JITSI_APP_ID", "visavis", "VISAVIS_JITSI_SECRET: is needed with VISAVIS_JITSI_APP_ID."),
        ("VISAVIS_JITSI_SECRET", "short", "VISAVIS_JITSI_APP_ID: is needed with VISAVIS_JITSI_SECRET."),
        ("VISAVIS_STUN_URLS", "turn:turn.example", "VISAVIS_STUN_URLS: must look like stun:"),
        ("VISAVIS_TURN_URLS", "turn:a.example,b.example", "VISAVIS_TURN_URLS: must look like turn:"),
        (
            "VISAVIS_TURN_URLS",
            "turn:a.example:3478",
            "VISAVIS_TURN_SECRET: is needed with VISAVIS_TURN_",
        ),
        ("VISAVIS_TURN_SECRET", "short", "VISAVIS_TURN_URLS: is needed with VISAVIS_TURN_"),
        ("VISAVIS_STRIPE_SECRET_KEY", "sk_short", "VISAVIS_STRIPE_SECRET_KEY: must look like sk_test_"),
        ("VISAVIS_STRIPE_SECRET_KEY", "pk_test_short1234", "VISAVIS_STRIPE_SECRET_KEY: must look like sk_"),
        ("VISAVIS_STRIPE_PUBLISHABLE_KEY", "sk_test_short1234", "PUBLISHABLE_KEY: must look like pk_test_"),
        ("VISAVIS_STRIPE_WEBHOOK_SECRET", "short", "VISAVIS_STRIPE_WEBHOOK_SECRET: must look like whsec_"),
        ("VISAVIS_STRIPE_WEBHOOK_SECRET", "whsec_short123", "VISAVIS_STRIPE_SECRET_KEY: is needed with"),
        ("VISAVIS_STRIPE_URL", "http://api.stripe.com", "VISAVIS_STRIPE_URL: must begin with https://"),
        ("VISAVIS_STRIPE_SCRIPT_URL", "http://js.stripe.com", "STRIPE_SCRIPT_URL: must begin with https://"),
    ],
)
def test_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, complaint: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert complaint in str(raised.value)
    assert "short" not in str(raised.value)  # never repeats a secret


def test_all_wrong_values_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_PORT", "x")
    monkeypatch.setenv("VISAVIS_DEMO", "x")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert len(str(raised.value).splitlines()) == 2


def test_public_url_follows_host_and_port() -> None:
    assert Settings(port=8123).public_url == "http://127.0.0.1:8123"
    assert Settings(host="0.0.0.0", port=8123).public_url == "http://127.0.0.1:8123"
    assert Settings(host="::1").public_url == "http://[::1]:8000"
    assert not Settings().secure
    assert Settings(public_url="https://visavis.example/").public_url == "https://visavis.example"


def test_secret_is_made_once_and_private(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    secret = settings.secret_key
    file = tmp_path / "home" / "secret.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(secret) == 64
    assert Settings(home=tmp_path / "home").secret_key == secret


def test_secret_open_to_others_is_refused(tmp_path: Path) -> None:
    kept_secret(tmp_path / "secret.key")
    (tmp_path / "secret.key").chmod(0o644)
    with pytest.raises(StartError, match="chmod 600"):
        kept_secret(tmp_path / "secret.key")


def test_table_hides_passwords() -> None:
    settings = Settings(
        given_secret_key="s" * 40,
        database_url="postgresql://owner:topsecret@db/visavis",
        smtp_url="smtps://me:topsecret@mail",
        daily_api_key="topsecret",
        jitsi_app_id="visavis",
        jitsi_secret="topsecret",
        turn_urls="turn:turn.example:3478?transport=udp, turns:[::1]:5349",
        turn_secret="topsecret",
    )
    shown = " ".join(row.value for row in table(settings))
    assert "topsecret" not in shown
    assert "sss" not in shown
    assert all(row.meaning for row in table())


def test_addresses_of_servers_are_lists() -> None:
    settings = Settings(
        stun_urls="stun:stun.example:3478",
        turn_urls="turn:turn.example?transport=udp, turns:[::1]:5349 ,",
        turn_secret="s",
    )
    assert settings.stun_servers == ["stun:stun.example:3478"]
    assert settings.turn_servers == ["turn:turn.example?transport=udp", "turns:[::1]:5349"]
    assert Settings().turn_servers == []


def test_misspelt_name_is_noticed() -> None:
    assert unknown_names({"VISAVIS_PROT": "1", "VISAVIS_PORT": "1", "PATH": ""}) == [
        "VISAVIS_PROT is not a setting; did you mean VISAVIS_PORT?."
    ]


def test_keys_of_stripe_come_together_and_are_of_one_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_STRIPE_SECRET_KEY", "rk_live_topsecret")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert [line.partition(":")[0] for line in str(raised.value).splitlines()] == [
        "VISAVIS_STRIPE_PUBLISHABLE_KEY",
        "VISAVIS_STRIPE_WEBHOOK_SECRET",
    ]
    monkeypatch.setenv("VISAVIS_STRIPE_WEBHOOK_SECRET", "whsec_topsecret")
    monkeypatch.setenv("VISAVIS_STRIPE_PUBLISHABLE_KEY", "pk_test_12345678")
    with pytest.raises(SettingsError, match="VISAVIS_STRIPE_PUBLISHABLE_KEY: must be of the same mode"):
        load_settings()
    monkeypatch.setenv("VISAVIS_STRIPE_PUBLISHABLE_KEY", "pk_live_12345678")
    settings = load_settings()
    assert "topsecret" not in repr(settings) + " ".join(row.value for row in table(settings))


def test_connect_needs_its_secret_and_the_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_STRIPE_CONNECT", "on")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert str(raised.value).splitlines() == [
        "VISAVIS_STRIPE_SECRET_KEY: is needed when VISAVIS_STRIPE_CONNECT is yes.",
        "VISAVIS_STRIPE_CONNECT_WEBHOOK_SECRET: is needed with VISAVIS_STRIPE_CONNECT.",
    ]
    monkeypatch.delenv("VISAVIS_STRIPE_CONNECT")
    monkeypatch.setenv("VISAVIS_STRIPE_CONNECT_WEBHOOK_SECRET", "whsec_12345678")
    with pytest.raises(SettingsError, match=r"VISAVIS_STRIPE_CONNECT: is needed with .*WEBHOOK_SECRET\."):
        load_settings()


def test_page_of_settings_is_up_to_date() -> None:
    page = Path(__file__).parent.parent.parent / "docs" / "settings.md"
    assert page.read_text() == settings_page(), "bin/visavis check-config --page > docs/settings.md"
