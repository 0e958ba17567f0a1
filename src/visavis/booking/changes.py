"""Changing what was agreed: another time for a session, or calling it off late. Pure."""

from datetime import datetime, timedelta

from visavis.booking.rules import MOVABLE, STEPS, Facts, Party, Status, Verb


def moves_at_once(facts: Facts, party: Party, now: datetime) -> bool:
    """Whether `party` moves the session without asking: one's own request, to which nobody has agreed yet;
    and the client, to any time that is offered, where the policy allows and as long before as it says."""
    if facts.status is Status.PENDING_APPROVAL:
        return party.value == facts.created_by
    if facts.policy.reschedule != "at_once" or party is not Party.CLIENT:
        return False
    until = timedelta(hours=facts.policy.reschedule_until_hours)
    return facts.starts_at is None or now < facts.starts_at - until


def proposal_due(facts: Facts, starts_at: datetime, now: datetime) -> datetime:
    """When a proposal of `starts_at` lapses: an answer has the policy's time, and comes before both times."""
    within = now + timedelta(hours=facts.policy.approve_within_hours)
    return min(within, facts.starts_at or starts_at, starts_at)


def agreement_approves(facts: Facts) -> bool:
    """Whether agreeing to the proposed time approves the session, too: who was asked for it has proposed that
    time, so both want it now. A client who proposes another time has not said yes to what it costs."""
    asked = facts.status is Status.PENDING_APPROVAL and facts.created_by == "client"
    return asked and facts.proposal is not None and facts.proposal.proposed_by == "practitioner"


def late(facts: Facts, now: datetime) -> bool:
    """Whether cancelling at `now` is late: of a session both agreed to, after the policy's limit."""
    hours = facts.policy.cancel_until_hours
    if facts.starts_at is None or hours == 0:
        return False
    agreed = facts.status in MOVABLE - {Status.PENDING_APPROVAL}
    return agreed and now >= facts.starts_at - timedelta(hours=hours)


def needs_reason(verb: Verb, facts: Facts, now: datetime) -> bool:
    """Whether `verb` must say why."""
    if verb is Verb.DECLINE and (facts.policy.booking == "request" or facts.created_by == "practitioner"):
        return False  # nobody kept a time free, or had asked for it: words are kind, not owed
    return STEPS[verb].needs_reason or (verb is Verb.CANCEL and late(facts, now))
