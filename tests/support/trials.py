"""What may be set from outside: how long a trial lasts, not what it tries."""

SETTINGS = {"VISAVIS_CARD_LIVES", "VISAVIS_FIRE_ROUNDS", "VISAVIS_PLANS_SESSIONS", "VISAVIS_RACE_ROUNDS"}
