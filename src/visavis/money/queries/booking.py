"""SQL that books: one call for each thing that happens."""

from visavis.kit.sql import Statement

book_payment = Statement(
    "A session was paid; false when there was no money in it, or it is booked.", "select book_payment($1, $2)"
)
book_card_payment = Statement(
    "A session was paid by card; for the worker, once the provider has said so.",
    "select book_card_payment($1, $2)",
)
book_refund = Statement(
    "A session was called off; what is owed of a transfer, in minor units.", "select book_refund($1, $2)"
)
kept_of_session = Statement(
    "What is still there of its payment by card, in minor units; null where none was settled.",
    "select kept_of_session($1)",
)
send_refund = Statement(
    "The practitioner has sent a refund; false when that was said before.", "select send_refund($1, $2, $3)"
)
ask_for_transfer = Statement(
    "A session was called off while its proof waited: did the money come? False where none waits.",
    "select ask_for_transfer($1, $2)",
)
answer_transfer = Statement(
    "Whether the transfer of a session that was called off came; what is owed of it, null when said before.",
    "select answer_transfer($1, $2, $3)",
)
book_purchase = Statement("A purchase of credits was verified.", "select book_purchase($1, $2)")
book_expired_credits = Statement(
    "Credits were written off; for the worker.", "select book_expired_credits($1, $2)"
)
