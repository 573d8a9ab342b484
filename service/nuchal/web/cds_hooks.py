"""CDS Hooks: discovery, the services, and feedback on their cards, as JSON."""

import time
from datetime import UTC, datetime
from pathlib import Path

import orjson
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from nuchal.cds_hooks import SERVICES, Addresses, CardService, rates, services, take_feedback
from nuchal.cds_hooks.services import Service
from nuchal.content import examples
from nuchal.errors import InvalidInput, Problem
from nuchal.intake import json_object
from nuchal.web import metrics
from nuchal.web.addresses import public_url
from nuchal.web.assess import record_evaluation
from nuchal.web.bodies import read_body
from nuchal.web.described import Answer, Body, Parameter, described, refusals
from nuchal.web.keeping import AUDIT_ID, Keeping
from nuchal.web.media_types import check_json_content, json_response

_PREFIX = "/cds-services"
_EXAMPLE_MOMENT = "2026-11-24"
_OF_A_DAY = {"Cache-Control": "max-age=86400"}
_ICON = (Path(__file__).parent / "cds_icon.png").read_bytes()
_PATIENT_VIEW = orjson.loads((examples() / "cds_hooks" / "patient-view.json").read_bytes())
_SERVICE = Parameter("service_id", "One of those that discovery lists", place="path", example="back-pain-headache")
_CALL = {
    "type": "object",
    "required": ["hook", "hookInstance", "context"],
    "properties": {
        "hook": {"type": "string"},
        "hookInstance": {"type": "string", "format": "uuid"},
        "fhirServer": {"type": "string", "format": "uri"},
        "fhirAuthorization": {"type": "object"},
        "context": {
            "type": "object",
            "required": ["userId", "patientId"],
            "properties": {"userId": {"type": "string"}, "patientId": {"type": "string"}, "encounterId": {"type": "string"}},
        },
        "prefetch": {"type": "object"},
    },
}
_CARD = {
    "type": "object",
    "required": ["uuid", "summary", "indicator", "source"],
    "properties": {
        "summary": {"type": "string", "maxLength": 139},
        "indicator": {"enum": ["info", "warning", "critical"]},
        "source": {"type": "object", "required": ["label"]},
    },
}
_CARDS = {
    "type": "object",
    "required": ["cards"],
    "properties": {"cards": {"type": "array", "items": _CARD, "maxItems": 3}, "extension": {"type": "object"}},
}
_SERVICES = {"type": "object", "required": ["services"], "properties": {"services": {"type": "array", "items": {"type": "object"}}}}
_FEEDBACK = {
    "type": "object",
    "required": ["feedback"],
    "properties": {
        "feedback": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["card", "outcome", "outcomeTimestamp"],
                "properties": {
                    "card": {"type": "string"},
                    "outcome": {"enum": ["accepted", "overridden"]},
                    "acceptedSuggestions": {"type": "array", "items": {"type": "object", "required": ["id"]}},
                    "overrideReason": {"type": "object"},
                    "outcomeTimestamp": {"type": "string", "format": "date-time"},
                },
            },
        }
    },
}
_DETAILS = """\
CDS Hooks 2.0.1. Data come with the call (`prefetch`), or are fetched from `fhirServer` where that is one of `NUCHAL_FHIR_SERVERS`;
without those that are needed the answer is 412. At most one card is critical, and there are three at most; where there is nothing to
say there is none, and `extension` says why. `asOf` is for trying out: it stands for the moment of the call."""


def blueprint(cards: CardService, keeping: Keeping) -> Blueprint:
    """The endpoints; `cards` answers, `keeping` keeps that it did, and the feedback."""
    store = keeping.store
    views = Blueprint("cds_hooks", __name__, url_prefix=_PREFIX)

    @views.get("")
    @described("The CDS services", tag="CDS Hooks", answers=[Answer(200, "Discovery", schema=_SERVICES)])
    def discovery() -> Response:
        return json_response(services())

    @views.post("/<service_id>")
    @described(
        "Cards for one patient",
        tag="CDS Hooks",
        details=_DETAILS,
        parameters=[_SERVICE, Parameter("asOf", "The moment of the evaluation, a dateTime of FHIR", example=_EXAMPLE_MOMENT)],
        body=Body(_CALL, {"patient-view": _PATIENT_VIEW}),
        answers=[Answer(200, "The cards", schema=_CARDS), *refusals(404, 412, 422, 503)],
    )
    def call(service_id: str) -> Response:
        service = _service(service_id)
        document, started = _document(), time.perf_counter()
        answered = cards.answer(document, service, _addresses(), now=datetime.now(UTC), as_of=_as_of())
        if answered.evaluation:
            seconds = time.perf_counter() - started
            audit_id = keeping.audit(answered.evaluation, seconds)
            metrics.evaluated(answered.evaluation, seconds)
            record_evaluation(answered.evaluation)
            return json_response(answered.body, headers={AUDIT_ID: audit_id})
        return json_response(answered.body)

    @views.post("/<service_id>/feedback")
    @described(
        "What became of cards",
        tag="CDS Hooks",
        details="Keeps all items, or none: a card or suggestion that the service never gave is answered with 404.",
        parameters=[_SERVICE],
        body=Body(_FEEDBACK, {}),
        answers=[Answer(200, "How many items were kept"), *refusals(404, 503)],
    )
    def feedback(service_id: str) -> Response:
        kept = take_feedback(_document(), _service(service_id), store, now=datetime.now(UTC))
        return json_response({"kept": kept})

    @views.get("/feedback")
    @described("How often clinicians override each rule", tag="CDS Hooks", answers=[Answer(200, "The rates, the worst first")])
    def override_rates() -> Response:
        return json_response(rates(store))

    @views.get("/icon.png")
    @described(
        "The icon of the cards: 100 by 100 pixels",
        tag="CDS Hooks",
        public=True,
        answers=[Answer(200, "A PNG", schema={"type": "string", "format": "binary"}, types=["image/png"])],
    )
    def icon() -> Response:
        return Response(_ICON, content_type="image/png", headers=_OF_A_DAY | {"Cross-Origin-Resource-Policy": "cross-origin"})

    return views


def _service(service_id: str) -> Service:
    if service_id not in SERVICES:
        raise NotFound
    return SERVICES[service_id]


def _document() -> dict[str, object]:
    check_json_content(request)
    return json_object(read_body(request, current_app.config["MAX_CONTENT_LENGTH"]))


def _as_of() -> str | None:
    """The one parameter; a misspelled one must not quietly mean now."""
    if any(name != "asOf" and not name.startswith("_") for name in request.args) or len(request.args.getlist("asOf")) > 1:
        raise InvalidInput([Problem("The query may hold asOf, once")])
    return request.args.get("asOf")


def _addresses() -> Addresses:
    return Addresses(rule_page=lambda rule: public_url(f"/rules/{rule}"), icon=public_url(f"{_PREFIX}/icon.png"))
