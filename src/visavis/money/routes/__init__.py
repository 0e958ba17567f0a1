"""Pages of money: what practitioners earn, refunds, and the operator's books."""

from visavis.money.routes import books, charging, earnings, late, payouts, refunds

ROUTES = [*earnings.ROUTES, *refunds.ROUTES, *late.ROUTES, *books.ROUTES, *charging.ROUTES, *payouts.ROUTES]
