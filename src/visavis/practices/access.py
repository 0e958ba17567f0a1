"""The only ways to a practice and its offerings: they check who asks."""

from uuid import UUID

from visavis.kit.actor import Actor
from visavis.kit.errors import ForbiddenError, NotFoundError, SignInRequiredError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.practices import queries
from visavis.practices.queries import OfferingRow, PracticeRow

__all__ = [
    "NoPracticeError",
    "OfferingRow",
    "PracticeRow",
    "find_own_practice",
    "load_offerings",
    "load_own_offering",
    "load_own_place",
    "load_own_practice",
    "load_practice",
    "load_published",
    "load_similar",
]

PAGE = 20


class NoPracticeError(ForbiddenError):
    type = "no-practice"
    title = _("You have not opened a practice yet")


async def load_practice(tx: Tx, actor: Actor, practitioner_id: UUID) -> PracticeRow:
    """A public practice, or one's own; NotFoundError for everybody else."""
    practice = await queries.find_practice.one(tx, practitioner_id)
    if practice.published_at is None and practice.practitioner_id != actor.account_id:
        raise NotFoundError
    return practice


async def load_own_practice(tx: Tx, actor: Actor) -> PracticeRow:
    """The acting account's practice; SignInRequiredError, or NoPracticeError when there is none."""
    practice = await find_own_practice(tx, actor)
    if practice is None:
        raise NoPracticeError
    return practice


async def load_own_place(tx: Tx, actor: Actor) -> str:
    """The link at which the acting practitioner always meets; empty for none. Raises as the above."""
    practice = await load_own_practice(tx, actor)
    return await queries.find_place.value(tx, practice.practitioner_id) or ""


async def find_own_practice(tx: Tx, actor: Actor) -> PracticeRow | None:
    """The acting account's practice, None when there is none; SignInRequiredError for nobody."""
    if actor.account_id is None:
        raise SignInRequiredError
    return await queries.find_practice.maybe(tx, actor.account_id)


async def load_published(tx: Tx, page: int) -> tuple[list[PracticeRow], bool]:
    """One page of public practices (the first is 1), and whether there are more."""
    found = await queries.published.all(tx, PAGE + 1, (page - 1) * PAGE)
    return found[:PAGE], len(found) > PAGE


async def load_similar(tx: Tx, practitioner_id: UUID, most: int) -> list[tuple[PracticeRow, int]]:
    """Public practices like this one, likest first, each with the minutes of its shortest session."""
    alike = await queries.similar.all(tx, practitioner_id, most)
    ids = [each.practitioner_id for each in alike]
    practices = {each.practitioner_id: each for each in await queries.of_several.all(tx, ids)} if ids else {}
    return [(practices[each.practitioner_id], each.shortest) for each in alike]


async def load_offerings(tx: Tx, practitioner_id: UUID) -> list[OfferingRow]:
    """What a practitioner offers now; nothing when the asker may not see it (row-level security)."""
    return await queries.offerings_of.all(tx, practitioner_id)


async def load_own_offering(tx: Tx, actor: Actor, offering_id: UUID) -> OfferingRow:
    """An offering of the acting account's practice; NotFoundError for others' and for archived ones."""
    offering = await queries.find_offering.one(tx, offering_id)
    if offering.practitioner_id != actor.account_id or offering.archived_at is not None:
        raise NotFoundError
    return offering
