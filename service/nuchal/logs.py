"""Log lines without patients: one JSON object a line, fixed event names, and only the fields on the list.

Whatever is not on the list never reaches a line, whoever logs it. Of an exception its type
and frames are kept, never its message; of a library's message the constant template.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType


class Event(StrEnum):
    """What happened, in the past tense; values go in fields."""

    SERVICE_LOADED = "service_loaded"
    RELOAD_REFUSED = "reload_refused"
    EVALUATION_COMPLETED = "evaluation_completed"
    REQUEST_COMPLETED = "request_completed"
    REQUEST_FAILED = "request_failed"
    ENGINE_REBUILT = "engine_rebuilt"
    ENGINE_DISAGREED = "engine_disagreed"
    KEYS_UNAVAILABLE = "keys_unavailable"
    STORE_FAILED = "store_failed"
    LIBRARY_SPOKE = "library_spoke"


_EVENTS = frozenset(Event)

FIELDS = frozenset(
    {
        "evaluation_id",
        "version",
        "ruleset",
        "ruleset_hash",
        "reviewed",
        "method",
        "route",
        "status",
        "issue_code",
        "duration_ms",
        "body_bytes",
        "entries",
        "findings",
        "flags_raised",
        "causes_listed",
        "notes",
        "stage",
        "error_type",
        "differing",
        "rules",
    }
)


def record(
    logger: logging.Logger, event: Event, *, level: int = logging.INFO, error: BaseException | None = None, **values: object
) -> None:
    """Log `event` with `values`; of `error` its type and frames."""
    logger.log(level, event.value, exc_info=error, extra={"values": values})


class JsonLines(logging.Formatter):
    """One JSON object a line; drops every value that is not a plain one under a name of FIELDS."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        ours = getattr(record, "values", None)
        line |= {"event": record.msg, **_allowed(ours)} if isinstance(ours, dict) and record.msg in _EVENTS else _library(record)
        if record.exc_info and record.exc_info[0] is not None:
            line |= {"exception": record.exc_info[0].__name__, "frames": _frames(record.exc_info[2])}
        return json.dumps(line)


def logging_configuration(level: str) -> dict[str, object]:
    """The configuration for `logging.config.dictConfig`: every logger, ours and the libraries', through JsonLines to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        "loggers": {"gunicorn.error": {"propagate": True, "handlers": []}},
    }


def _allowed(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name in FIELDS and isinstance(value, str | int | float | bool)}


def _library(record: logging.LogRecord) -> dict[str, object]:
    """What a library said, without what it said it about: a message that is not a template may hold anything."""
    said: dict[str, object] = {
        "event": Event.LIBRARY_SPOKE.value,
        "logger": record.name,
        "place": f"{record.module}:{record.lineno}",
    }
    return said | ({"template": record.msg} if record.args and isinstance(record.msg, str) else {})


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
