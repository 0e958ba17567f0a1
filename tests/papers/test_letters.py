"""The letter of a payment that was found leads to its paper; so does that of a purchase."""

from typing import Any
from uuid import UUID

from tests.credits.test_mails import work
from tests.money.world import Till
from visavis.credits import mails
from visavis.notifications.mail import MAIL, MailAsked
from visavis.operations.jobs import Work

__all__ = ["work"]


async def test_letters_lead_to_their_papers(till: Till, work: Work) -> None:
    session = await till.paid()
    await till.bought()
    rows = await till.owner.fetch("select id from notification where account_id = $1", till.client.id)
    for row in rows:
        await MAIL.work(work, MailAsked(row["id"]))
    purchase: UUID = await till.owner.fetchval("select id from credit_purchase")
    await mails.send(work, mails.PurchaseAsked(purchase))
    sent = await till.owner.fetch("select text_body from outbox_mail")
    text = " ".join(row["text_body"].partition("—\nVisavis")[0] for row in sent)  # before the sign-off
    papers: list[Any] = await till.owner.fetch(
        "select id, number, session_id, purchase_id from paper order by id"
    )
    assert [row["session_id"] or row["purchase_id"] for row in papers] == [session, purchase]
    for row in papers:
        assert f"/papers/{row['id']}" in text
        assert row["number"] in text
