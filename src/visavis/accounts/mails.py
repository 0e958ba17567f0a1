"""The mails of accounts. They greet nobody by name: what a stranger typed must not travel by our mail."""

from visavis.accounts.rules import Purpose
from visavis.kit.letters import Letter, Way, write
from visavis.kit.sql import Tx
from visavis.kit.words import _, translations
from visavis.operations.mail import enqueue

_PATHS: dict[Purpose, str] = {"confirm_email": "/confirm-email", "reset_password": "/reset-password"}


async def send_confirmation(tx: Tx, to: str, site: str, token: str) -> None:
    """A link that confirms the address; `site` is the public URL."""
    letter = Letter(
        subject=_words(_("Please confirm your e-mail address")),
        heading=_words(_("Please confirm your e-mail address")),
        words=[_words(_("Somebody, we hope you, has signed up at Visavis with this e-mail address."))],
        button=_words(_("Confirm my address")),
        link=_link(site, "confirm_email", token),
        small=[
            _words(_("The link works for three days. If it was not you, there is nothing to do: without "
                     "this link the address stays unconfirmed."))
        ],
    )  # fmt: skip
    await enqueue(tx, to, write(letter))


async def send_reset(tx: Tx, to: str, site: str, token: str) -> None:
    """A link that leads to a new password."""
    letter = Letter(
        subject=_words(_("A new password")),
        heading=_words(_("A new password")),
        words=[_words(_("Somebody, we hope you, has asked for a new password at Visavis."))],
        button=_words(_("Choose a new password")),
        link=_link(site, "reset_password", token),
        small=[
            _words(_("The link works once, for one hour. If it was not you, there is nothing to do: your "
                     "password stays as it is."))
        ],
    )  # fmt: skip
    await enqueue(tx, to, write(letter))


async def send_known(tx: Tx, to: str, site: str) -> None:
    """To the owner, when somebody signs up with an address that has an account."""
    letter = Letter(
        subject=_words(_("You already have an account")),
        heading=_words(_("You already have an account")),
        words=[
            _words(_("Somebody, perhaps you, has tried to sign up at Visavis with this e-mail address. You "
                     "already have an account, so nothing was changed."))
        ],
        button=_words(_("Sign in")),
        link=f"{site}/sign-in",
        ways=[
            Way(_words(_("You do not remember your password?")), _words(_("Choose a new one")),
                f"{site}/forgot-password")
        ],
    )  # fmt: skip
    await enqueue(tx, to, write(letter))


async def send_password_changed(tx: Tx, to: str, site: str) -> None:
    """To the owner, so that a change by a thief does not go unseen."""
    letter = Letter(
        subject=_words(_("Your password was changed")),
        heading=_words(_("Your password was changed")),
        words=[
            _words(_("The password of your account at Visavis was just changed, and every other device was "
                     "signed out. If that was you, all is well.")),
            _words(_("If it was not you, choose a new password at once:")),
        ],
        button=_words(_("Choose a new password")),
        link=f"{site}/forgot-password",
    )  # fmt: skip
    await enqueue(tx, to, write(letter))


def _link(site: str, purpose: Purpose, token: str) -> str:
    return f"{site}{_PATHS[purpose]}?token={token}"


def _words(sentence: str) -> str:
    return str(translations("en").gettext(sentence))
