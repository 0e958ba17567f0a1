"""Random lives of sessions on the real database, compared with a table written here by hand."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    invariant,
    multiple,
    rule,
)

from tests.booking.lives import HELD, MOVABLE, SIDES, VERBS, Life, step
from tests.support.databases import Databases
from tests.support.machines import Machine, live
from tests.support.trials import asked
from tests.support.ways import made
from tests.support.world import Somebody, make_offering, make_person, make_practitioner
from visavis.booking import actions
from visavis.booking.errors import SlotTakenError
from visavis.booking.rescheduling import answer_time, lapse_proposals, propose_time, withdraw_time
from visavis.booking.taking import Wish, book_slot
from visavis.kit.actor import SYSTEM
from visavis.kit.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from visavis.kit.files import FileStore

MONDAY = datetime(2030, 3, 25, 8, tzinfo=UTC)  # the week in which London's clocks go forward
MORNING = MONDAY - timedelta(days=1)


class Lives(Machine):
    """One practitioner, two clients, a handful of overlapping slots, and sessions without a time."""

    sessions = Bundle("sessions")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.store = FileStore(Path(self.folder.name))
        self.expected: dict[UUID, Life] = {}
        self.proposed: dict[UUID, tuple[str, datetime]] = {}  # by whom, and which start

    @initialize(target=sessions)
    def begin(self) -> Any:
        self.connect()
        self.practitioner = self.wait(make_practitioner(self.owner))
        self.clients = [self.wait(make_person(self.owner, name)) for name in ("Ada One", "Ben Two")]
        self.stranger = self.wait(make_practitioner(self.owner, "Dr. Stranger"))
        self.offering = self.wait(make_offering(self.owner, self.practitioner))
        self.mentoring = self.wait(make_offering(self.owner, self.practitioner, "request_to_mentor"))
        self.wait(self.owner.execute("update practice set window_days = 366"))
        return multiple(self.take(0, 0), self.take(1, 3), self.make(0, "client", False))

    @rule(target=sessions, client=st.integers(0, 1), slot=st.integers(0, 5))
    def book(self, client: int, slot: int) -> Any:
        who, starts_at = self.clients[client], MONDAY + timedelta(minutes=30 * slot)
        wish = Wish(offering_id=self.offering, starts_at=starts_at, length_minutes=60)
        if not self.free(starts_at):
            with pytest.raises(SlotTakenError) as refused:
                self.wait(book_slot(self.db.handle(), who.actor, wish, MORNING))
            assert len(refused.value.alternatives) == 3
            return multiple()
        return self.take(client, slot)

    def take(self, client: int, slot: int) -> UUID:
        who, starts_at = self.clients[client], MONDAY + timedelta(minutes=30 * slot)
        wish = Wish(offering_id=self.offering, starts_at=starts_at, length_minutes=60)
        taken: UUID = self.wait(book_slot(self.db.handle(), who.actor, wish, MORNING)).session.id
        self.expected[taken] = Life("pending_approval", starts_at, who)
        return taken

    @rule(target=sessions, client=st.integers(0, 1), by=st.sampled_from(SIDES), instant=st.booleans())
    def make(self, client: int, by: str, instant: bool) -> Any:
        """Without a time: a request, a proposal, or what begins when approved, one of them at a time."""
        who, instant = self.clients[client], instant and by == "practitioner"
        maker = who if by == "client" else self.practitioner
        work = made(self.db, maker, who, self.mentoring, instant=instant, now=MORNING)
        if instant and any(each.invites(who) for each in self.expected.values()):
            with pytest.raises(SlotTakenError):
                self.wait(work)
            return multiple()
        session: UUID = self.wait(work).id
        self.expected[session] = Life("pending_approval", None, who, by, False, instant)
        return session

    def free(self, starts_at: datetime, besides: UUID | None = None) -> bool:
        """Whether no session is there, and no time kept for one."""
        held = [
            life.start
            for key, life in self.expected.items()
            if life.start and life.status in HELD and key != besides
        ]
        kept = [start for key, (_, start) in self.proposed.items() if key != besides]
        return all(abs(starts_at - other) >= timedelta(minutes=60) for other in held + kept)

    @rule(
        session=sessions,
        verb=st.sampled_from(["propose", "propose", "agree", "agree", "decline", "withdraw"]),
        who=st.sampled_from(["client", "practitioner", "stranger"]),
        slot=st.integers(0, 5),
    )
    def another_time(self, session: UUID, verb: str, who: str, slot: int) -> None:
        life = self.expected[session]
        actor = self.person(life, who).actor
        db, to, mine = self.db.handle(), MONDAY + timedelta(minutes=30 * slot), self.proposed.get(session)
        if verb == "propose":
            movable = who != "stranger" and life.status in MOVABLE and not life.instant
            allowed = movable and to != life.start and self.free(to, session)
            work = propose_time(db, actor, session, to, "", MORNING)
        elif verb == "withdraw":
            allowed = mine is not None and mine[0] == who
            work = withdraw_time(db, actor, session, MORNING)
        else:
            allowed = mine is not None and mine[0] != who and who != "stranger"
            work = answer_time(db, actor, session, verb == "agree", MORNING)
        if not allowed:
            with pytest.raises((ForbiddenError, ConflictError, NotFoundError, InvalidInputError)):
                self.wait(work)
            return
        self.wait(work)
        before = self.proposed.pop(session, None)
        if verb == "propose" and (life.status, who) != ("pending_approval", life.maker):
            self.proposed[session] = (who, to)
        elif verb == "propose":
            self.expected[session] = replace(life, start=to)
        elif verb == "agree" and before:
            self.agreed(session, life, *before)

    def agreed(self, session: UUID, life: Life, by: str, to: datetime) -> None:
        """Who was asked for it and proposes that time wants it, too."""
        approved = life.status == "pending_approval" and (life.maker, by) == ("client", "practitioner")
        status = life.after("approve", by) if approved else life.status
        assert status
        self.expected[session] = replace(life, start=to, status=status)

    def person(self, life: Life, who: str) -> Somebody:
        return {"client": life.client, "practitioner": self.practitioner}.get(who, self.stranger)

    @rule(
        session=sessions,
        verb=st.sampled_from(VERBS),
        who=st.sampled_from(["client", "practitioner", "stranger"]),
    )
    def act(self, session: UUID, verb: str, who: str) -> None:
        life = self.expected[session]
        actor = self.person(life, who).actor
        # Each verb at a time that suits it: what time forbids has its own tests.
        hour = {"start": 0, "complete": 2, "mark_no_show": 2}.get(verb, -10)
        now = life.start + timedelta(hours=hour) if life.start else MORNING
        after = life.after(verb, who)
        begins = after == "in_progress" and life.start is None
        if after is None or (begins and not self.free(datetime.now(UTC), session)):
            with pytest.raises((ForbiddenError, ConflictError, NotFoundError)):
                self.wait(step(self.db.handle(), self.store, verb, actor, session, now))
            return
        moved = self.wait(step(self.db.handle(), self.store, verb, actor, session, now)).session
        assert moved.status == after
        self.expected[session] = replace(life, status=after, start=moved.starts_at if begins else life.start)
        if after not in MOVABLE:
            self.proposed.pop(session, None)

    @rule(session=sessions, choices=st.lists(st.integers(0, 9), min_size=5, max_size=5))
    def move_on(self, session: UUID, choices: list[int]) -> None:
        """Steps that the table allows, so that lives get long; endings are rarer than going on."""
        for choice in choices:
            life = self.expected[session]
            each_one = ((verb, who) for verb in VERBS for who in SIDES)
            possible = [(verb, who) for verb, who in each_one if life.after(verb, who)]
            onward = [each for each in possible if each[0] not in ("cancel", "decline")] * 4
            if possible:
                self.act(session, *(onward + possible)[choice % len(onward + possible)])

    @rule()
    def time_runs_out(self) -> None:
        """Far in the future everything that awaits an approval or a payment lapses."""
        self.wait(actions.expire_overdue(self.worker.handle(), SYSTEM, MONDAY + timedelta(days=9)))
        self.wait(lapse_proposals(self.worker.handle(), SYSTEM, MONDAY + timedelta(days=9)))
        self.proposed.clear()
        for session, life in self.expected.items():
            if life.status in ("pending_approval", "approved"):
                self.expected[session] = replace(life, status="expired")

    @invariant()
    def the_database_agrees(self) -> None:
        if not hasattr(self, "owner"):
            return
        rows = self.wait(self.owner.fetch("select id, status, starts_at from session"))
        assert {tuple(row) for row in rows} == {(k, v.status, v.start) for k, v in self.expected.items()}
        rows = self.wait(
            self.owner.fetch(
                "select session_id, proposed_by, lower(during) from reschedule where status = 'open'"
            )
        )
        assert {tuple(row) for row in rows} == {(k, *v) for k, v in self.proposed.items()}

    @invariant()
    def every_change_left_one_trace(self) -> None:
        if not hasattr(self, "owner"):
            return
        rows = self.wait(
            self.owner.fetch("select subject_id, details from audit_event where details ? 'to' order by id")
        )
        reached = dict.fromkeys(self.expected, "pending_approval")
        for row in rows:
            assert row["details"]["from"] == reached[row["subject_id"]]
            reached[row["subject_id"]] = row["details"]["to"]
        assert reached == {session: life.status for session, life in self.expected.items()}

    @invariant()
    def proofs_match_states(self) -> None:
        if not hasattr(self, "owner"):
            return
        waiting = self.wait(self.owner.fetch("select session_id from payment_proof where decision is null"))
        for row in waiting:
            assert self.expected[row["session_id"]].status in ("payment_submitted", "cancelled")

    def teardown(self) -> None:
        super().teardown()
        self.folder.cleanup()


def test_lives(databases: Databases, pools: asyncio.AbstractEventLoop) -> None:
    live(Lives, databases, pools, lives=asked("VISAVIS_LIVES"), steps=15)
