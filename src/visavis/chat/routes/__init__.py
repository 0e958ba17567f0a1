"""Pages of chat."""

from visavis.chat.routes import files, messages, rooms, safety, talking

ROUTES = [*rooms.ROUTES, *talking.ROUTES, *messages.ROUTES, *files.ROUTES, *safety.ROUTES]
