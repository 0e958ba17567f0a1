"""Logs of every process on standard error: lines for people, or JSON for machines that collect them."""

import logging
import logging.config
from typing import Any

import structlog

from visavis.settings import Settings


def log_settings(settings: Settings) -> dict[str, Any]:
    """For logging.config: one handler for our own logs and those of every library."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": _formatter, "form": settings.log_format}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": settings.log_level.upper()},
        "loggers": {
            # Their "info" tells of every job and every request.
            "pgqueuer": {"level": _quiet(settings)},
            "httpx": {"level": _quiet(settings)},
        },
    }


def configure_logs(settings: Settings) -> None:
    """Send everything that this process logs to standard error."""
    logging.config.dictConfig(log_settings(settings))
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _quiet(settings: Settings) -> str:
    return "DEBUG" if settings.log_level == "debug" else "WARNING"


def _shared() -> list[structlog.types.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(form: str) -> logging.Formatter:
    ending: list[structlog.types.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        ending += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        # Traces without the values of variables, which the usual ones show: they are people's words and keys.
        plain = structlog.dev.plain_traceback
        ending += [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_shared(), processors=ending)
