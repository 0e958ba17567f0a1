"""The mails of accounts. They greet nobody by name: what a stranger typed must not travel by our mail."""

from functools import cache

from jinja2 import Environment

from visavis.accounts.rules import Purpose
from visavis.kit.pages import environment
from visavis.kit.sql import Tx
from visavis.kit.words import translations
from visavis.operations.mail import enqueue

_PATHS: dict[Purpose, str] = {"confirm_email": "/confirm-email", "reset_password": "/reset-password"}


async def send_confirmation(tx: Tx, to: str, site: str, token: str) -> None:
    """A link that confirms the address; `site` is the public URL."""
    subject = _words("Please confirm your e-mail address")
    await _send(tx, to, subject, "confirm", site, link=_link(site, "confirm_email", token))


async def send_reset(tx: Tx, to: str, site: str, token: str) -> None:
    """A link that leads to a new password."""
    await _send(tx, to, _words("A new password"), "reset", site, link=_link(site, "reset_password", token))


async def send_known(tx: Tx, to: str, site: str) -> None:
    """To the owner, when somebody signs up with an address that has an account."""
    await _send(tx, to, _words("You already have an account"), "known", site, link=f"{site}/sign-in")


async def send_password_changed(tx: Tx, to: str, site: str) -> None:
    """To the owner, so that a change by a thief does not go unseen."""
    await _send(tx, to, _words("Your password was changed"), "changed", site, link=f"{site}/forgot-password")


def _link(site: str, purpose: Purpose, token: str) -> str:
    return f"{site}{_PATHS[purpose]}?token={token}"


def _words(sentence: str) -> str:
    return str(translations("en").gettext(sentence))


async def _send(tx: Tx, to: str, subject: str, template: str, site: str, link: str) -> None:
    context = {"subject": subject, "site": site, "link": link}
    text = _plain().get_template(f"accounts/mail_{template}.txt").render(context)
    html = environment().get_template(f"accounts/mail_{template}.html").render(context)
    await enqueue(tx, to, subject, text, html)


@cache
def _plain() -> Environment:
    """The same templates, where & is & and not &amp;."""
    return environment().overlay(autoescape=False)
