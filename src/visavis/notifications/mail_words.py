"""The words of the letters: one row a kind. Pure."""

import msgspec

from visavis.kit.words import _
from visavis.notifications.mail_kinds import MailKind


class Words(msgspec.Struct, frozen=True):
    """`undated` is the subject where there is no time, `own` the lead for whoever did it, `by` what the
    deadline is called. Leads may use %(name)s and %(proposed)s. Nothing is said of "today": mail waits."""

    subject: str
    undated: str
    heading: str
    button: str
    lead: str
    own: str = ""
    by: str = ""


_SEE = _("See the session")
WORDS = {
    MailKind.ASKED: Words(
        _("A request for %(when)s"), _("A request for a session"), _("You have a request"), _("Answer"),
        _("%(name)s asks you for a session."), by=_("Please answer by"),
    ),
    MailKind.BOOKED: Words(
        _("A new session on %(when)s"), _("A new session"), _("You have a new session"), _SEE,
        _("%(name)s booked it."), _("You booked it: it is certain."),
    ),
    MailKind.PROPOSED: Words(
        _("A session on %(when)s is proposed to you"), _("A session is proposed to you"),
        _("A session is proposed to you"), _("Answer"), _("%(name)s proposes it."), by=_("Please answer by"),
    ),
    MailKind.INSTANT: Words(
        _("A session waits for you now"), _("A session waits for you now"), _("A session waits for you now"),
        _("Look at it"), _("%(name)s is there for you. It begins when you approve it."), by=_("Until"),
    ),
    MailKind.TO_PAY: Words(
        _("Your session on %(when)s: please pay to keep it"), _("Your session: please pay to keep it"),
        _("Your session is approved"), _("Pay and send a proof"),
        _("%(name)s said yes. What is missing is your payment, and a proof of it."), by=_("Please pay by"),
    ),
    MailKind.PAY_NOW: Words(
        _("Your session on %(when)s: please pay to keep it"), _("Your session: please pay to keep it"),
        _("Your session is approved"), _("Pay now"),
        _("Both of you agreed. What is missing is your payment."), by=_("Please pay by"),
    ),
    MailKind.AGREED: Words(
        _("Your session on %(when)s is approved"), _("Your session is approved"),
        _("Your session is approved"), _SEE, _("%(name)s agreed to it, and pays next."),
    ),
    MailKind.CONFIRMED: Words(
        _("Your session on %(when)s is confirmed"), _("Your session is confirmed"),
        _("Your session is confirmed"), _SEE, _("Both of you have agreed: it is certain."),
        _("Both of you have agreed: it is certain."),
    ),
    MailKind.BEGUN: Words(
        _("Your session begins now"), _("Your session begins now"), _("Your session begins now"),
        _("Join it"), _("%(name)s approved it."),
    ),
    MailKind.DECLINED: Words(
        _("Your session on %(when)s was declined"), _("Your session was declined"),
        _("It did not work out this time"), _SEE, _("%(name)s declined it."),
    ),
    MailKind.CANCELLED: Words(
        _("Your session on %(when)s is cancelled"), _("Your session is cancelled"),
        _("Your session is cancelled"), _SEE, _("%(name)s called it off."), _("You called it off."),
    ),
    MailKind.EXPIRED: Words(
        _("Your session on %(when)s has lapsed"), _("Your session has lapsed"),
        _("Your session has lapsed"), _SEE, _("It was not answered or paid in time."),
    ),
    MailKind.PROOF: Words(
        _("A payment to check for %(when)s"), _("A payment to check"), _("A payment waits to be checked"),
        _("Check the payment"), _("%(name)s has paid and sent a proof."),
    ),
    MailKind.REJECTED: Words(
        _("Your session on %(when)s needs another proof of payment"),
        _("Your session needs another proof of payment"), _("Another proof is needed"),
        _("Send a new proof"), _("%(name)s could not find the payment."), by=_("Please send it by"),
    ),
    MailKind.NEW_TIME: Words(
        _("Another time is proposed for your session on %(when)s"), _("A time is proposed for your session"),
        _("A time is proposed"), _("Answer"), _("%(name)s proposes it."), by=_("Please answer by"),
    ),
    MailKind.MOVED: Words(
        _("Your session is on %(when)s now"), _("Your session has a new time"),
        _("Your session has a new time"), _SEE, _("%(name)s agreed to it."), _("Both of you know it now."),
    ),
    MailKind.KEPT: Words(
        _("Your session stays on %(when)s"), _("Your session stays without a time"),
        _("Your session stays where it was"), _SEE, _("%(name)s cannot make it on %(proposed)s."),
    ),
    MailKind.LINK: Words(
        _("Where you meet on %(when)s"), _("Where you meet"), _("There is a link to meet at"), _SEE,
        _("%(name)s set it."),
    ),
    MailKind.LACK: Words(
        _("Your session on %(when)s needs credits"), _("Your session needs credits"),
        _("Credits are missing"), _("Get credits"),
        _("%(name)s wants to approve it, and you have too few credits."), by=_("Until"),
    ),
    MailKind.FOUND: Words(
        _("Your transfer for %(when)s was found"), _("Your transfer was found"),
        _("Your transfer was found"), _SEE,
        _("%(name)s has looked for it, because the session was called off before it was checked."),
    ),
    MailKind.MISSED: Words(
        _("Your transfer for %(when)s was not found"), _("Your transfer was not found"),
        _("Your transfer was not found"), _SEE,
        _("%(name)s has looked for it, because the session was called off before it was checked. "
          "If it left your account, please talk to each other."),
    ),
    MailKind.RETAKEN: Words(
        _("Your session on %(when)s is certain after all"), _("Your session is certain after all"),
        _("Your session is certain after all"), _SEE,
        _("The payment by card came after the time to pay was over; the time was still free, and is kept."),
    ),
    MailKind.TOO_LATE: Words(
        _("Your payment for %(when)s came too late"), _("Your payment came too late"),
        _("Your payment came too late"), _SEE,
        _("The session could not be had any more. The whole amount goes back to your card by itself, "
          "within some days."),
    ),
    MailKind.CARD_REFUND: Words(
        _("Your refund for %(when)s is on its way"), _("Your refund is on its way"),
        _("Your refund is on its way"), _SEE,
        _("It goes back to the card that you paid with. Banks take some days to show it."),
    ),
    MailKind.BOUNCED: Words(
        _("Your refund for %(when)s could not go back to your card"),
        _("Your refund could not go back to your card"), _("Your refund could not go back to your card"),
        _SEE, _("Your bank has not taken it. It is sent to you in another way; you may be asked how."),
    ),
    MailKind.RESENT: Words(
        _("Your refund for %(when)s was sent"), _("Your refund was sent"), _("Your refund was sent"), _SEE,
        _("It could not go back to your card, so it was sent in another way."),
    ),
    MailKind.DISPUTED: Words(
        _("The payment for %(when)s was taken back"), _("A payment was taken back"),
        _("A payment was taken back"), _SEE,
        _("The bank of %(name)s has decided a dispute for them. Your share of it is taken from your balance, "
          "and the commission on it comes back."),
    ),
    MailKind.FAILED: Words(
        _("Your payment for %(when)s did not go through"), _("Your payment did not go through"),
        _("Your payment did not go through"), _("Try again"),
        _("Nothing was charged. The page says why; you can try again, or use another card."),
        by=_("Please pay by"),
    ),
    MailKind.REFUND: Words(
        _("Your refund for %(when)s was sent"), _("Your refund was sent"), _("Your refund was sent"), _SEE,
        _("%(name)s has sent it back in the way it came."),
    ),
}  # fmt: skip
