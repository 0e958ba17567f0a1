"""What operators do about money: rates, payout runs, what practitioners have paid. Each once, whatever is
pressed twice; amounts of payouts come from the books, never from a form."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from visavis.accounts.access import require_operator
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.live.actions import hint
from visavis.money.access import PayoutRow, Transfer, load_balances, load_run, load_transfer
from visavis.money.errors import NothingToPayOutError, PayoutDecidedError
from visavis.money.mails import MAIL, PayoutAsked
from visavis.money.queries import operating
from visavis.money.rules import FULL, checked_words
from visavis.notifications.actions import tell

_ABOUT = ("money",)
_SEVERAL = _("Please say a rate from 0 to 100 per cent.")


async def set_commission(
    db: Db,
    actor: Actor,
    basis_points: int | None,
    now: datetime,
    *,
    practitioner_id: UUID | None = None,
    offering_id: UUID | None = None,
) -> None:
    """The rate of sessions made from now on: the installation's, a practitioner's or an offering's (None:
    no rate of its own). Raises InvalidInputError, NotFoundError."""
    require_operator(actor)
    if basis_points is None and practitioner_id is None:
        raise InvalidInputError(fields={"rate": _SEVERAL})
    if basis_points is not None and not 0 <= basis_points <= FULL:
        raise InvalidInputError(fields={"rate": _SEVERAL})
    async with db.transaction(actor) as tx:
        if not await operating.set_commission.value(tx, practitioner_id, offering_id, basis_points):
            raise NotFoundError
        people = [practitioner_id] if practitioner_id else []
        details: dict[str, Any] = {"basis_points": basis_points}
        details |= {"offering_id": str(offering_id)} if offering_id else {}
        subject = ("practice", practitioner_id or actor.known_id)
        await _write_down(tx, actor, "set_commission", subject, people, details, now)


async def make_payouts(
    db: Db, actor: Actor, form: UUID, currency: str, least_minor: int, now: datetime
) -> UUID:
    """Set aside what can be paid out to everybody who has at least `least_minor`; the run's id is the form's.

    Raises NothingToPayOutError; the same form again leads to the same run.
    """
    require_operator(actor)
    async with db.transaction(actor) as tx:
        if not await operating.make_payouts.value(tx, form, currency, least_minor, now):
            raise NothingToPayOutError
        run, transfers = await load_run(tx, actor, form)
        details = {"currency": currency, "payouts": run.many, "amount_minor": run.amount_minor}
        if run.made_at == now:  # the same form again tells nobody twice
            for each in transfers:
                await _tell_of(tx, actor, "begin_payout", each.payout, now)
        await _write_down(tx, actor, "make_payouts", ("payout_run", form), [], details, now)
        return form


async def _tell_of(tx: Tx, actor: Actor, verb: str, payout: PayoutRow, now: datetime) -> None:
    """Its practitioner hears of it, by mail too."""
    await MAIL.ask(tx, PayoutAsked(payout.id))
    details = {"amount_minor": payout.amount_minor, "currency": payout.currency}
    await _tell(tx, actor, verb, ("payout", payout.id), payout.practitioner_id, details, now)


_TO_AT_ONCE = 100  # a hint has room for so many people


async def _write_down(
    tx: Tx,
    actor: Actor,
    verb: str,
    subject: tuple[str, UUID],
    people: list[UUID],
    details: dict[str, Any],
    now: datetime,
) -> None:
    """What is the operator's own affair: the pages of `people` look again, and nobody's bell rings."""
    await audit.record(tx, actor, verb, subject, [actor.known_id], details, now)
    for start in range(0, max(len(people), 1), _TO_AT_ONCE):
        await hint(tx, to=[*people[start : start + _TO_AT_ONCE], actor.known_id], about=_ABOUT)


async def settle_payout(
    db: Db, actor: Actor, payout_id: UUID, to: Literal["paid", "failed"], words: str, now: datetime
) -> Transfer:
    """A payout has arrived, or has failed: then the practitioner has it again, and reads why.

    Raises NotFoundError, PayoutDecidedError, InvalidInputError (reason).
    """
    require_operator(actor)
    words = checked_words(
        words, field="reason", needed=_("Please say why it failed.") if to == "failed" else ""
    )
    async with db.transaction(actor) as tx:
        found = await load_transfer(tx, actor, payout_id)
        if not await operating.settle_payout.value(tx, payout_id, to, words, now):
            raise PayoutDecidedError
        await _tell_of(tx, actor, "pay_out" if to == "paid" else "fail_payout", found.payout, now)
        return await load_transfer(tx, actor, payout_id)


async def settle_debt(
    db: Db,
    actor: Actor,
    form: UUID,
    practitioner_id: UUID,
    currency: str,
    amount_minor: int,
    note: str,
    now: datetime,
) -> None:
    """A practitioner has paid the platform what they owed, or some of it; once for each `form`.

    Raises NotFoundError, InvalidInputError (amount, note).
    """
    require_operator(actor)
    note = checked_words(note, field="note")
    async with db.transaction(actor) as tx:
        if not await load_balances(tx, practitioner_id):
            raise NotFoundError
        if not await operating.settle_debt.value(
            tx, form, practitioner_id, currency, amount_minor, note, now
        ):
            sentence = _("Please enter what was paid: more than nothing, and not more than is owed.")
            raise InvalidInputError(fields={"amount": sentence})
        details = {"amount_minor": amount_minor, "currency": currency}
        await _tell(tx, actor, "settle_debt", ("settlement", form), practitioner_id, details, now)


async def _tell(
    tx: Tx,
    actor: Actor,
    verb: str,
    subject: tuple[str, UUID],
    practitioner_id: UUID,
    details: dict[str, Any],
    now: datetime,
) -> None:
    people = list(dict.fromkeys([practitioner_id, actor.known_id]))
    await tell(tx, await audit.record(tx, actor, verb, subject, people, details, now), about=_ABOUT)
