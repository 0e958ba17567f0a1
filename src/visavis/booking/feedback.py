"""Feedback: the client's words on a completed session."""

from datetime import datetime
from uuid import UUID

from visavis.booking import queries
from visavis.booking.access import Seat, load_session
from visavis.booking.errors import FeedbackGivenError
from visavis.booking.rules import Party, Status, WrongStateError
from visavis.booking.stepping import announce
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError, InvalidInputError
from visavis.kit.words import _


async def give_feedback(
    db: Db, actor: Actor, session_id: UUID, rating: int, text: str, now: datetime
) -> Seat:
    """The client rates a completed session, once: 1 to 5 and some words."""
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        _may_give_feedback(seat, rating, text)
        session = seat.session
        seen = session.id, session.practitioner_id
        if await queries.insert_feedback.value(tx, *seen, rating, text, now) is None:
            raise FeedbackGivenError
        event = await audit.record(
            tx, actor, "give_feedback", ("session", session.id), session.people, {"rating": rating}, now
        )
        await announce(tx, event, session)
        return await load_session(tx, actor, session_id)


def _may_give_feedback(seat: Seat, rating: int, text: str) -> None:
    if seat.party is not Party.CLIENT:
        raise ForbiddenError(_("Feedback is the client's to give."))
    if seat.session.status is not Status.COMPLETED:
        raise WrongStateError(_("Feedback can be given once the session is completed."))
    if rating not in range(1, 6):
        raise InvalidInputError(fields={"rating": _("Please choose one to five stars.")})
    if len(text) > 2000:
        raise InvalidInputError(fields={"text": _("Please keep this to 2000 characters.")})
