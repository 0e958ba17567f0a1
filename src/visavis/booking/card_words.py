"""What people read of a session that is paid by card. Pure."""

from datetime import datetime

from visavis.booking.policies import Policy
from visavis.booking.queries import SessionRow
from visavis.booking.rules import Party, Status
from visavis.kit.words import _


def payable_by_card(session: SessionRow, party: Party, now: datetime) -> bool:
    """Whether this person can pay it by card now."""
    if party is not Party.CLIENT or session.status is not Status.APPROVED or not session.cards_taken:
        return False
    in_time = session.due_at is None or now < session.due_at
    return in_time and session.price_minor > 0 and session.terms.takes("card")


def awaited_of_client(session: SessionRow) -> str:
    """What a client reads of a session that waits for their payment."""
    if not session.terms.takes("card"):
        return _("%(name)s said yes. Please pay %(amount)s by %(until)s to keep the time.")
    if session.card_status == "failed":
        return _("The payment did not go through, and the time is kept until %(until)s. Please try again.")
    if not session.cards_taken and not session.terms.takes("transfer"):
        return _("Cards cannot be taken at the moment. Please ask %(name)s how to pay %(amount)s.")
    if session.needs_approval:
        return _("%(name)s said yes. Please pay %(amount)s by %(until)s to keep the time.")
    return _("The time is kept for you until %(until)s. Please pay %(amount)s to make it certain.")


def awaited_of_practitioner(session: SessionRow) -> str:
    """What their practitioner reads."""
    if session.needs_approval or not session.terms.takes("card"):
        return _("You said yes. %(name)s has until %(until)s to pay %(amount)s.")
    return _("%(name)s has until %(until)s to pay %(amount)s by card. Then the time is free again.")


def card_terms(policy: Policy, *, client_reads: bool) -> str:
    """What was agreed about paying by card; %(pay)s are hours, %(minutes)s minutes."""
    if policy.takes("transfer"):
        if client_reads:
            return _(
                "You pay by card or by bank transfer, within %(pay)s hours. Else the time is free again."
            )
        return _("%(name)s pays by card or by bank transfer, within %(pay)s hours.")
    if policy.approval == "required":
        if client_reads:
            return _("Once it is approved, you pay by card within %(pay)s hours.")
        return _("Once it is approved, %(name)s pays by card within %(pay)s hours.")
    if client_reads:
        return _("You pay by card within %(minutes)s minutes. Else the time is free again.")
    return _("%(name)s pays by card within %(minutes)s minutes. Else the time is free again.")
