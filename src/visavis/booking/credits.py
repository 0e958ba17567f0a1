"""What a step does to the client's credits, in the step's own transaction."""

from datetime import datetime

from visavis.booking.access import SessionRow
from visavis.booking.rules import Status, Verb
from visavis.credits.actions import give_back, take_for
from visavis.kit.actor import Actor
from visavis.kit.sql import Tx


async def settle_credits(
    tx: Tx, actor: Actor, session: SessionRow, verb: Verb, now: datetime
) -> dict[str, int]:
    """Approval takes them, calling off gives back what the policy says; what the history says of it.

    The session has taken the step already. Raises NotEnoughCreditsError. Who reads it is who acts, which is
    not whose approval it is where a client agrees to the time that the practitioner proposed.
    """
    by_client = actor.account_id == session.client_id
    if verb is Verb.APPROVE:
        await take_for(tx, session.id, session.practitioner_id, now, by_client=by_client)
        return {"credits": session.credits}
    if verb is Verb.CANCEL and session.status is Status.CONFIRMED:
        back = await give_back(tx, session.id, now)
        return {"credits_back": back} if back else {}
    return {}
