"""The room that is built in: a page of our own, with nobody to be asked."""

from typing import ClassVar

from visavis.video.makers.interface import Kind, Made, Meeting, Person


class BuiltIn:
    """Its page lets in the two people of the session, at its time, and nobody else."""

    kind: ClassVar[Kind] = "built_in"
    goes_to = ""

    async def make(self, meeting: Meeting) -> Made:
        """Always there: a call is held on the page of the room."""
        url = f"/sessions/{meeting.session_id}/room"
        return Made(name="", url=url, opens_at=meeting.opens_at, closes_at=meeting.closes_at)

    async def link(self, room: Made, _person: Person) -> str:
        """The same for both."""
        return room.url

    async def close(self, _room: Made) -> None:
        """It closes by itself."""
