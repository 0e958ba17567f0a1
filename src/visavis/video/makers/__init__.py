"""Who makes the rooms in which people meet: one small interface, and a file for each maker.

A link that a practitioner typed always wins. The room that is built in is a page of our own. Daily.co and
Jitsi are other people's: they are asked in a job, or with the click on the way in, never in a transaction,
and whatever is asked of them may be asked again.
"""

from visavis.settings import Settings
from visavis.video.makers.built_in import BuiltIn
from visavis.video.makers.daily import Daily
from visavis.video.makers.interface import Kind, Made, Maker, MakerError, Meeting, Person
from visavis.video.makers.jitsi import Jitsi
from visavis.video.makers.link import Link

__all__ = ["BuiltIn", "Kind", "Link", "Made", "Maker", "MakerError", "Meeting", "Person", "maker_of"]


def maker_of(settings: Settings, kind: Kind | None = None) -> Maker:
    """Who makes rooms: the installation's choice, or whoever made an earlier one (`kind`), as long as the
    settings still say how to reach them; otherwise the room is built in."""
    match kind or settings.video:
        case "daily":
            return Daily.of(settings) or BuiltIn()
        case "jitsi":
            return Jitsi.of(settings) or BuiltIn()
    return BuiltIn()
