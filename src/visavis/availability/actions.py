"""The verbs of availability: each owns its one transaction, and the whole write is visible in it."""

from collections.abc import Sequence
from datetime import datetime

from visavis.availability import queries
from visavis.availability.hours import DAY_MIN, Problem, WeeklyRange, check_week
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.format import format_minutes
from visavis.kit.words import _
from visavis.live.actions import hint_everyone
from visavis.practices.access import load_offerings, load_own_practice

MOST_RANGES = 70
"""Of one week."""
_SHORTEST = 15  # minutes; as long as nothing is offered yet


async def set_weekly_hours(db: Db, actor: Actor, week: Sequence[WeeklyRange], now: datetime) -> None:
    """The whole week anew; sessions already made stay where they are.

    Raises NoPracticeError, or InvalidInputError whose fields "range-<position>" are positions in `week`.
    """
    if len(week) > MOST_RANGES:
        raise InvalidInputError(_("Please keep this to 70 ranges a week."))
    async with db.transaction(actor) as tx:
        await queries.lock_practice.value(tx, actor.account_id)
        practice = await load_own_practice(tx, actor)
        offerings = await load_offerings(tx, practice.practitioner_id)
        shortest = min((length for each in offerings for length in each.lengths_minutes), default=_SHORTEST)
        _refuse(check_week(week, shortest), shortest)
        await queries.delete_hours.run(tx, actor.account_id)
        await queries.insert_hours.run_many(
            tx, [(actor.account_id, *_columns(each)) for each in sorted(set(week))]
        )
        about = [actor.known_id]
        await audit.record(
            tx, actor, "set_hours", ("practice", actor.known_id), about, {"ranges": len(week)}, now
        )
        await hint_everyone(tx, about=[f"slots:{actor.account_id}"])


def _columns(each: WeeklyRange) -> tuple[int, int, int]:
    return each.day, each.starts_min, each.ends_min or DAY_MIN  # an end of 00:00 is 24:00


def _refuse(problems: dict[int, Problem], shortest: int) -> None:
    sentences = {
        Problem.BAD_DAY: _("Please choose a day of the week."),
        Problem.BAD_TIME: _("Please enter both times, such as 09:00 and 17:00."),
        Problem.TOO_SHORT: _("This is too short for your shortest session of {length}."),
    }
    if problems:
        length = format_minutes(shortest)
        raise InvalidInputError(
            fields={
                f"range-{place}": sentences[each].format(length=length) for place, each in problems.items()
            }
        )
