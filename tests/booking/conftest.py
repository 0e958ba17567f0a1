"""Pages of sessions are looked at by two people."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import asyncpg
import pytest

from tests.support.meetings import meeting, stranger

__all__ = ["meeting", "stranger"]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Callable[[], AbstractContextManager[list[str]]]:
    """Lists what is sent to the database: `with statements() as made: …`."""

    @contextmanager
    def listing() -> Iterator[list[str]]:
        made: list[str] = []
        with monkeypatch.context() as patch:
            for name in ("execute", "executemany", "fetch", "fetchrow", "fetchval"):
                original = getattr(asyncpg.Connection, name)

                def counted(self: Any, sql: str, *args: Any, _original: Any = original, **how: Any) -> Any:
                    made.append(sql)
                    return _original(self, sql, *args, **how)

                patch.setattr(asyncpg.Connection, name, counted)
            yield made

    return listing
