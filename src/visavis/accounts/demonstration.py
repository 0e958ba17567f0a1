"""What only a demonstration has: being anybody with one click, and reading the mail it would have sent."""

import re
from datetime import datetime
from uuid import UUID

import msgspec
from markupsafe import Markup

from visavis.accounts import queries
from visavis.accounts.actions.links import as_owner
from visavis.accounts.actions.signing_in import Entry, enter, sign_out
from visavis.accounts.queries import DemonstrationRow, MailRow
from visavis.kit.actor import NOBODY, Actor
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.settings import Settings

MOST_MAIL = 50


class Role(msgspec.Struct, frozen=True):
    """Somebody to be."""

    account_id: UUID
    name: str
    part: str


class Letter(msgspec.Struct, frozen=True):
    """A mail to read; `words` is its text with our own links made clickable."""

    mail: MailRow
    words: Markup


_ORDER = ("practitioner", "client", "operator")


async def people_to_be(db: Db, settings: Settings) -> list[Role]:
    """Everybody one can be with one click; nobody outside a demonstration."""
    if not settings.demo:
        return []
    async with db.transaction(NOBODY) as tx:
        found = await queries.demonstration_accounts.all(tx)
    people = [Role(each.account_id, each.name, _part(each)) for each in found]
    return sorted(people, key=lambda person: (_ORDER.index(person.part), person.account_id))


async def be(
    db: Db, actor: Actor, settings: Settings, account_id: UUID, user_agent: str, now: datetime
) -> Entry:
    """Sign in as one of them. NotFoundError for everybody else, and everywhere else."""
    if account_id not in {each.account_id for each in await people_to_be(db, settings)}:
        raise NotFoundError
    await sign_out(db, actor, now, quietly=True)
    return await enter(db, as_owner(actor, account_id), user_agent, now)


async def letters(db: Db, settings: Settings) -> list[Letter]:
    """The latest mail, newest first. NotFoundError outside a demonstration."""
    if not settings.demo:
        raise NotFoundError
    async with db.transaction(NOBODY) as tx:
        if not await queries.is_demonstration.value(tx):
            raise NotFoundError
        found = await queries.demonstration_mail.all(tx, MOST_MAIL)
    return [Letter(mail, clickable(mail.text_body, settings.public_url)) for mail in found]


def clickable(text: str, site: str) -> Markup:
    """The text with links to `site`, and to nothing else, made clickable."""
    link = re.compile(rf"({re.escape(site)}/[A-Za-z0-9/?=&_.~%-]*)")
    parts = [
        Markup('<a href="{0}">{0}</a>').format(part) if number % 2 else Markup.escape(part)
        for number, part in enumerate(link.split(text))
    ]
    return Markup().join(parts)


def _part(person: DemonstrationRow) -> str:
    if person.is_operator:
        return "operator"
    return "practitioner" if person.is_practitioner else "client"
