"""The verbs of a practice: each owns its one transaction, and the whole write is visible in it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from visavis.accounts.access import require_confirmed
from visavis.availability.access import load_calendar
from visavis.booking.links import meeting_link
from visavis.booking.policies import PRESETS
from visavis.cards.access import cards_are_taken
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ConflictError, InvalidInputError, NotFoundError, SignInRequiredError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.live.actions import hint, hint_everyone
from visavis.practices import queries, rules
from visavis.practices.access import load_offerings, load_own_offering, load_own_practice
from visavis.practices.queries import OfferingRow, PracticeRow

MOST_OFFERINGS = 30


class NotReadyError(ConflictError):
    type = "practice-not-ready"
    title = _("Some things are still missing before clients can see your practice")


async def open_practice(
    db: Db, actor: Actor, time_zone: str, now: datetime, *, currency: str = "GBP"
) -> None:
    """The acting account becomes a practitioner, too; nothing happens when it is one already."""
    if actor.account_id is None:
        raise SignInRequiredError
    rules.check_rate(0, currency)
    async with db.transaction(actor) as tx:
        opened = await queries.insert_practice.value(tx, actor.account_id, time_zone, currency)
        await queries.mark_practitioner.run(tx, actor.account_id)
        if opened is not None:
            await _changed(tx, actor, "open_practice", now)


async def update_profile(db: Db, actor: Actor, profile: rules.Profile, now: datetime) -> None:
    """What clients read about the practitioner. Raises InvalidInputError, NoPracticeError."""
    rules.check_profile(profile)
    async with db.transaction(actor) as tx:
        await load_own_practice(tx, actor)
        words = profile.title, profile.headline, profile.about, profile.location, profile.time_zone
        await queries.update_profile.run(
            tx, actor.account_id, *words, profile.languages, profile.specialities
        )
        await _changed(tx, actor, "update_profile", now)


async def set_rate(db: Db, actor: Actor, rate_minor: int, currency: str, now: datetime) -> None:
    """The rate per hour from now on, in minor units: sessions already made keep their price.

    Raises InvalidInputError, NoPracticeError.
    """
    rules.check_rate(rate_minor, currency)
    async with db.transaction(actor) as tx:
        await _lock(tx, actor)
        practice = await load_own_practice(tx, actor)
        if currency != practice.currency:
            await _refuse_fixed_prices(tx, practice)
        await queries.update_rate.run(tx, actor.account_id, rate_minor, currency)
        await _changed(tx, actor, "set_rate", now, {"rate_minor": rate_minor, "currency": currency})


async def set_meeting_place(db: Db, actor: Actor, url: str, now: datetime) -> None:
    """The link for every session that becomes certain from now on; empty: each gets a room of its own.

    Raises InvalidInputError on `meeting_url`, NoPracticeError.
    """
    link = meeting_link(url)
    async with db.transaction(actor) as tx:
        await load_own_practice(tx, actor)
        if link is None:
            await queries.forget_place.run(tx, actor.account_id)
        else:
            await queries.put_place.run(tx, actor.account_id, link)
        subject = ("practice", actor.known_id)
        await audit.record(tx, actor, "set_meeting_place", subject, [actor.known_id], at=now)
        await hint(tx, to=[actor.known_id], about=[f"practice:{actor.known_id}"])


async def _refuse_fixed_prices(tx: Tx, practice: PracticeRow) -> None:
    """8000 pence are not 8000 yen: fixed prices must be said anew by a person."""
    fixed = [each for each in await load_offerings(tx, practice.practitioner_id) if each.fixed_price_minor]
    if fixed:
        sentence = _("Your offerings with a fixed price are in {currency}. Please change those first.")
        raise InvalidInputError(fields={"currency": sentence.format(currency=practice.currency)})


async def add_offering(db: Db, actor: Actor, draft: rules.Draft, now: datetime) -> UUID:
    """Something new to book. Raises InvalidInputError, NoPracticeError."""
    rules.check_draft(draft)
    async with db.transaction(actor) as tx:
        await _lock(tx, actor)
        practice = await load_own_practice(tx, actor)
        if len(await load_offerings(tx, practice.practitioner_id)) >= MOST_OFFERINGS:
            raise InvalidInputError(_("You have 30 offerings already. Please remove one first."))
        await _refuse_cards(tx, draft)
        offering_id: UUID = await queries.insert_offering.value(tx, actor.account_id, *_columns(draft))
        await _changed(tx, actor, "add_offering", now, {"offering": offering_id})
        return offering_id


async def change_offering(db: Db, actor: Actor, offering_id: UUID, draft: rules.Draft, now: datetime) -> None:
    """Other words, lengths, price or policy; sessions already made keep theirs.

    Raises InvalidInputError, NotFoundError.
    """
    rules.check_draft(draft)
    async with db.transaction(actor) as tx:
        await _lock(tx, actor)
        await load_own_offering(tx, actor, offering_id)
        await _refuse_cards(tx, draft)
        await queries.update_offering.run(tx, offering_id, actor.account_id, *_columns(draft))
        await _changed(tx, actor, "change_offering", now, {"offering": offering_id})


async def archive_offering(db: Db, actor: Actor, offering_id: UUID, now: datetime) -> None:
    """No longer offered; sessions made with it stay. NotFoundError when it is not there any more."""
    async with db.transaction(actor) as tx:
        await load_own_offering(tx, actor, offering_id)
        if not await queries.archive_offering.run(tx, offering_id, actor.account_id, now):
            raise NotFoundError
        await _changed(tx, actor, "archive_offering", now, {"offering": offering_id})


async def publish(db: Db, actor: Actor, now: datetime) -> None:
    """Show the practice to everybody. Raises NotReadyError, UnconfirmedError."""
    async with db.transaction(actor) as tx:
        await require_confirmed(tx, actor)
        await _lock(tx, actor)
        practice = await load_own_practice(tx, actor)
        missing = [step.name for step in await load_steps(tx, practice, now) if not step.done]
        if missing:
            raise NotReadyError(extra={"missing": missing})
        if practice.published_at is None:
            await queries.update_published.run(tx, actor.account_id, now)
            await _changed(tx, actor, "publish_practice", now)


async def withdraw(db: Db, actor: Actor, now: datetime) -> None:
    """Show the practice to nobody new; sessions already made go on."""
    async with db.transaction(actor) as tx:
        practice = await load_own_practice(tx, actor)
        if practice.published_at is not None:
            await queries.update_published.run(tx, actor.account_id, None)
            await _changed(tx, actor, "withdraw_practice", now)


async def load_steps(tx: Tx, practice: PracticeRow, now: datetime) -> list[rules.Step]:
    """What the practice needs before it can be shown."""
    calendar = await load_calendar(tx, practice.practitioner_id, now, now)
    offerings = await load_offerings(tx, practice.practitioner_id)
    return steps_of(practice, offerings, has_hours=bool(calendar.schedule.week))


def steps_of(practice: PracticeRow, offerings: Iterable[OfferingRow], *, has_hours: bool) -> list[rules.Step]:
    """The same, where everything is at hand already."""
    pricings = {each.pricing for each in offerings}
    return rules.steps(
        title=practice.title, rate_minor=practice.rate_minor, pricings=pricings, has_hours=has_hours
    )


async def _lock(tx: Tx, actor: Actor) -> None:
    await queries.lock_practice.value(tx, actor.account_id)


async def _refuse_cards(tx: Tx, draft: rules.Draft) -> None:
    """InvalidInputError for what could not be paid here: without a provider nobody takes cards."""
    policy = draft.terms.policy_of(PRESETS[draft.preset].policy)
    if policy.takes("card") and not await cards_are_taken(tx):
        field = "payment" if policy.payment == "card" else "other_way"
        raise InvalidInputError(fields={field: _("Cards are not set up here yet.")})


def _columns(draft: rules.Draft) -> tuple[Any, ...]:
    policy = msgspec.to_builtins(draft.terms.policy_of(PRESETS[draft.preset].policy))
    lengths = sorted(set(draft.lengths_minutes))
    price, asked = draft.fixed_price_minor, msgspec.to_builtins(draft.questions)
    return draft.name, draft.description, lengths, draft.pricing, price, policy, asked


async def _changed(
    tx: Tx, actor: Actor, verb: str, now: datetime, details: dict[str, Any] | None = None
) -> None:
    """Keep who did it, and let every page that shows this practice read it again."""
    practice_id = actor.known_id
    await audit.record(tx, actor, verb, ("practice", practice_id), [practice_id], details, now)
    await hint_everyone(tx, about=["practitioners", f"practitioner:{practice_id}", f"slots:{practice_id}"])
