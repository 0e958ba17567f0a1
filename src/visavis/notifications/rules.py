"""Who hears of what, how: choices and quiet hours. Pure."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import msgspec

from visavis.notifications.words import Sound, Words


class Choice(msgspec.Struct, frozen=True):
    """What a person chose; the defaults are what counts before they did. Quiet hours are on their own clock,
    volume is 0 to 100; the lists name groups of `words.GROUPS`."""

    sound_on: bool = True
    volume: int = 60
    quiet_from: time | None = None
    quiet_to: time | None = None
    sound_off: list[str] = []
    browser_off: list[str] = []
    mail_off: list[str] = []


class Loudness(msgspec.Struct, frozen=True):
    """How one notification makes itself heard now: by a sound, and by showing itself outside the page."""

    sound: Sound
    shown: bool


def is_quiet(choice: Choice, zone: ZoneInfo, now: datetime) -> bool:
    """Whether it is quiet hours for a person in `zone`: from the first minute, up to the last."""
    if choice.quiet_from is None or choice.quiet_to is None:
        return False
    clock = now.astimezone(zone).time()
    if choice.quiet_from < choice.quiet_to:
        return choice.quiet_from <= clock < choice.quiet_to
    return clock >= choice.quiet_from or clock < choice.quiet_to


def loudness(words: Words, choice: Choice, zone: ZoneInfo, now: datetime) -> Loudness:
    """How loud `words` are for a person in `zone` at `now`."""
    if is_quiet(choice, zone, now):
        return Loudness("none", False)
    audible = choice.sound_on and choice.volume > 0 and words.group not in choice.sound_off
    return Loudness(words.sound if audible else "none", words.group not in choice.browser_off)
