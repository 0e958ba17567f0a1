"""Every kind of mail, as it reads. After a change on purpose, delete letters.txt: this writes it anew."""

import html
import re
from pathlib import Path

from tests.notifications.letters import CASES, EMMA, NOW, SARAH, examples, session_with
from visavis.booking.access import Seat
from visavis.booking.rules import Party
from visavis.notifications.mail_kinds import MAILED, MailKind, kind_of

KEPT = Path(__file__).with_name("letters.txt")


def test_letters_read_as_they_did() -> None:
    pages = [f"=== {name}\nSubject: {each.subject}\n\n{each.text}" for name, each in examples()]
    text = "\n".join(pages)
    if not KEPT.exists():
        KEPT.write_text(text)
    assert text == KEPT.read_text()


def test_both_forms_say_the_same_and_name_nobody_first() -> None:
    for name, each in examples():
        seen = re.sub(r"<(style|title)>.*?</\1>|<div .*?</div>", "", each.html, flags=re.S)
        words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", seen)).split())
        for line in each.text.splitlines():
            said = re.sub(r"^([\w ]+): ", "", line.strip()).removesuffix(":").partition(": http")[0]
            assert said in ("", "—") or said.startswith("http") or said in words, (name, said)
        for private in ("Johnson", "Emma", "Clarke"):
            assert private not in each.subject + each.text.splitlines()[0], name
        for private in ("sleep", "Insomnia", "Gladly", "away", "ill", "Which one"):
            assert not re.search(rf"\b{private}\b", each.text), name


# The money, whatever became of the session.
GOES_BACK = ("return_card_payment", "refund_card", "bounce_refund", "send_bounced_refund", "lose_dispute")


def test_there_is_an_example_of_every_kind() -> None:
    kinds = {name.partition("_open")[0].partition("_by")[0] for name, *_ in CASES}
    assert kinds == {kind.value for kind in MailKind}
    assert {verb for _, verb, *_ in CASES} == MAILED


def test_what_is_over_or_has_moved_on_is_not_written_about() -> None:
    for name, verb, details, status, reader, changes in CASES:
        party = Party.CLIENT if reader is EMMA else Party.PRACTITIONER
        for other in ("completed", "no_show") if verb not in GOES_BACK else ():
            seat = Seat(session_with(other, **changes), party)
            assert kind_of(verb, details, seat, NOW) is None, (name, other)
        if status in ("pending_approval", "approved", "payment_submitted", "confirmed") and (
            "starts_at" not in changes or changes["starts_at"]
        ):
            seat = Seat(session_with(status, **changes), party)
            late = kind_of(verb, details, seat, NOW.replace(month=12))
            settled_afterwards = verb in ("submit_payment", "reject_payment")
            assert late is (kind_of(verb, details, seat, NOW) if settled_afterwards else None), name
    assert SARAH.account_id != EMMA.account_id
