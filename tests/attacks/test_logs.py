"""Logs tell where something broke, never what people wrote (ASVS 14.2.4, 16.2.5)."""

import logging.config
from pathlib import Path

import pytest
import structlog

from visavis.operations.logs import configure_logs
from visavis.settings import Settings

SECRET = "She told me about her brother"


def break_with(words: str) -> None:
    raise RuntimeError("no such room")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_trace_shows_no_values(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Private notes, tokens and passwords are the values of variables when a page breaks."""
    settings = Settings(home=tmp_path, log_format=form)  # type: ignore[arg-type]  # one of both
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure_logs(settings)
        try:
            break_with(SECRET)
        except RuntimeError as error:
            structlog.get_logger("visavis.test").exception("unexpected_error", exc_info=error)
            logging.getLogger("another.library").exception("broke")
    finally:
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)
    said = capsys.readouterr().err
    assert "break_with" in said
    assert "no such room" in said
    assert SECRET not in said
