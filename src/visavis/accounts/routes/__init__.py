"""Pages of accounts: getting in, one's own account, the operator's page, a demonstration's extras."""

from visavis.accounts.routes import (
    account,
    confirming,
    demonstration,
    keys,
    operator,
    passwords,
    pictures,
    preferences,
    sign_ins,
    signing_in,
    signing_up,
)

ROUTES = [
    *signing_up.ROUTES,
    *confirming.ROUTES,
    *signing_in.ROUTES,
    *passwords.ROUTES,
    *account.ROUTES,
    *pictures.ROUTES,
    *preferences.ROUTES,
    *sign_ins.ROUTES,
    *keys.ROUTES,
    *operator.ROUTES,
    *demonstration.ROUTES,
]
