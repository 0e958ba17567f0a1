"""The buttons of a session, each a way to one step; which are offered is decided in offered_steps.py."""

import msgspec

from visavis.booking.rules import Verb
from visavis.kit.words import _


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """A way to one step. `at_once` posts without a form; everything else opens its form, in the dialog
    unless it needs a `whole_page`. `seen` is the time that the button agrees to."""

    words: str
    path: str
    icon: str = ""
    kind: str = "second"
    busy: str = ""
    at_once: bool = False
    whole_page: bool = False
    seen: str = ""


APPROVE = Button(words=_("Approve"), path="approval", icon="check", kind="primary")
DECLINE = Button(words=_("Decline"), path="decline", icon="x")
RESPOND = Button(
    words=_("Respond"), path="response", icon="message-square-text", kind="primary", whole_page=True
)
PAY = Button(words=_("Submit payment"), path="payment", icon="upload", kind="primary")
PAY_BY_CARD = Button(words=_("Pay by card"), path="card", icon="credit-card", kind="primary", whole_page=True)
VERIFY = Button(words=_("Verify payment"), path="verification", icon="file-check", kind="primary")
REJECT = Button(words=_("Reject the proof"), path="rejection", icon="file-text")
CASH = Button(words=_("Paid in cash"), path="cash", icon="banknote")
START = Button(
    words=_("Start"), path="start", icon="circle-play", kind="primary", busy=_("Starting"), at_once=True
)
COMPLETE = Button(
    words=_("Mark complete"), path="completion", icon="check", kind="primary", busy=_("Closing"), at_once=True
)
NO_SHOW = Button(words=_("No-show"), path="no-show", icon="user-x")
CANCEL = Button(words=_("Cancel session"), path="cancellation", icon="calendar-x")
WITHDRAW = Button(words=_("Cancel request"), path="cancellation", icon="calendar-x")
AGREE_TIME = Button(
    words=_("Agree to the new time"),
    path="new-time/agreement",
    icon="calendar-check",
    kind="primary",
    busy=_("Moving"),
    at_once=True,
)
DECLINE_TIME = Button(words=_("Keep the old time"), path="new-time/decline", icon="x")
WITHDRAW_TIME = Button(words=_("Take back the new time"), path="new-time/withdrawal", icon="x")
PROPOSE_TIME = Button(
    words=_("Propose another time"), path="new-time", icon="calendar-clock", whole_page=True
)
MOVE = Button(words=_("Move to another time"), path="new-time", icon="calendar-clock", whole_page=True)
PROPOSE = Button(words=_("Propose a time"), path="new-time", icon="calendar-clock", whole_page=True)
SET = Button(words=_("Choose a time"), path="new-time", icon="calendar-clock", whole_page=True)
FEEDBACK = Button(words=_("Leave feedback"), path="feedback", icon="star", kind="primary")
ADD_LINK = Button(words=_("Add meeting link"), path="meeting-link", icon="link")
CHANGE_LINK = Button(words=_("Change meeting link"), path="meeting-link", icon="link")

NOTES = Button(words=_("Private notes"), path="notes", icon="pencil")
AGREE = Button(
    words=_("Approve session"),
    path="approval",
    icon="check",
    kind="primary",
    busy=_("Approving"),
    at_once=True,
)
JOIN_NOW = msgspec.structs.replace(
    AGREE, words=_("Approve & join now"), icon="video", busy=_("Opening the room")
)
ROOM = Button(words=_("To the room"), path="room", icon="video", kind="primary", whole_page=True)

IN_VIEW = {
    Verb.AGREE_TIME: AGREE_TIME,
    Verb.DECLINE_TIME: DECLINE_TIME,
    Verb.APPROVE: APPROVE,
    Verb.DECLINE: DECLINE,
    Verb.SUBMIT_PAYMENT: PAY,
    Verb.VERIFY_PAYMENT: VERIFY,
    Verb.START: START,
    Verb.COMPLETE: COMPLETE,
    Verb.MARK_NO_SHOW: NO_SHOW,
}
FIRST_TIME = {
    Verb.AGREE_TIME: msgspec.structs.replace(AGREE_TIME, words=_("Agree to this time"), busy=_("Agreeing")),
    Verb.DECLINE_TIME: msgspec.structs.replace(DECLINE_TIME, words=_("Not this time")),
    Verb.START: msgspec.structs.replace(START, kind="second"),
}
"""The same where there is no time that the session could keep."""
