"""Pages of cards: paying with one, and the ones that are kept; and where the provider says that something
happened. Without keys none of them is there."""

from visavis.cards.routes import events, kept, paying

ROUTES = [*paying.ROUTES, *kept.ROUTES, *events.ROUTES]
