"""Fixtures of the journeys: one installation for all tests of a process, new people for each test."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from tests.support.browsers import Program
from tests.support.databases import FreshDatabase
from tests.support.servers import Server
from tests.support.tabs import Meeting, Tab
from tests.support.world import make_offering, make_person, make_practitioner
from visavis.kit.db import Database
from visavis.kit.files import files_in


@pytest.fixture(scope="session")
def database(site_database: FreshDatabase) -> FreshDatabase:
    """The database of the installation."""
    return site_database


@pytest.fixture(scope="session")
async def whole_browser() -> AsyncIterator[Program]:
    """For journeys through what the browser without windows lacks."""
    program = Program(whole=True)
    yield program
    await program.end()


@pytest.fixture
async def meeting(owner: asyncpg.Connection, db: Database, site: Server) -> AsyncIterator[Meeting]:
    """A practitioner in London and a client in New York who have found each other."""
    async with _to(site) as one, _to(site) as other:
        practitioner = await make_practitioner(owner)
        emma = await make_person(owner, "Emma Clarke", time_zone="America/New_York")
        yield Meeting(
            db=db.handle(),
            store=files_in(site.home),
            practitioner=Tab(practitioner, one),
            client=Tab(emma, other),
            offering=await make_offering(owner, practitioner, lengths=(60,)),
        )


def _to(site: Server) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=site.url, timeout=60)
