"""What holds for every request: an id, a log line, an answer to OPTIONS, and headers that keep answers out of caches and frames."""

import logging
import re
import time
from uuid import uuid4

from flask import Flask, Response, current_app, g, request

from nuchal.logs import Event, record

# of every answer, unless its view says otherwise; HSTS is left to whatever ends TLS
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_LOGGER = logging.getLogger(__name__)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_PRINTABLE = re.compile(r"[!-~][ -~]{0,199}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def install(app: Flask) -> None:
    """Wrap every request of `app`."""
    app.before_request(_begin)
    app.before_request(_options)
    app.after_request(_finish)


def evaluation_id() -> str:
    """The id of this request in the log; ours, because a client's id may hold what must not be logged."""
    return str(g.evaluation_id)


def _begin() -> None:
    g.evaluation_id = uuid4()
    g.started = time.perf_counter()


def _options() -> Response | None:
    """The answer to OPTIONS on every route: the header Allow, and what CORS adds to it."""
    if request.method != "OPTIONS" or request.url_rule is None:
        return None
    response = current_app.make_default_options_response()
    response.status_code = 204
    del response.headers["Content-Type"]
    return response


def _finish(response: Response) -> Response:
    given = request.headers.get("X-Request-Id", "")
    plain = _REQUEST_ID.fullmatch(given) is not None
    response.headers["X-Request-Id"] = given if plain else evaluation_id()
    if not plain and _PRINTABLE.fullmatch(given):  # http.html#custom: what is not taken over comes back under another name
        response.headers["X-Correlation-Id"] = given
    response.headers["X-Evaluation-Id"] = evaluation_id()
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
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
