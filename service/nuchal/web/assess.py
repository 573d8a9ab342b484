"""POST /fhir/$assess: one patient in, the answer out."""

import logging
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson
from flask import Blueprint, Response, current_app, request

from nuchal.content import examples
from nuchal.errors import InvalidInput, Problem
from nuchal.evaluation import Evaluation, Evaluator
from nuchal.logs import Event, record
from nuchal.web import metrics
from nuchal.web.bodies import read_body
from nuchal.web.described import FHIR_TYPES, Answer, Body, Parameter, described, refusals
from nuchal.web.keeping import AUDIT_ID, Keeping
from nuchal.web.media_types import check_request_content, resource_response
from nuchal.web.requests import evaluation_id

_LOGGER = logging.getLogger(__name__)
_PARAMETERS = ("asOf", "subject", "detail")
_EXAMPLES = ("fever-and-stiff-neck", "only-two-pains")
_EXAMPLE_MOMENT = "2026-11-24"
_DETAILS = """\
Takes a Bundle of R4 resources, or Parameters with `bundle`, `asOf`, `subject` and `detail`. Answers a Bundle with GuidanceResponse,
ClinicalImpression, CarePlan, Conditions, ServiceRequests, DetectedIssues, Device, Provenance and an OperationOutcome that says what was not
understood. The same input, ruleset and moment give the same bytes. `Prefer` is accepted and changes nothing. A body may come as gzip."""
_RESOURCE = {"type": "object", "required": ["resourceType"], "properties": {"resourceType": {"type": "string"}}}
_BUNDLE = {
    "type": "object",
    "required": ["resourceType", "type", "entry"],
    "properties": {
        "resourceType": {"const": "Bundle"},
        "type": {"type": "string"},
        "entry": {"type": "array", "items": {"type": "object", "properties": {"resource": _RESOURCE}}},
    },
}
_PARAMETERS_RESOURCE = {
    "type": "object",
    "required": ["resourceType", "parameter"],
    "properties": {
        "resourceType": {"const": "Parameters"},
        "parameter": {
            "type": "array",
            "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "resource": _BUNDLE}},
        },
    },
}
_REQUEST = {"oneOf": [_BUNDLE, _PARAMETERS_RESOURCE]}
_PLAIN_NAME = re.compile(r"[A-Za-z_]{1,30}")  # can be no value of a patient that slipped into the place of a name


def blueprint(evaluator: Evaluator, keeping: Keeping) -> Blueprint:
    """The operation, evaluated by `evaluator`; that it was answered is kept by `keeping`."""
    views = Blueprint("fhir", __name__, url_prefix="/fhir")

    @views.post("/$assess")
    @described(
        "Assess one patient",
        tag="FHIR",
        details=_DETAILS,
        parameters=[
            Parameter("asOf", "The moment of the evaluation: a dateTime of FHIR, a date means its last second", example=_EXAMPLE_MOMENT),
            Parameter("subject", "`Patient/...`, when the Bundle holds several"),
            Parameter("detail", "`full`: every criterion, and what was undetermined", schema={"type": "string", "enum": ["full"]}),
        ],
        body=Body(_REQUEST, {name: orjson.loads((examples() / f"{name}.json").read_bytes()) for name in _EXAMPLES}, types=FHIR_TYPES),
        answers=[Answer(200, "The answer, a collection Bundle", schema=_BUNDLE, types=FHIR_TYPES), *refusals(422, 503)],
    )
    def assess() -> Response:
        check_request_content(request)
        body, parameters = read_body(request, current_app.config["MAX_CONTENT_LENGTH"]), _parameters()
        started = time.perf_counter()
        evaluation = evaluator.evaluate(body, parameters, now=datetime.now(UTC))
        seconds = time.perf_counter() - started
        audit_id = keeping.audit(evaluation, seconds)
        metrics.evaluated(evaluation, seconds)
        record_evaluation(evaluation)
        response = resource_response(evaluation.answer)
        response.headers[AUDIT_ID] = audit_id
        return response

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


def record_evaluation(evaluation: Evaluation) -> None:
    """Log that an evaluation was completed, in numbers."""
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
