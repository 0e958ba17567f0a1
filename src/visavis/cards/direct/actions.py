"""Practitioners who are paid directly: an account of their own at the provider. Begun here; that it may be
paid to, only the worker says, having asked."""

from datetime import datetime
from uuid import UUID

from visavis.cards.direct.looking import ABOUT, LOOK_AT_ACCOUNT, PractitionerId
from visavis.cards.errors import NotYetBegunError
from visavis.cards.provider import Accounts
from visavis.cards.queries import direct as queries
from visavis.cards.queries.direct import DirectRow
from visavis.kit import audit
from visavis.kit.actor import NOBODY, Actor
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.live.actions import hint
from visavis.practices.access import load_own_practice


async def load_direct(db: Db, actor: Actor) -> DirectRow:
    """How the acting practitioner is paid. Raises NoPracticeError, SignInRequiredError."""
    async with db.transaction(actor) as tx:
        practice = await load_own_practice(tx, actor)
        return await queries.direct_of.one(tx, practice.practitioner_id)


async def begin_account(db: Db, actor: Actor, accounts: Accounts, now: datetime) -> None:
    """The acting practitioner's one account, at the provider, too: made, or made before.

    Raises NoPracticeError, NotFoundError (nobody is paid directly here), ProviderUnreachableError,
    ProviderRefusedError.
    """
    async with db.transaction(actor) as tx:
        mine = (await load_own_practice(tx, actor)).practitioner_id
        row = await queries.begin_account.maybe(tx, now)
        if row is None:
            raise NotFoundError
        if row.begun_at == now:
            await audit.record(tx, actor, "begin_direct_payments", ("practice", mine), [mine], at=now)
            await hint(tx, to=[mine], about=ABOUT)
    if row.account_id is None:
        account = await accounts.open_account(row.id, mine)
        async with db.transaction(actor) as tx:
            if not await queries.keep_account.value(tx, row.id, account):
                raise NotYetBegunError


async def onboarding(db: Db, actor: Actor, accounts: Accounts, back: str, again: str) -> str:
    """Where the acting practitioner tells the provider about themselves. Raises NoPracticeError,
    NotYetBegunError, ProviderUnreachableError, ProviderRefusedError."""
    async with db.transaction(actor) as tx:
        practice = await load_own_practice(tx, actor)
        row = await queries.find_account.maybe(tx, practice.practitioner_id)
    if row is None or row.account_id is None:
        raise NotYetBegunError
    return await accounts.onboarding(row.account_id, back, again)


async def want(db: Db, actor: Actor, now: datetime, *, wanted: bool) -> None:
    """The acting practitioner stops being paid directly, or wants it again: from the next payment on. Said
    twice, it is said once. Raises NoPracticeError."""
    async with db.transaction(actor) as tx:
        mine = (await load_own_practice(tx, actor)).practitioner_id
        if await queries.want.value(tx, wanted, now):
            verb = "resume_direct_payments" if wanted else "stop_direct_payments"
            await audit.record(tx, actor, verb, ("practice", mine), [mine], at=now)
            await hint(tx, to=[mine], about=ABOUT)


async def ask_look(db: Db, actor: Actor, now: datetime) -> None:
    """They come back from the provider: the worker looks at once. Raises NoPracticeError."""
    async with db.transaction(actor) as tx:
        practice = await load_own_practice(tx, actor)
        await LOOK_AT_ACCOUNT.ask(tx, PractitionerId(practice.practitioner_id), at=now)


async def keep_account_event(db: Db, event_id: str, kind: str, account: str, now: datetime) -> bool:
    """A provider has said something about an account, and its signature is good. The worker looks for itself.
    False when it was said before, or is about nobody here."""
    async with db.transaction(NOBODY) as tx:
        whose: UUID | None = await queries.keep_event.value(tx, event_id, kind[:100], account[:255])
        if whose is None:
            return False
        await LOOK_AT_ACCOUNT.ask(tx, PractitionerId(whose), at=now)
        return True
