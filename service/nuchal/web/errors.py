"""The one place where anything that went wrong becomes an OperationOutcome, or a page for whoever reads pages."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, TooManyRequests

from nuchal.errors import AccessDenied, NuchalError
from nuchal.fhir import operation_outcome, problem_outcome
from nuchal.logs import Event, record
from nuchal.web import metrics
from nuchal.web.addresses import is_below
from nuchal.web.media_types import json_response, prefers_page, resource_response
from nuchal.web.requests import evaluation_id

_LOGGER = logging.getLogger(__name__)
_HTML = "text/html; charset=utf-8"
_PAGE = "nuchal_error_page"

ErrorPage = Callable[[int, str], str]
"""(HTTP status, what is wrong in a sentence) -> HTML; the sentence is not escaped."""

# HTTP status -> (code of http://hl7.org/fhir/issue-type, what is said of it)
_HTTP_PROBLEMS = {
    400: ("structure", "The request cannot be read."),
    404: (
        "not-found",
        "There is nothing at this address; /openapi.json lists what there is, as POST /fhir/$assess (a shell takes $ away outside of ' ').",
    ),
    405: ("not-supported", "This address does not take this method; the header Allow names those it takes."),
    406: ("not-supported", "Only application/fhir+json of FHIR 4.0 can be answered."),
    413: ("too-long", "The body, inflated where it is gzip, is larger than this service takes."),
    414: ("too-long", "The address is too long."),
    415: ("not-supported", "The body must be application/fhir+json of FHIR 4.0, in UTF-8, plain or gzip."),
    417: ("not-supported", "The expectation cannot be met."),
    429: ("throttled", "Too many requests; the header Retry-After says in how many seconds to come back."),
    431: ("too-long", "The headers are too long."),
}
ERROR_STATUSES = frozenset(_HTTP_PROBLEMS)
_JSON_WANTED = ("not-supported", "The body must be application/json in UTF-8, plain or gzip.")
_OTHER_PROBLEM = ("processing", "The request cannot be answered.")


def install(app: Flask, page: ErrorPage) -> None:
    """Answer every error of `app` from here; people get `page`."""
    app.extensions[_PAGE] = page
    app.register_error_handler(NuchalError, _nuchal_error)
    app.register_error_handler(HTTPException, _http_exception)
    app.register_error_handler(Exception, _unexpected)


def http_problem(status: int) -> bytes:
    """The OperationOutcome for an HTTP status, as JSON."""
    return orjson.dumps(problem_outcome(*_HTTP_PROBLEMS.get(status, _OTHER_PROBLEM)))


def unexpected_problem(identifier: str) -> bytes:
    """The OperationOutcome for a fault of ours, as JSON."""
    return orjson.dumps(_fault(identifier))


def _fault(identifier: str) -> Mapping[str, Any]:
    """For a fault of ours: only the id under which the log knows more."""
    return problem_outcome("exception", f"The service failed on this request; its log knows more under {identifier}.")


def _nuchal_error(error: NuchalError) -> Response:
    metrics.failed(error)
    if error.status >= 500:
        record(_LOGGER, Event.REQUEST_FAILED, level=logging.ERROR, error=error, evaluation_id=evaluation_id(), issue_code=error.issue_code)
    response = _answer(operation_outcome(error), error.status)
    if isinstance(error, AccessDenied):
        response.headers["WWW-Authenticate"] = error.challenge
    return response


def _http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    problem = _JSON_WANTED if status == 415 and not is_below("/fhir") else _HTTP_PROBLEMS.get(status, _OTHER_PROBLEM)
    response = _answer(problem_outcome(*problem), status)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if isinstance(error, TooManyRequests) and error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _unexpected(error: Exception) -> Response:
    record(_LOGGER, Event.REQUEST_FAILED, level=logging.ERROR, error=error, evaluation_id=evaluation_id())
    return _answer(_fault(evaluation_id()), 500)


def _answer(outcome: Mapping[str, Any], status: int) -> Response:
    """An error in the language of whoever called: FHIR, a page, or JSON."""
    if is_below("/fhir"):
        return resource_response(outcome, status)
    if not is_below("/cds-services") and prefers_page(request):
        page: ErrorPage = current_app.extensions[_PAGE]
        return Response(page(status, " ".join(issue["details"]["text"] for issue in outcome["issue"])), status, content_type=_HTML)
    return json_response(outcome, status)
