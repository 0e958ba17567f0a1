"""Pages of money: what practitioners earn, refunds, and the operator's books."""

from visavis.money.routes import books, charging, earnings, payouts, refunds

ROUTES = [*earnings.ROUTES, *refunds.ROUTES, *books.ROUTES, *charging.ROUTES, *payouts.ROUTES]
