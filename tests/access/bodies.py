"""What is sent to routes of chat and credits, by address."""

from typing import Any
from uuid import uuid4

from tests.access.cast import Cast, picture

REASON = {"reason": "Something came up"}
PROOF = {"proof": ("slip.png", picture(), "image/png")}
PACKAGE = {"name": "10", "credits": "10", "price": "600", "currency": "GBP", "valid_months": "12"}
SOLD = {"name": "10", "credits": 10, "price_minor": 60000, "valid_months": 12}
GIVEN = {"name": "Thanks", "credits": 1, "valid_months": 12}
GIFT = {"credits": "1", "valid_months": "12", "email": "nobody@example.org"}


def talk_and_credits(cast: Cast) -> dict[str, dict[str, Any]]:
    """By address, what is sent with a changing request."""
    return _chat(cast) | _credits(cast) | _money()


def _credits(cast: Cast) -> dict[str, dict[str, Any]]:
    """Bodies of what gives, sells and buys credits, by address."""
    return {
        "/credits/purchases": {"data": {"package_id": cast.ids["package_id"]}},
        "/credits/purchases/{purchase_id:uuid}/payment": {"files": PROOF},
        "/credits/purchases/{purchase_id:uuid}/refund": {"data": {"credits": "5"}},
        "/credits/purchases/{purchase_id:uuid}/refund/sending": {"data": {"note": "Ref 7"}},
        "/api/credits/purchases/{purchase_id:uuid}/refund": {"json": {"credits": 5}},
        "/api/credits/purchases/{purchase_id:uuid}/refund/sending": {"json": {"note": "Ref 7"}},
        "/api/credits/purchases": {"json": {"package_id": cast.ids["package_id"]}},
        "/api/credits/purchases/{purchase_id:uuid}/submit-payment": {"files": PROOF},
        "/api/credits/purchases/{purchase_id:uuid}/reject-payment": {"json": {"reason": "Not there yet"}},
        "/api/credits/packages": {"json": SOLD},
        "/api/credits/gifts": {"json": GIVEN | {"client_id": str(cast.ids["person_id"])}},
        "/practice/credits/grant": {"data": GIFT | {"client": cast.ids["person_id"]}},
        "/practice/credits/packages": {"data": PACKAGE},
        "/operator/credits/grant": {"data": GIFT},
        "/operator/credits/packages": {"data": PACKAGE},
        "/operator/credits/payment": {"data": {"words": "Sort code 00-00-00"}},
    }


def _money() -> dict[str, dict[str, Any]]:
    """Bodies of refunds, rates and payouts, by address."""
    one, form = "/operator/money/practitioners/{practitioner_id:uuid}", {"form": str(uuid4())}
    return {
        "/sessions/{session_id:uuid}/refund": {"data": {"note": "Ref 7"}},
        "/api/sessions/{session_id:uuid}/refund": {"json": {"note": "Ref 7"}},
        "/sessions/{session_id:uuid}/transfer": {"data": {"came": "no"}},
        "/api/sessions/{session_id:uuid}/late-transfer": {"json": {"arrived": False}},
        "/api/sessions/{session_id:uuid}/take-cash": {"json": {"how": "other"}},
        "/sessions/{session_id:uuid}/cash": {"data": {"how": "cash"}},
        "/operator/money/refunds/{refund_id:uuid}": {"data": {"note": "Ref 7"}},
        "/operator/money/card-troubles/{trouble:str}": {"data": {"note": "Agreed"}},
        "/operator/money/commission": {"data": {"rate": "25"}},
        f"{one}/commission": {"data": {"rate": "20"}},
        f"{one}/settlement": {"data": form | {"amount": "1.00", "currency": "GBP"}},
        "/practice/billing": {"data": {"legal_name": "Some Ltd"}},
        "/operator/billing": {"data": {"legal_name": "Some Ltd"}},
        "/account/billing": {"data": {"name": "Emma Clarke"}},
        "/operator/money/payouts": {"data": form | {"currency": "GBP", "least": "0"}},
    }


def _chat(cast: Cast) -> dict[str, dict[str, Any]]:
    """Bodies of what is said, by address."""
    room, said = "/api/chat/rooms/{room_id:uuid}", {"id": str(uuid4()), "body": "Hello"}
    return {
        f"{room}/messages": {"json": said},
        f"{room}/messages/{{message_id:uuid}}": {"json": {"body": "Good morning"}},
        f"{room}/files": {"data": said, "files": {"files": PROOF["proof"]}},
        f"{room}/read": {"json": {"upto": 3}},
        f"{room}/reports": {"json": REASON},
        "/api/chat/keeping": {"json": {"months": 12}},
        "/chat/{room_id:uuid}": {"data": {"body": "Good morning"}},
        "/chat/{room_id:uuid}/messages/{message_id:uuid}/edit": {"data": {"body": "May I?"}},
        "/chat/{room_id:uuid}/seen": {"data": {"upto": "2"}},
        "/practice/chat": {"data": {"months": "12"}},
    }
