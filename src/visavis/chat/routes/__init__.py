"""Pages of chat."""

from visavis.chat.routes import files, messages, reports, rooms, safety, talking

ROUTES = [*rooms.ROUTES, *talking.ROUTES, *messages.ROUTES, *files.ROUTES, *safety.ROUTES, *reports.ROUTES]
