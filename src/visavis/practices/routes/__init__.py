"""Pages of practices: public ones, and the practitioner's own."""

from visavis.practices.routes import offerings, own, public

ROUTES = [*public.ROUTES, *own.ROUTES, *offerings.ROUTES]
