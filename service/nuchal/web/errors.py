"""The one place where anything that went wrong becomes an OperationOutcome."""

import logging

import orjson
from flask import Flask, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from nuchal.errors import NuchalError
from nuchal.fhir import operation_outcome, problem_outcome
from nuchal.logs import Event, record
from nuchal.web.media_types import fhir_response
from nuchal.web.requests import evaluation_id

_LOGGER = logging.getLogger(__name__)

# HTTP status -> (code of http://hl7.org/fhir/issue-type, what is said of it)
_HTTP_PROBLEMS = {
    400: ("structure", "The request cannot be read."),
    404: (
        "not-found",
        "There is nothing at this address; what there is: POST /fhir/$assess (a shell takes $ away outside of single quotes).",
    ),
    405: ("not-supported", "This address does not take this method; the header Allow names those it takes."),
    406: ("not-supported", "Only application/fhir+json of FHIR 4.0 can be answered."),
    413: ("too-long", "The body, inflated where it is gzip, is larger than this service takes."),
    414: ("too-long", "The address is too long."),
    415: ("not-supported", "The body must be application/fhir+json of FHIR 4.0, in UTF-8, plain or gzip."),
    417: ("not-supported", "The expectation cannot be met."),
    431: ("too-long", "The headers are too long."),
}
_OTHER_PROBLEM = ("processing", "The request cannot be answered.")


def install(app: Flask) -> None:
    """Answer every error of `app` from here."""
    app.register_error_handler(NuchalError, _nuchal_error)
    app.register_error_handler(HTTPException, _http_exception)
    app.register_error_handler(Exception, _unexpected)


def http_problem(status: int) -> bytes:
    """The OperationOutcome for an HTTP status, as JSON."""
    code, message = _HTTP_PROBLEMS.get(status, _OTHER_PROBLEM)
    return orjson.dumps(problem_outcome(code, message))


def unexpected_problem(identifier: str) -> bytes:
    """The OperationOutcome for a fault of ours: only the id under which the log knows more."""
    return orjson.dumps(problem_outcome("exception", f"The service failed on this request; its log knows more under {identifier}."))


def _nuchal_error(error: NuchalError) -> Response:
    if error.status >= 500:
        record(_LOGGER, Event.REQUEST_FAILED, level=logging.ERROR, error=error, evaluation_id=evaluation_id(), issue_code=error.issue_code)
    return fhir_response(orjson.dumps(operation_outcome(error)), error.status)


def _http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    response = fhir_response(http_problem(status), status)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _unexpected(error: Exception) -> Response:
    record(_LOGGER, Event.REQUEST_FAILED, level=logging.ERROR, error=error, evaluation_id=evaluation_id())
    return fhir_response(unexpected_problem(evaluation_id()), 500)
