"""What the people of a demonstration write to each other; the last lines are not read yet."""

from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import msgspec
from PIL import Image, ImageDraw

from visavis.chat.actions import send
from visavis.chat.rules import Draft, Upload
from visavis.kit.actor import Actor
from visavis.operations.demo import queries
from visavis.operations.demo.people import (
    EMMA,
    KENJI,
    LENA,
    LUCAS,
    MAYA,
    NOAH,
    PRIYA,
    SARAH,
    TOM,
    DemoPerson,
    DemoPractitioner,
)
from visavis.operations.demo.telling import Teller

_READ_UNTIL = timedelta(hours=2)  # before the demonstration begins: what is younger is unread


class Line(msgspec.Struct, frozen=True):
    """So many hours ago (or days), one of the two wrote this; `answers` counts lines back."""

    hours: float
    by_client: bool
    words: str
    answers: int = 0
    diary: bool = False


class Talk(msgspec.Struct, frozen=True):
    """All lines of one room, the oldest first."""

    client: DemoPerson
    practitioner: DemoPractitioner
    lines: tuple[Line, ...]


def _client(hours: float, words: str, answers: int = 0, *, diary: bool = False) -> Line:
    return Line(hours, True, words, answers, diary)


def _other(hours: float, words: str, answers: int = 0) -> Line:
    return Line(hours, False, words, answers)


_DAY = 24.0

TALKS = (
    Talk(EMMA, SARAH, (
        _client(6 * _DAY, "Thank you for today. I slept through for the first time in weeks."),
        _other(6 * _DAY - 1, "Lovely to hear. Keep the evening walk for this week, even when it rains."),
        _client(3 * _DAY, "It rained every single day!"),
        _client(3 * _DAY - 0.1, "I walked anyway. Here is my sleep diary so far.", diary=True),
        _other(3 * _DAY - 2, "Four good nights of seven: you see it, too, don't you?", 1),
        _client(3 * _DAY - 3, "I do. Wednesday was the day before the exam, so I expected that one."),
        _other(_DAY + 2, "Before we meet again: what do you do in the last hour of the day? Write it down.\n"
               "Three lines are enough."),
        _client(_DAY + 1, "Will do. Something like https://example.org/sleep-diary ?"),
        _other(_DAY, "Simpler. Paper and a pencil beside the bed.", 1),
        _client(5, "I have asked for another hour before the exams. Is a video call all right?"),
        _other(1.2, "Of course. Find a room with a door that closes."),
        _other(1.1, "And bring the three lines."),
    )),
    Talk(NOAH, SARAH, (
        _client(2 * _DAY, "Is there parking near your practice?"),
        _other(2 * _DAY - 1, "Behind the library, two minutes away. The first hour is free."),
        _client(2 * _DAY - 1.2, "Perfect, thank you."),
        _client(0.8, "I may be five minutes late on the day, my train was moved."),
    )),
    Talk(TOM, LENA, (
        _other(_DAY, "For tomorrow: please send me the two slides that you are unsure of."),
        _client(_DAY - 3, "It is the one about prices, and the last one."),
        _other(_DAY - 4, "Good. Then we begin with the last one.", 1),
        _client(0.5, "I am in the room, my camera takes a moment."),
    )),
    Talk(LUCAS, MAYA, (
        _other(3 * _DAY, "Welcome! Is there anything that I should know about your shoulder?"),
        _client(3 * _DAY - 2, "It hurts when I lift my arm above my head, since about May."),
        _other(3 * _DAY - 2.5, "Then please wear something with short sleeves."),
    )),
    Talk(PRIYA, KENJI, (
        _client(9 * _DAY, "Your exercise with the metronome was fun. My neighbours are less sure."),
        _other(9 * _DAY - 5, "Half the tempo, twice the joy."),
    )),
)  # fmt: skip


async def tell_talks(teller: Teller) -> None:
    """Everything that is said, each line when it was said; then rooms are counted in the order of time."""
    await queries.number_cards(teller.tx)
    for talk in TALKS:
        await _tell(teller, talk)
    for count in queries.COUNT_ROOMS:
        await count.run(teller.tx)
    await queries.read_rooms_until.run(teller.tx, teller.now - _READ_UNTIL)


async def _tell(teller: Teller, talk: Talk) -> None:
    client, practitioner = (teller.cast.actors[who.name] for who in (talk.client, talk.practitioner))
    room_id: UUID = await queries.find_room.value(teller.tx, client.account_id, practitioner.account_id)
    said: list[UUID] = []
    for line in talk.lines:
        at = teller.now - timedelta(hours=line.hours)
        said.append(await _say(teller, client if line.by_client else practitioner, room_id, line, said, at))


async def _say(teller: Teller, who: Actor, room_id: UUID, line: Line, said: list[UUID], at: datetime) -> UUID:
    draft = Draft(
        body=line.words,
        reply_to=said[-line.answers] if line.answers else None,
        files=[Upload("Sleep diary.png", diary())] if line.diary else (),
    )
    return (await send(teller.db, who, room_id, uuid4(), draft, at, teller.store)).id


def diary() -> bytes:
    """A picture of a week's nights."""
    image = Image.new("RGB", (960, 640), "#fbf8f1")
    draw = ImageDraw.Draw(image)
    draw.text((60, 40), "Hours of sleep", fill="#2b2a27", font_size=40)
    nights = (7.5, 7, 4.5, 5, 7.5, 8, 6)
    for number, (hours, day) in enumerate(zip(nights, "MTWTFSS", strict=True)):
        left, top = 80 + number * 120, 540 - round(hours * 50)
        draw.rounded_rectangle((left, top, left + 70, 540), 12, fill="#2f6f62" if hours >= 7 else "#d9a05b")
        draw.text((left + 22, 560), day, fill="#2b2a27", font_size=34)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
