"""What may become of a session, written by hand: the machine compares the real thing with it."""

from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.booking.test_lifecycle import picture
from tests.support.world import Somebody
from visavis.booking import actions
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.files import FileStore
from visavis.payments.actions import Proof, reject_payment, submit_payment, take_cash, verify_payment

MOVABLE = {"pending_approval", "approved", "payment_submitted", "confirmed"}
HELD = {"pending_approval", "approved", "payment_submitted", "confirmed", "in_progress"}
# (status, verb, who) -> status; whatever is not here must be refused and must change nothing.
TABLE = {
    ("pending_approval", "approve", "other side"): "",  # what follows, `Life.after` says
    ("pending_approval", "decline", "other side"): "declined",
    ("approved", "submit_payment", "client"): "payment_submitted",
    ("approved", "take_cash", "practitioner"): "confirmed",
    ("payment_submitted", "verify_payment", "practitioner"): "confirmed",
    ("payment_submitted", "reject_payment", "practitioner"): "approved",
    ("confirmed", "start", "practitioner"): "in_progress",
    ("in_progress", "complete", "practitioner"): "completed",
    ("in_progress", "mark_no_show", "practitioner"): "no_show",
} | {
    (status, "cancel", who): "cancelled"
    for status in ("pending_approval", "approved", "payment_submitted", "confirmed")
    for who in ("client", "practitioner")
}
SIDES = ("client", "practitioner")
VERBS = sorted({verb for _, verb, _ in TABLE})


@dataclass(frozen=True)
class Life:
    """Where a session should stand; without a start its time is open."""

    status: str
    start: datetime | None
    client: Somebody
    maker: str = "client"
    pays: bool = True
    instant: bool = False

    def invites(self, client: Somebody) -> bool:
        """Whether it waits for this client to begin at once."""
        return self.instant and self.client is client and self.status == "pending_approval"

    def after(self, verb: str, who: str) -> str | None:
        """The status that follows; None when this person cannot do that now."""
        side = "other side" if verb in ("approve", "decline") and who in SIDES and who != self.maker else who
        found = TABLE.get((self.status, verb, side))
        if found != "":
            return found
        return "in_progress" if self.instant else "approved" if self.pays else "confirmed"


def step(
    db: Db, store: FileStore, verb: str, actor: Actor, session: UUID, now: datetime
) -> Coroutine[Any, Any, Any]:
    """The action behind a verb."""
    if verb == "submit_payment":
        return submit_payment(db, actor, store, session, Proof(data=picture()), now)
    if verb == "verify_payment":
        return verify_payment(db, actor, session, now)
    if verb == "take_cash":
        return take_cash(db, actor, session, "cash", "", now)
    if verb == "reject_payment":
        return reject_payment(db, actor, session, "Not found", now)
    if verb in ("decline", "cancel"):
        return getattr(actions, verb)(db, actor, session, "Because", now)  # type: ignore[no-any-return]
    return getattr(actions, verb)(db, actor, session, now)  # type: ignore[no-any-return]
