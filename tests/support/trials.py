"""What may be set from outside: how long a trial lasts, not what it tries."""

import os

_USUAL = {
    "VISAVIS_CARD_LIVES": 6,
    "VISAVIS_EXAMPLES": 40,  # of each rule that Hypothesis tries
    "VISAVIS_FIRE_ROUNDS": 1,
    "VISAVIS_LIVES": 10,  # of sessions, on the real database
    "VISAVIS_OPERATIONS": 10,  # of the API, one in so many; with 1, all, and many more requests of each
    "VISAVIS_PLANS_SESSIONS": 25_000,
    "VISAVIS_POISONS": 1,  # in each field of each form
    "VISAVIS_RACE_ROUNDS": 2,
}
SETTINGS = set(_USUAL)


def asked(name: str) -> int:
    """How long a trial lasts: as somebody has asked, else as in every run of the tests."""
    return int(os.environ.get(name, _USUAL[name]))
