"""POST /fhir/$assess: one patient in, the answer out."""

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson
from flask import Blueprint, Response, current_app, request

from nuchal.errors import InvalidInput, Problem
from nuchal.evaluation import Evaluation, Evaluator
from nuchal.logs import Event, record
from nuchal.web.bodies import read_body
from nuchal.web.media_types import check_request_content, check_response_format, fhir_response
from nuchal.web.requests import evaluation_id

_LOGGER = logging.getLogger(__name__)
_PARAMETERS = ("asOf", "subject", "detail")
_PLAIN_NAME = re.compile(r"[A-Za-z_]{1,30}")  # can be no value of a patient that slipped into the place of a name


def blueprint(evaluator: Evaluator) -> Blueprint:
    """The operation, evaluated by `evaluator`."""
    views = Blueprint("fhir", __name__, url_prefix="/fhir")

    @views.post("/$assess")
    def assess() -> Response:
        check_response_format(request)
        check_request_content(request)
        evaluation = evaluator.evaluate(read_body(request, current_app.config["MAX_CONTENT_LENGTH"]), _parameters(), now=datetime.now(UTC))
        _record(evaluation)
        indented = request.args.get("_pretty") == "true"
        return fhir_response(orjson.dumps(evaluation.answer, option=orjson.OPT_INDENT_2 if indented else None))

    return views


def _parameters() -> Mapping[str, str]:
    """The plain parameters of the operation; a misspelled asOf must not quietly mean now.

    Names that begin with _ are FHIR's own and are left to it.
    """
    names = [name for name in request.args if not name.startswith("_")]
    problems = [_problem(name) for name in names if name not in _PARAMETERS or len(request.args.getlist(name)) > 1]
    if problems:
        raise InvalidInput(problems)
    return {name: request.args[name] for name in names}


def _problem(name: str) -> Problem:
    if name in _PARAMETERS:
        return Problem(f"{name} stands more than once in the query")
    said = name if _PLAIN_NAME.fullmatch(name) else "A name in the query"
    return Problem(f"{said} is no parameter of $assess; the query may hold {', '.join(_PARAMETERS)}, _format and _pretty, each once")


def _record(evaluation: Evaluation) -> None:
    record(
        _LOGGER,
        Event.EVALUATION_COMPLETED,
        evaluation_id=evaluation_id(),
        ruleset=evaluation.assessment.ruleset.label,
        entries=len(evaluation.chart.entries),
        findings=len(evaluation.chart.findings.statements),
        flags_raised=len(evaluation.assessment.flags),
        causes_listed=len(evaluation.assessment.causes),
        notes=len(evaluation.chart.notes),
    )
