"""GET below /fhir: what the service can do, and reading and searching of definitions. All of it is open to all and may be cached."""

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, Map

from nuchal.config import Settings
from nuchal.conformance import CAPABILITIES_ID, CAPABILITY_STATEMENT, TYPES, Capabilities, Definition, Shelf, definitions
from nuchal.rules.model import Ruleset
from nuchal.web.definition_search import Search, read_search, searchset
from nuchal.web.described import FHIR_TYPES, Answer, Parameter, described, refusals
from nuchal.web.media_types import fhir_response, resource_response

_ROOT = "/fhir"
_CACHED = "public, max-age=300"  # a release changes them, and nobody waits longer than five minutes for it
_KIND = Parameter("kind", "The type of the definition", place="path", schema={"type": "string", "enum": TYPES}, example="Questionnaire")
_SUMMARY = Parameter(
    "_summary", "true: in short; count: in a search the number of hits only", schema={"type": "string", "enum": ["true", "false", "count"]}
)


class DefinitionType(BaseConverter):
    """A type of which definitions are served; other types have no route, so that their answer is a plain 404."""

    regex = "|".join(TYPES)


def blueprint(ruleset: Ruleset, settings: Settings) -> Blueprint:
    """The views; nothing is made before the first request for it."""
    views = Blueprint("conformance", __name__, url_prefix=_ROOT)
    views.record_once(_know_definition_types)
    shelf = Shelf(lambda: definitions(ruleset, _capabilities(current_app.url_map, settings)))

    @views.get("/metadata")
    @described(
        "What the service can do over FHIR",
        tag="Definitions",
        public=True,
        parameters=[_SUMMARY],
        answers=[*_resource("A CapabilityStatement"), *refusals(400, 406)],
    )
    def metadata() -> Response:
        return _read(shelf, CAPABILITY_STATEMENT, CAPABILITIES_ID)

    @views.get("/<definition_type:kind>/<identifier>")
    @described(
        "One definition",
        tag="Definitions",
        public=True,
        parameters=[_KIND, Parameter("identifier", "Its id", place="path", example=f"{ruleset.id}-intake"), _SUMMARY],
        answers=[*_resource("The definition"), *refusals(400, 404, 406)],
    )
    def read(kind: str, identifier: str) -> Response:
        return _read(shelf, kind, identifier)

    @views.get("/<definition_type:kind>")
    @described(
        "Definitions of one type",
        tag="Definitions",
        public=True,
        parameters=[
            _KIND,
            Parameter("url", "The canonical address, with or without |version"),
            Parameter("version", "The version"),
            Parameter("_id", "The id"),
            _SUMMARY,
            Parameter("_count", "How many at most in one answer", schema={"type": "integer", "minimum": 0}),
        ],
        answers=[*_resource("A Bundle of type searchset"), *refusals(400, 404, 406)],
    )
    def search(kind: str) -> Response:
        wanted = read_search(request)
        return _cacheable(resource_response(searchset(f"{_ROOT}/{kind}", wanted, shelf.search(kind, wanted.criteria))))

    return views


def _know_definition_types(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["definition_type"] = DefinitionType


def _resource(description: str) -> list[Answer]:
    resource = Answer(200, description, schema={"type": "object", "required": ["resourceType"]}, types=FHIR_TYPES)
    return [resource, Answer(304, "Not changed since the ETag that was sent", types=())]


def _capabilities(routes: Map, settings: Settings) -> Capabilities:
    """What the routes of the application offer below /fhir."""
    ours = [route for route in routes.iter_rules() if route.rule.startswith(f"{_ROOT}/")]
    arguments = {frozenset(route.arguments) for route in ours}
    interactions = {"read": frozenset({"kind", "identifier"}), "search-type": frozenset({"kind"})}
    return Capabilities(
        types=TYPES,
        interactions=[name for name, needed in interactions.items() if needed in arguments],
        operations=sorted(route.rule.removeprefix(f"{_ROOT}/$") for route in ours if route.rule.startswith(f"{_ROOT}/$")),
        url=f"{settings.public_url}{_ROOT}" if settings.public_url else "",
        has_cors=bool(settings.cors_origins),
        asks_for_tokens=settings.access is not None,
    )


def _read(shelf: Shelf, kind: str, identifier: str) -> Response:
    wanted = read_search(request)
    found = shelf.find(kind, identifier)
    if found is None:
        raise NotFound
    return _cacheable(_representation(found, wanted))


def _representation(definition: Definition, wanted: Search) -> Response:
    if request.args.get("_pretty") == "true" or wanted.is_short:
        return resource_response(wanted.shown(definition))
    return fhir_response(definition.body)


def _cacheable(response: Response) -> Response:
    """`response` with its ETag, or 304 to who has it already."""
    response.headers["Cache-Control"] = _CACHED
    response.add_etag()
    response.make_conditional(request)
    return response
