"""What each kind of notification says, and how loudly: one table for screens, sounds and mail. Pure."""

from typing import Literal

import msgspec

from visavis.kit.words import _

Side = Literal["client", "practitioner"]
Sound = Literal["request", "acceptance", "message", "none"]
Group = Literal["requests", "answers", "payments", "times", "reminders", "feedback", "credits", "messages"]

GROUPS: dict[Group, tuple[str, str]] = {
    "requests": (_("Requests"), _("Somebody asks for a session with you, or books one.")),
    "answers": (_("Answers"), _("A session is approved, declined, called off, or was not answered in time.")),
    "payments": (_("Payments"), _("A payment was sent, confirmed, or needs another proof.")),
    "times": (_("Other times"), _("Another time is proposed, agreed to, or kept.")),
    "reminders": (_("As it happens"), _("A session begins or has ended; where you meet.")),
    "feedback": (_("Feedback"), _("A client says how it was.")),
    "credits": (_("Credits"), _("Credits come, go or run out.")),
    "messages": (
        _("Messages"),
        _("Somebody writes to you. One e-mail, when you have not read it and are away."),
    ),
}


class Words(msgspec.Struct, frozen=True):
    """One kind for one reader. `sentence` may use %(name)s (who did it, or else the other person), %(when)s
    (the time it speaks of) and %(was)s (the one before)."""

    sentence: str
    icon: str
    group: Group
    sound: Sound = "none"


WORDS: dict[str, Words | dict[Side, Words]] = {
    "book": Words(_("%(name)s asks for a session"), "calendar-plus", "requests", "request"),
    "book:automatic": Words(_("%(name)s booked a session"), "calendar-plus", "requests", "request"),
    "propose_session": Words(_("%(name)s proposes a session"), "calendar-plus", "requests", "request"),
    "invite": Words(
        _("%(name)s invites you to a session now"), "video", "requests", "request"
    ),
    "approve": Words(_("%(name)s approved the session"), "check", "answers", "acceptance"),
    "lack_credits": Words(
        _("%(name)s wants to approve your session: credits are missing"), "ticket", "credits", "request"
    ),
    "decline": Words(_("%(name)s declined the session"), "x", "answers", "message"),
    "cancel": Words(_("%(name)s called the session off"), "calendar-x", "answers", "message"),
    "expire": {
        "client": Words(
            _("Your session with %(name)s lapsed: it was not settled in time"), "timer", "answers"
        ),
        "practitioner": Words(
            _("The session with %(name)s lapsed: it was not settled in time"), "timer", "answers"
        ),
    },
    "submit_payment": Words(_("%(name)s sent a proof of payment"), "upload", "payments", "request"),
    "verify_payment": Words(
        _("%(name)s confirmed your payment: the session is certain"), "file-check", "payments", "acceptance"
    ),
    "reject_payment": Words(
        _("%(name)s asks for another proof of payment"), "file-text", "payments", "message"
    ),
    "take_cash": Words(
        _("%(name)s marked your session as paid: it is certain"), "banknote", "payments", "acceptance"
    ),
    "find_transfer": Words(
        _("%(name)s found your transfer for the session that was called off"), "file-check", "payments",
        "acceptance",
    ),
    "miss_transfer": Words(
        _("%(name)s did not find your transfer for the session that was called off"), "file-text", "payments",
        "message",
    ),
    "book:card": Words(_("%(name)s is booking a session, and pays by card"), "calendar-plus", "requests"),
    "pay_by_card": {
        "client": Words(
            _("Your payment is there: the session with %(name)s is certain"),
            "credit-card", "payments", "acceptance",
        ),
        "practitioner": Words(
            _("%(name)s paid by card: the session is certain"), "credit-card", "payments", "request"
        ),
    },
    "fail_card_payment": Words(
        _("Your payment by card did not go through. Please try again"), "credit-card", "payments", "message"
    ),
    "return_card_payment": {
        "client": Words(
            _("Your payment came too late for the session: all of it goes back to your card"),
            "rotate-ccw", "payments", "message",
        ),
        "practitioner": Words(
            _("A payment of %(name)s came too late, and goes back to the card"), "rotate-ccw", "payments"
        ),
    },
    "refund_card": {
        "client": Words(_("Your refund is on its way to your card"), "send", "payments", "acceptance"),
        "practitioner": Words(_("The refund of %(name)s is on its way to the card"), "send", "payments"),
    },
    "bounce_refund": {
        "client": Words(
            _("Your refund could not go back to your card: it is sent to you in another way"),
            "circle-alert", "payments", "message",
        ),
        "practitioner": Words(
            _("The refund of %(name)s could not go back to the card: the platform sends it in another way"),
            "circle-alert", "payments",
        ),
    },
    "send_bounced_refund": {
        "client": Words(_("Your refund was sent in another way"), "send", "payments", "acceptance"),
        "practitioner": Words(_("The refund of %(name)s was sent in another way"), "send", "payments"),
    },
    "lose_dispute": {
        "client": Words(_("Your bank has given you back what you paid by card"), "rotate-ccw", "payments"),
        "practitioner": Words(
            _("A bank took back what %(name)s paid by card, and your share of it"),
            "circle-alert", "payments", "message",
        ),
    },
    "find_bounced_refund": Words(
        _("A refund to a card did not go through: please send it"), "circle-alert", "payments", "message"
    ),
    "find_card_trouble": Words(
        _("Something was done at the card provider that needs your decision"), "circle-alert", "payments",
        "message",
    ),
    "buy_credits_by_card": {
        "client": Words(
            _("Your payment is there, and so are the credits"), "ticket", "credits", "acceptance"
        ),
        "practitioner": Words(_("Credits of yours were bought by card"), "ticket", "credits"),
    },
    "send_refund": Words(_("%(name)s sent your refund"), "send", "payments", "acceptance"),
    "begin_payout": Words(_("A payout is on its way to you"), "hand-coins", "payments"),
    "pay_out": Words(_("The platform paid you out"), "hand-coins", "payments", "acceptance"),
    "fail_payout": Words(_("A payout to you came back"), "rotate-ccw", "payments", "message"),
    "settle_debt": Words(_("The platform has your payment"), "hand-coins", "payments"),
    "propose_time": Words(_("%(name)s proposes %(when)s instead"), "calendar-clock", "times", "request"),
    "agree_time": Words(
        _("%(name)s agreed: the session is at %(when)s now"), "calendar-check", "times", "acceptance"
    ),
    "decline_time": Words(_("%(name)s prefers the time it had to %(when)s"), "x", "times", "message"),
    "withdraw_time": Words(_("%(name)s took back the proposal of %(when)s"), "x", "times"),
    "lapse_time": Words(_("The proposal of %(when)s was not answered in time"), "timer", "times"),
    "reschedule": Words(
        _("%(name)s moved the session from %(was)s to %(when)s"), "calendar-clock", "times", "message"
    ),
    "start": Words(_("Your session with %(name)s begins"), "circle-play", "reminders"),
    "join_call": Words(_("%(name)s waits for you in the room"), "video", "reminders", "request"),
    "meet_here": Words(_("You and %(name)s meet in the room of Visavis itself"), "video", "reminders"),
    "set_meeting_link": Words(_("%(name)s set where you meet"), "link", "reminders"),
    "remove_meeting_link": Words(_("%(name)s took away the link to meet"), "link", "reminders"),
    "complete": Words(
        _("%(name)s marked the session as completed. How was it?"), "star", "reminders"
    ),
    "mark_no_show": Words(_("%(name)s marked the session as missed"), "user-x", "reminders"),
    "give_feedback": Words(_("%(name)s gave feedback"), "star", "feedback"),
    "request_credits": Words(_("%(name)s wants to buy credits"), "ticket", "credits"),
    "submit_credits_payment": Words(
        _("%(name)s sent a proof of payment for credits"), "upload", "credits", "request"
    ),
    "verify_credits_payment": Words(
        _("Your payment is confirmed: the credits are there"), "file-check", "credits", "acceptance"
    ),
    "refuse_credits_payment": Words(
        _("Your credits need another proof of payment"), "file-text", "credits", "message"
    ),
    "take_back_credits": {
        "client": Words(
            _("%(name)s took unspent credits back: their money comes back to you"), "rotate-ccw", "credits",
            "message",
        ),
        "practitioner": Words(_("%(name)s gives unspent credits of a client back"), "rotate-ccw", "credits"),
    },
    "send_credits_refund": {
        "client": Words(_("%(name)s sent your refund"), "send", "credits", "acceptance"),
        "practitioner": Words(_("%(name)s sent the refund of a client"), "send", "credits"),
    },
    "withdraw_credits_purchase": Words(_("%(name)s does not buy the credits after all"), "x", "credits"),
    "grant_credits": {
        "client": Words(_("%(name)s gave you credits"), "ticket", "credits", "acceptance"),
        "practitioner": Words(_("%(name)s gave credits to a client"), "ticket", "credits"),
    },
    "expire_credits": {
        "client": Words(_("Credits of yours have expired"), "timer", "credits"),
        "practitioner": Words(_("Credits of a client have expired"), "timer", "credits"),
    },
    "report": Words(_("A report waits for you"), "flag", "messages", "message"),
    "write": Words(_("%(name)s wrote to you"), "message-circle", "messages", "message"),
}  # fmt: skip

_OTHERWISE = Words(_("Something changed"), "bell", "reminders")


def words_for(kind: str, side: Side, variant: str | None = None) -> Words:
    """What a notification of `kind` says to the `side` of its session; `variant` is a finer kind."""
    found = WORDS.get(f"{kind}:{variant}") or WORDS.get(kind) or _OTHERWISE
    if isinstance(found, Words):
        return found
    return found[side]
