"""What the API gives of whom a key belongs to."""

from uuid import UUID

import msgspec

from visavis.api.shapes.common import Zone


class Me(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    time_zone: Zone
    locale: str
    is_client: bool
    is_practitioner: bool
    is_operator: bool
