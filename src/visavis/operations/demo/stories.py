"""The made-up sessions of a demonstration: every status, seen from both sides."""

from typing import Literal

import msgspec

from visavis.operations.demo.people import (
    EMMA,
    GRACE,
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

Ending = Literal[
    "asked", "approved", "rejected", "paid", "confirmed", "running", "completed", "no_show", "declined",
    "cancelled", "called_off", "expired",
]  # fmt: skip


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One session: `day` from today, `hour` on the practitioner's clock, `ending` is how far it has come."""

    client: DemoPerson
    practitioner: DemoPractitioner
    day: int
    hour: int
    ending: Ending
    free: bool = False
    notes: str = ""
    reason: str = ""
    rating: int = 0
    words: str = ""


STORIES = (
    Story(
        client=EMMA, practitioner=SARAH, day=3, hour=10, ending="asked", notes="I sleep badly before exams."
    ),
    Story(client=LUCAS, practitioner=SARAH, day=5, hour=15, ending="asked"),
    Story(client=PRIYA, practitioner=SARAH, day=4, hour=9, ending="approved"),
    Story(
        client=TOM,
        practitioner=SARAH,
        day=6,
        hour=11,
        ending="rejected",
        reason="The slip is for another date. Could you look again?",
    ),
    Story(client=GRACE, practitioner=SARAH, day=5, hour=17, ending="paid"),
    Story(client=NOAH, practitioner=SARAH, day=2, hour=9, ending="confirmed"),
    Story(client=EMMA, practitioner=SARAH, day=8, hour=14, ending="confirmed", free=True),
    Story(client=EMMA, practitioner=LENA, day=4, hour=16, ending="approved"),
    Story(client=EMMA, practitioner=MAYA, day=7, hour=11, ending="paid"),
    Story(client=TOM, practitioner=LENA, day=0, hour=0, ending="running"),
    Story(client=PRIYA, practitioner=SARAH, day=0, hour=0, ending="running"),
    Story(client=LUCAS, practitioner=MAYA, day=2, hour=14, ending="confirmed"),
    Story(client=PRIYA, practitioner=KENJI, day=3, hour=13, ending="asked"),
    Story(
        client=EMMA,
        practitioner=SARAH,
        day=-7,
        hour=10,
        ending="completed",
        rating=5,
        words="I left with one small thing to try, and it helped.",
    ),
    Story(client=EMMA, practitioner=SARAH, day=-2, hour=10, ending="completed"),
    Story(
        client=NOAH,
        practitioner=SARAH,
        day=-9,
        hour=9,
        ending="completed",
        rating=4,
        words="Kind and clear. The hour passed very quickly.",
    ),
    Story(client=LUCAS, practitioner=SARAH, day=-6, hour=16, ending="no_show"),
    Story(
        client=GRACE,
        practitioner=SARAH,
        day=-4,
        hour=17,
        ending="declined",
        reason="I am away that week. Would the Monday after suit you?",
    ),
    Story(
        client=EMMA,
        practitioner=LENA,
        day=-3,
        hour=10,
        ending="cancelled",
        reason="I have caught a cold, sorry.",
    ),
    Story(
        client=GRACE,
        practitioner=SARAH,
        day=-6,
        hour=11,
        ending="called_off",
        reason="I have caught a cold, sorry.",
    ),
    Story(client=TOM, practitioner=SARAH, day=-5, hour=12, ending="expired"),
    Story(
        client=TOM,
        practitioner=LENA,
        day=-14,
        hour=15,
        ending="completed",
        rating=5,
        words="Sharp questions, honest answers.",
    ),
    Story(client=PRIYA, practitioner=KENJI, day=-10, hour=14, ending="completed", rating=5),
    Story(
        client=GRACE,
        practitioner=MAYA,
        day=-8,
        hour=12,
        ending="completed",
        rating=4,
        words="Very practical.",
    ),
)
