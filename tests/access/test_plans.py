"""Every page finds what it shows through an index, among very many sessions; so does each change of one.

VISAVIS_PLANS_SESSIONS=1000000 asks among a million.
"""

from typing import Any

from tests.access.asking import Asker
from tests.access.cast import assemble
from tests.access.test_matrix import rows
from tests.support.apps import application, running
from tests.support.databases import Databases
from tests.support.plans import Scan, fill, many, read, scans, watch
from tests.support.trials import asked
from visavis.kit.files import files_in
from visavis.settings import Settings

_SESSIONS = asked("VISAVIS_PLANS_SESSIONS")
_BUSY = {"session", "audit_event", "payment_proof", "feedback", "money_posting", "money_line"}


async def test_every_page_reads_by_index(
    settings: Settings, database: Any, owner: Any, databases: Databases
) -> None:
    store = files_in(settings.home)
    cast = await assemble(owner, store, "payment_submitted")
    await fill(owner, _SESSIONS)
    assert await many(owner) >= _BUSY
    await watch(owner)
    log = databases.cluster.server.log
    found: dict[Scan, str] = {}
    seen = 0
    async with running(application(settings, database.url)) as app:
        asker = Asker(app, settings.public_url)
        for path, person in _looks():
            offset = log.stat().st_size
            await asker.ask(cast, person, "GET", path)
            plans = read(log, offset)
            seen += len(plans)
            found |= {scan: f"{path} by {person}" for plan in plans for scan in scans(plan, _BUSY)}
    assert seen > 300
    assert found == {}


def _looks() -> list[tuple[str, str]]:
    """Every page, and who looks at it."""
    pages = [row.path for row in rows() if row.method == "GET" and row.path != "/live"]
    return [(path, person) for path in pages for person in ("own client", "own practitioner")]
