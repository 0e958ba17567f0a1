"""A link that the practitioner typed, to whatever they use: it is the room."""

from typing import ClassVar

from visavis.video.makers.interface import Kind, Made, Meeting, Person


class Link:
    """`url` is any https link (`booking.links.meeting_link`)."""

    kind: ClassVar[Kind] = "link"
    goes_to = ""

    def __init__(self, url: str) -> None:
        self._url = url

    async def make(self, meeting: Meeting) -> Made:
        """Somebody else made it."""
        return Made(name="", url=self._url, opens_at=meeting.opens_at, closes_at=meeting.closes_at)

    async def link(self, room: Made, _person: Person) -> str:
        """The same for both."""
        return room.url

    async def close(self, _room: Made) -> None:
        """It is not ours to close."""
