"""Pages of cards: paying with one, the ones that are kept, being paid directly; and where the provider says
that something happened. Without keys none of them is there."""

from visavis.cards.routes import direct, events, kept, paying

ROUTES = [*paying.ROUTES, *kept.ROUTES, *direct.ROUTES, *events.ROUTES]
