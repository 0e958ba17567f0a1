"""Pages of payments: sending a proof, checking it, seeing it, and how a practitioner is paid."""

from visavis.payments.routes import cash, instructions, proofs, submitting, verifying

ROUTES = [*submitting.ROUTES, *verifying.ROUTES, *cash.ROUTES, *proofs.ROUTES, *instructions.ROUTES]
