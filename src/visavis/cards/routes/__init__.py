"""Pages of cards: paying with one, the ones that are kept, being paid directly; and where the provider says
that something happened. Without keys none of these is there; what operators still have to settle is."""

from visavis.cards.routes import deciding, direct, events, kept, paying

ROUTES = [*paying.ROUTES, *kept.ROUTES, *direct.ROUTES, *events.ROUTES, *deciding.ROUTES]
