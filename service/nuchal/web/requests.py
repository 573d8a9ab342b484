"""What holds for every request: an id, a log line, and headers that keep answers out of caches."""

import logging
import re
import time
from uuid import uuid4

from flask import Flask, Response, g, request

from nuchal.logs import Event, record

_LOGGER = logging.getLogger(__name__)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def install(app: Flask) -> None:
    """Wrap every request of `app`."""
    app.before_request(_begin)
    app.after_request(_finish)


def evaluation_id() -> str:
    """The id of this request in the log; ours, because a client's id may hold what must not be logged."""
    return str(g.evaluation_id)


def _begin() -> None:
    g.evaluation_id = uuid4()
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = _client_id() or evaluation_id()
    response.headers["X-Evaluation-Id"] = evaluation_id()
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    record(
        _LOGGER,
        Event.REQUEST_COMPLETED,
        evaluation_id=evaluation_id(),
        method=request.method if request.method in _METHODS else "other",
        route=request.url_rule.rule if request.url_rule else "none",  # a path may name a patient, a route cannot
        status=response.status_code,
        body_bytes=request.content_length or 0,
        duration_ms=round((time.perf_counter() - g.started) * 1000, 2),
    )
    return response


def _client_id() -> str | None:
    """The client's X-Request-Id when it is a plain token, to be echoed and never logged."""
    given = request.headers.get("X-Request-Id", "")
    return given if _REQUEST_ID.fullmatch(given) else None
