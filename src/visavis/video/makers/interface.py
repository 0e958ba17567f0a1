"""What a maker is, and the little that it learns."""

from datetime import datetime
from typing import ClassVar, Literal, Protocol
from uuid import UUID

import msgspec

Kind = Literal["built_in", "daily", "jitsi", "link"]


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """For what a room is made. People come in between two instants."""

    session_id: UUID
    opens_at: datetime
    closes_at: datetime


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A room at its maker: under which name, where, and from when to when it lets people in."""

    name: str
    url: str
    opens_at: datetime
    closes_at: datetime


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """All that a maker learns about somebody: what they are called, and whether they lead the session."""

    name: str
    leads: bool

    @property
    def part(self) -> str:
        """Who of the two it is, without saying who they are."""
        return "practitioner" if self.leads else "client"


class MakerError(Exception):
    """A maker did not do what it was asked; `trouble` tells operators why, without names and keys.

    `lasting`: asking again would not help.
    """

    def __init__(self, trouble: str, *, lasting: bool = False) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.lasting = lasting


class Maker(Protocol):
    """Makes a room for a meeting, a link into it for a person, and takes it away again.

    Each raises MakerError. Making a room that is there gives it the times of the meeting; closing one that is
    not there does nothing.
    """

    kind: ClassVar[Kind]
    goes_to: str
    """Where its links lead, as a source of a content security policy; empty for what no form leads to."""

    async def make(self, meeting: Meeting, /) -> Made: ...

    async def link(self, room: Made, person: Person, /) -> str: ...

    async def close(self, room: Made, /) -> None: ...
