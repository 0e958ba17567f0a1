"""Pages of payments: sending a proof, checking it, seeing it, and how a practitioner is paid."""

from visavis.payments.routes import instructions, proofs, submitting, verifying

ROUTES = [*submitting.ROUTES, *verifying.ROUTES, *proofs.ROUTES, *instructions.ROUTES]
