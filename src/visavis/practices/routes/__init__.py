"""Pages of practices: public ones, and the practitioner's own."""

from visavis.practices.routes import details, offerings, own, place, public

ROUTES = [*public.ROUTES, *own.ROUTES, *details.ROUTES, *place.ROUTES, *offerings.ROUTES]
