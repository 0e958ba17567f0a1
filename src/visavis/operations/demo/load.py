"""Loads the demonstration: all of it or nothing, once; with each start somebody is invited anew."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from visavis.booking.policies import PRESETS
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.clock import utc_now
from visavis.kit.db import Database
from visavis.kit.files import files_in
from visavis.kit.sql import Tx
from visavis.money.checking import check_books
from visavis.operations.demo import queries
from visavis.operations.demo.credits import tell_credits
from visavis.operations.demo.instant import invite, tell_lapsed
from visavis.operations.demo.money import tell_money
from visavis.operations.demo.people import CLIENTS, OPERATOR, PRACTITIONERS, DemoPerson, DemoPractitioner
from visavis.operations.demo.stories import STORIES
from visavis.operations.demo.talk import tell_talks
from visavis.operations.demo.telling import Cast, Teller
from visavis.operations.demo.ways import REQUESTS, add_ways, ask
from visavis.operations.errors import StartError
from visavis.operations.roles import WORKER, url_for
from visavis.settings import Settings


class NotEmptyError(StartError):
    """A demonstration never mixes with real people."""


async def load(database_url: str, settings: Settings) -> bool:
    """Load the demonstration practice; False when it is there already.

    Raises NotEmptyError when real accounts exist.
    """
    database = await Database.open(url_for(database_url, WORKER, settings.secret_key))
    try:
        return await _load(database, settings, utc_now())
    finally:
        await database.close()


async def _load(database: Database, settings: Settings, now: datetime) -> bool:
    db = database.handle()
    async with db.transaction(SYSTEM) as tx:
        if await queries.is_loaded.value(tx):
            await invite(tx, now)
            return False
        if await queries.has_accounts.value(tx):
            raise NotEmptyError("This installation has real accounts: a demonstration needs an empty one.")
        cast = await _people(tx)
        teller = Teller(db, tx, files_in(settings.home), cast, now)
        for story in STORIES:
            await teller.tell(story)
        await tell_credits(teller)
        await tell_money(teller)
        offerings = await add_ways(tx, cast.actors)
        for request in REQUESTS:
            await ask(db, tx, cast.actors, offerings, request, now)
        await tell_lapsed(db, tx, now)
        await tell_talks(teller)
        await queries.read_before.run(tx, now - timedelta(hours=4))
        await invite(tx, now)
        await queries.mark_loaded.run(tx)
        await tx.execute("set constraints all immediate")  # the check looks for papers, which come last
        await check_books(db, SYSTEM, now)
    return True


async def _people(tx: Tx) -> Cast:
    cast = Cast(actors={}, offerings={})
    for person in (OPERATOR, *CLIENTS, *PRACTITIONERS):
        cast.actors[person.name] = await _account(tx, person)
    for practitioner in PRACTITIONERS:
        await _practice(tx, practitioner, cast)
    return cast


async def _account(tx: Tx, person: DemoPerson) -> Actor:
    practises = isinstance(person, DemoPractitioner)
    account_id: UUID = await queries.insert_account.value(tx, person.email, practises, person.is_operator)
    await queries.insert_person.run(tx, account_id, person.name, person.time_zone)
    return Actor(
        account_id=account_id,
        name=person.name,
        time_zone=person.time_zone,
        is_operator=person.is_operator,
        via="cookie",
    )


async def _practice(tx: Tx, person: DemoPractitioner, cast: Cast) -> None:
    account_id = cast.actors[person.name].known_id
    await queries.insert_practice.run(
        tx,
        account_id,
        person.time_zone,
        person.title,
        person.headline,
        person.about,
        person.location,
        list(person.languages),
        list(person.specialities),
        person.currency,
        person.rate_minor,
        person.verified,
    )
    await queries.insert_instructions.run(tx, account_id, person.instructions)
    await queries.insert_hours.run(tx, account_id)
    free, paid = "nothing_to_pay", "approve_then_transfer"
    cast.offerings[person.name, True] = await queries.insert_offering.value(
        tx,
        account_id,
        "First talk",
        "Twenty minutes to get to know each other.",
        [20],
        "fixed",
        0,
        _policy(free),
        0,
    )
    cast.offerings[person.name, False] = await queries.insert_offering.value(
        tx, account_id, "Individual session", "One to one, in person or online.", [50, 80], "rate", None,
        _policy(paid), 1,
    )  # fmt: skip


def _policy(preset: str) -> dict[str, object]:
    policy: dict[str, object] = msgspec.to_builtins(PRESETS[preset].policy)
    return policy
