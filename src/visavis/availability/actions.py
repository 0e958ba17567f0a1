"""The verbs of availability: each owns its one transaction, and the whole write is visible in it.

Sessions already made stay where they are, always: `availability.access.clashes` lists them before.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from visavis.availability import checks, queries, undo
from visavis.availability.access import load_calendar
from visavis.availability.changes import dates, switches, touched, with_switch
from visavis.availability.changing import changing, count_change, counted_change, shortest
from visavis.availability.hours import DAY_MIN, DayRange, WeeklyRange
from visavis.availability.queries import SlotRow
from visavis.availability.rules import SlotSettings
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.practices.access import load_offerings

_REACH = timedelta(hours=12)  # of one switched stretch


async def set_week(db: Db, actor: Actor, week: Sequence[WeeklyRange], now: datetime) -> None:
    """The whole week anew. Ranges that stay the same keep their ids; those that rest go on resting.

    Raises NoPracticeError, or InvalidInputError whose fields "range-<position>" are positions in `week`.
    """
    async with changing(db, actor, "set_hours", now, {"ranges": len(week)}) as tx:
        await _write_week(tx, actor, week)


async def change_settings(db: Db, actor: Actor, settings: SlotSettings, now: datetime) -> None:
    """How starts are offered. Raises NoPracticeError, InvalidInputError (fields named as in SlotSettings)."""
    checks.check_settings(settings)
    async with changing(db, actor, "change_availability_settings", now) as tx:
        await _write_settings(tx, actor, settings)


async def change_availability(
    db: Db, actor: Actor, week: Sequence[WeeklyRange], settings: SlotSettings, now: datetime
) -> None:
    """Both at once, or neither. Raises as `set_week` and `change_settings` do."""
    checks.check_settings(settings)
    async with changing(db, actor, "change_availability", now, {"ranges": len(week)}) as tx:
        await _write_week(tx, actor, week)
        await _write_settings(tx, actor, settings)


async def set_override(
    db: Db, actor: Actor, on_date: date, name: str, ranges: Sequence[DayRange], now: datetime
) -> None:
    """What holds on one date in place of the weekly hours; no ranges is a day off.

    Raises NoPracticeError, or InvalidInputError (fields "on_date", "name", "range-<position>").
    """
    checks.check_dates(on_date, on_date, now)
    checks.check_name(name)
    details = {"on_date": on_date, "ranges": len(ranges)}
    async with changing(db, actor, "set_date", now, details) as tx:
        checks.check_day(ranges, shortest(await load_offerings(tx, actor.known_id)))
        await _refuse_many(tx, 1, now)
        await queries.put_override.run(tx, actor.account_id, on_date, name, _minutes(ranges))


async def remove_override(
    db: Db, actor: Actor, on_date: date, now: datetime, *, last: date | None = None
) -> None:
    """The weekly hours hold on this date again, and up to `last`. NotFoundError when they do already."""
    async with changing(db, actor, "remove_date", now, {"on_date": on_date, "last": last}) as tx:
        if not await queries.delete_overrides.run(tx, actor.account_id, on_date, last or on_date):
            raise NotFoundError


async def mark_days_off(db: Db, actor: Actor, first: date, last: date, name: str, now: datetime) -> None:
    """Days off from `first` to `last`, both included, in place of whatever these dates had.

    Raises NoPracticeError, or InvalidInputError (fields "first", "last", "name").
    """
    checks.check_dates(first, last, now)
    checks.check_name(name)
    async with changing(db, actor, "mark_days_off", now, {"first": first, "last": last}) as tx:
        days = dates(first, last)
        await _refuse_many(tx, len(days), now)
        await queries.put_override.run_many(tx, [(actor.account_id, day, name, []) for day in days])


async def switch_slot(
    db: Db, actor: Actor, starts_at: datetime, minutes: int, available: bool, now: datetime
) -> None:
    """One stretch of time on or off, whatever the hours say; where they say the same, nothing is kept.

    Raises NoPracticeError, or InvalidInputError (fields "starts_at", "minutes").
    """
    checks.check_stretch(starts_at, minutes, now)
    details = {"starts_at": starts_at, "minutes": minutes, "available": available}
    async with changing(db, actor, "switch_slot", now, details) as tx:
        await _refuse_many(tx, 1, now)
        ends_at = starts_at + timedelta(minutes=minutes)
        # What reaches into the stretch may reach out of it by as much as a switch is long.
        schedule = (await load_calendar(tx, actor.known_id, starts_at - _REACH, ends_at + _REACH)).schedule
        after = with_switch(touched(schedule, starts_at, ends_at), starts_at, minutes, available)
        await queries.delete_switches.run(tx, actor.account_id, starts_at, ends_at)
        rows = [(actor.account_id, *each) for each in sorted(switches(after))]
        await queries.insert_switch.run_many(tx, rows)


async def set_travel(db: Db, actor: Actor, first: date, last: date, time_zone: str, now: datetime) -> UUID:
    """From `first` to `last`, both included, hours are on the clock of `time_zone`; the travel's id.

    Raises NoPracticeError, or InvalidInputError (fields "first", "last", "time_zone").
    """
    checks.check_dates(first, last, now)
    checks.check_zone(time_zone)
    details = {"first": first, "last": last, "time_zone": time_zone}
    async with changing(db, actor, "set_travel", now, details) as tx:
        if len(await queries.travels_of.all(tx, checks.today(now))) >= checks.MOST_TRAVELS:
            raise InvalidInputError(_("You have 30 travels already. Please remove one first."))
        travel_id: UUID | None = await queries.insert_travel.value(
            tx, actor.account_id, time_zone, first, last
        )
        if travel_id is None:
            raise InvalidInputError(fields={"first": _("You travel elsewhere on some of these days.")})
        return travel_id


async def end_travel(db: Db, actor: Actor, travel_id: UUID, now: datetime) -> None:
    """The travel does not take place: hours are on the clock at home again. NotFoundError for others'."""
    async with changing(db, actor, "end_travel", now, {"travel": travel_id}) as tx:
        if not await queries.delete_travel.run(tx, travel_id, actor.account_id):
            raise NotFoundError


