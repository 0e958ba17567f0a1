"""What the cast has of money: a refund that "own practitioner" owes, a payout on its way, balances."""

from typing import Any
from uuid import uuid4

import asyncpg

from tests.support.world import Somebody


async def make_money(
    owner: asyncpg.Connection, people: dict[str, Somebody], session_id: Any
) -> dict[str, Any]:
    """Of "own practitioner", who owes the platform something; "other practitioner" is owed something."""
    client, seller, other, operator = (
        people[name].id for name in ("own client", "own practitioner", "other practitioner", "operator")
    )
    run_id, payout_id = uuid4(), uuid4()
    await owner.execute(
        """insert into refund (session_id, practitioner_id, client_id, currency, price_minor, amount_minor,
            owed_at) values ($1, $2, $3, 'GBP', 8000, 8000, now())""",
        session_id, seller, client,
    )  # fmt: skip
    await owner.execute(
        """insert into late_transfer (session_id, practitioner_id, client_id, currency, price_minor,
            back_minor, asked_at) values ($1, $2, $3, 'GBP', 8000, 8000, now())""",
        session_id, seller, client,
    )  # fmt: skip
    stuck = await _cards(owner, session_id, client, seller)
    await owner.execute(
        "insert into payout_run (id, currency, made_by, made_at) values ($1, 'GBP', $2, now())",
        run_id,
        operator,
    )
    await owner.execute(
        """insert into payout (id, run_id, practitioner_id, currency, amount_minor, made_at)
        values ($1, $2, $3, 'GBP', 500, now())""",
        payout_id, run_id, seller,
    )  # fmt: skip
    await _book(owner, "session", session_id, "refund", ("refunds", client), ("prepaid", seller), 8000)
    await _book(owner, "payout", payout_id, "begun", ("payouts", seller), ("bank", None), 500)
    await _book(owner, "settlement", uuid4(), "settled", ("practitioner", other), ("bank", None), 3000)
    owed = ("platform", None), ("practitioner", seller)
    await _book(owner, "settlement", uuid4(), "settled", *owed, 2400)
    await owner.execute("insert into commission_rate values ($1, null, 2500)", seller)
    await owner.execute("insert into money_check values (true, now(), '[]') on conflict do nothing")
    paper = await _papers(owner, people, session_id)
    found = {"run_id": run_id, "payout_id": payout_id, "month": "2026-11", "paper_id": paper}
    return found | stuck


async def _cards(owner: asyncpg.Connection, session_id: Any, client: Any, seller: Any) -> dict[str, Any]:
    """A payment by card that is begun, a word of its provider, and what an operator has to settle."""
    intent, trouble = f"pi_{uuid4().hex}", f"re_{uuid4().hex}"
    payment = await owner.fetchval(
        """insert into card_payment (session_id, client_id, practitioner_id, amount_minor, currency,
            commission_minor, intent_id, begun_at) values ($1, $2, $3, 8000, 'GBP', 2400, $4, now())
        returning id""",
        session_id, client, seller, intent,
    )  # fmt: skip
    await owner.execute("insert into card_event (id, kind) values ($1, 'payment_intent.created')", intent)
    await owner.execute(
        "insert into card_account (practitioner_id, account_id, begun_at) values ($1, $2, now())",
        seller,
        f"acct_{uuid4().hex}",
    )
    refund = await owner.fetchval(
        """insert into refund (session_id, payment_id, practitioner_id, client_id, currency, price_minor,
            amount_minor, owed_at, bounced_at, failure)
        values ($1, $2, $3, $4, 'GBP', 8000, 100, now() - interval '1 day', now(), 'lost_card')
        returning id""",
        session_id, payment, seller, client,
    )  # fmt: skip
    await _book(owner, "purchase", uuid4(), "unneeded", ("refunds", client), ("provider", None), 100)
    await owner.execute(
        """insert into card_trouble (id, payment_id, kind, amount_minor, state, reason, seen_at)
        values ($1, $2, 'dispute', 8000, 'open', 'fraudulent', now())""",
        trouble, payment,
    )  # fmt: skip
    return {"refund_id": refund, "trouble": trouble}


async def _papers(owner: asyncpg.Connection, people: dict[str, Somebody], session_id: Any) -> Any:
    """One between the two, one of the platform's, and what people say of themselves; the first one's id."""
    seller, client, other = (people[name].id for name in ("own practitioner", "own client", "other client"))
    for somebody in (seller, people["other practitioner"].id, None):
        await owner.execute(
            """insert into paper_issuer values ($1, 'Some Ltd', '', '', 0, 'VAT', '', '', now())
            on conflict do nothing""",
            somebody,
        )
    for somebody in (client, other):
        await owner.execute("insert into paper_recipient values ($1, 'Emma', '', '', now())", somebody)
    await owner.execute("insert into paper_counter values ($1, 'invoice', 1)", seller)
    side = {"name": "Emma", "address": "", "tax_number": ""}
    printed = {
        "issuer": side, "recipient": side, "line": {"what": "session", "name": "Talking session"},
        "way": "cash", "reference": "", "prepaid_minor": 0,
        "tax_name": "VAT", "tax_note": "", "zone": "UTC", "locale": "en",
    }  # fmt: skip
    made = [
        await owner.fetchval(
            """insert into paper (kind, practitioner_id, client_id, sequence, number, posting_id, session_id,
                issued_on, currency, gross_minor, tax_minor, tax_bp, issued_at, printed)
            values ('invoice', $1, $2, (select count(*) + 1 from paper), gen_random_uuid(),
                (select max(id) - $5 from money_posting), $3,
                '2026-11-01', 'GBP', 8000, 0, 0, now(), $4) returning id""",
            issuer, recipient, session_id, printed, place,
        )
        for place, (issuer, recipient) in enumerate([(seller, client), (None, other)])
    ]  # fmt: skip
    return made[0]


async def _book(
    owner: asyncpg.Connection, cause: str, cause_id: Any, step: str, to: Any, of: Any, amount: int
) -> None:
    await owner.execute(
        """select book_money($1, $2, $3, 'GBP', null, now(), '', array[
            ($4, $5::uuid, 'refund', $8, null)::money_piece,
            ($6, $7::uuid, 'refund', -$8::bigint, null)::money_piece])""",
        cause, cause_id, step, *to, *of, amount,
    )  # fmt: skip
