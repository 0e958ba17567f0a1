"""The room of a session, and the call in it."""

from visavis.video.routes import call, operating, room

ROUTES = [*room.ROUTES, *call.ROUTES, *operating.ROUTES]
