"""Fixtures of tests that look at pages of sessions."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.tabs import Meeting, Tab
from tests.support.world import make_offering, make_person, make_practitioner
from visavis.kit.db import Database
from visavis.kit.files import files_in
from visavis.settings import Settings

Browsers = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def meeting(owner: Any, db: Database, client: Browsers, settings: Settings) -> Meeting:
    """Dr. Sarah Johnson in London and Emma Clarke in New York, each at a browser."""
    practitioner = await make_practitioner(owner)
    emma = await make_person(owner, "Emma Clarke", time_zone="America/New_York")
    return Meeting(
        db=db.handle(),
        store=files_in(settings.home),
        practitioner=Tab(practitioner, client()),
        client=Tab(emma, client()),
        offering=await make_offering(owner, practitioner),
    )


@pytest.fixture
async def stranger(owner: Any, client: Browsers) -> Tab:
    """A practitioner and client who has nothing to do with the meeting."""
    return Tab(await make_practitioner(owner, "Dr. Otto Stranger"), client())