async def take_back(db: Db, actor: Actor, change_id: UUID, now: datetime) -> None:
    """Everything as it stood before the last change. ChangedSinceError when `change_id` is not the last."""
    await count_change(db, actor)
    async with db.transaction(actor) as tx:
        stood = await undo.find_before(tx, change_id)
        async with counted_change(db, actor, undo.TAKEN_BACK, now, {"change": change_id}):
            await undo.put_back(tx, actor.known_id, stood)


async def _write_week(tx: Tx, actor: Actor, week: Sequence[WeeklyRange]) -> None:
    offerings = await load_offerings(tx, actor.known_id)
    checks.check_week(week, shortest(offerings), {each.id for each in offerings})
    wanted = {_columns(each) for each in week}
    kept = [each for each in await queries.slots_of.all(tx, actor.known_id, None) if each.is_available]
    gone = [each.id for each in kept if _row(each) not in wanted]
    await queries.delete_hours.run(tx, actor.account_id, gone)
    fresh = sorted(wanted - {_row(each) for each in kept})
    await queries.insert_hours.run_many(
        tx, [(actor.account_id, *hours, list(names) or None) for *hours, names in fresh]
    )


async def _write_settings(tx: Tx, actor: Actor, settings: SlotSettings) -> None:
    await queries.update_settings.run(
        tx,
        actor.account_id,
        settings.step_min,
        settings.buffer_before_min,
        settings.buffer_after_min,
        settings.notice_min,
        settings.window_days,
        settings.most_a_day,
        settings.most_a_week,
        settings.default_length_min,
    )


async def _refuse_many(tx: Tx, more: int, now: datetime) -> None:
    if await queries.count_ahead.value(tx, now) + more > checks.MOST_AHEAD:
        raise InvalidInputError(_("There are very many special days and times already. Please remove some."))


def _columns(each: WeeklyRange) -> tuple[int, int, int, tuple[UUID, ...]]:
    ends = each.ends_min or DAY_MIN  # an end of 00:00 is 24:00
    return each.day, each.starts_min, ends, tuple(sorted(set(each.offerings)))


def _row(each: SlotRow) -> tuple[int, int, int, tuple[UUID, ...]]:
    return each.day_of_week, each.starts_minute, each.ends_minute, tuple(sorted(each.offering_ids or ()))


def _minutes(ranges: Sequence[DayRange]) -> list[int]:
    return [minute for each in sorted(set(ranges)) for minute in (each.starts_min, each.ends_min or DAY_MIN)]
