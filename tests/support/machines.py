"""Lives that Hypothesis leads on a real database: the same ones each time."""

import asyncio
import gc
from collections.abc import Coroutine, Sequence
from contextlib import ExitStack
from typing import Any

import asyncpg
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.support.databases import Databases, borrow, give_back
from visavis.kit.db import Database


class Machine(RuleBasedStateMachine):
    """A life in a database as good as new. The connections outlive it: they are dearer than most lives."""

    databases: Databases
    loop: asyncio.AbstractEventLoop
    owner: asyncpg.Connection
    db: Database
    worker: Database

    def __init__(self) -> None:
        super().__init__()
        self._held = ExitStack()

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def connect(self) -> None:
        """To a database of its own, as `owner`, `db` (web) and `worker`."""
        urls = self._held.enter_context(self.databases.lent())
        self.owner = self._later(borrow(urls.superuser_url), lambda it: give_back(urls.superuser_url, it))
        self.db = self._later(Database.open(urls.url), Database.close)
        self.worker = self._later(Database.open(urls.worker_url), Database.close)

    def _later(self, opening: Coroutine[Any, Any, Any], close: Any) -> Any:
        opened = self.wait(opening)
        self._held.callback(lambda: self.wait(close(opened)))
        return opened

    def teardown(self) -> None:
        """Let go of all of it."""
        self._held.close()


def live(
    machine: type[Machine],
    databases: Databases,
    loop: asyncio.AbstractEventLoop,
    *,
    lives: int,
    steps: int,
    phases: Sequence[Phase] = tuple(Phase),
) -> None:
    """So many lives of at most so many steps, in the loop whose connections are shared."""
    machine.databases, machine.loop = databases, loop
    # Hypothesis builds the syntax trees of our sources, and Python 3.11 cannot build two at once
    # (github.com/python/cpython/issues/106905): nothing may be collected meanwhile that
    # complains with a traceback, which is another.
    gc.collect()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )
