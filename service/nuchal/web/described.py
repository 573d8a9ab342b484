"""How a view says what it is: one decorator below its route, which /openapi.json and the check of tokens read. A test fails without it.

    @views.get("/live")
    @described("Whether the process answers", tag="Health", public=True, answers=[Answer(200, "It does", example={"status": "live"})])
    def live() -> Response: ...

    @views.post("/cds-services/<service_id>")
    @described(
        "Cards for one patient",
        tag="CDS Hooks",
        parameters=[Parameter("service_id", "The service", place="path", example="back-pain-headache")],
        body=Body({"type": "object", "required": ["hook"]}, examples={"patient-view": {...}}),
        answers=[Answer(200, "The cards", schema={"type": "object"}), *refusals(404, 412, 422)],
    )
    def call(service_id: str) -> Response: ...

What need not be said: HEAD and OPTIONS; 400, 429 and 500; 404 of a route with arguments; 401, 403 and 503 of one that is not public;
413 and 415 of one with a body; 406 below /fhir. Errors are OperationOutcomes, in the media type of the route (`web/errors.py`).
`public=True`: needs no token where tokens are asked for, which is only for what holds nothing of a patient and computes nothing for
strangers. A route that does not say so is closed. Examples are sent by the tests: each must be answered with the first of `answers`.
The static files of a blueprint are described and public by themselves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

FHIR_TYPES = ("application/fhir+json", "application/json", "text/json")
JSON_TYPES = ("application/json",)
HTML_TYPES = ("text/html",)

OPERATION_OUTCOME: Mapping[str, Any] = {
    "type": "object",
    "required": ["resourceType", "issue"],
    "properties": {
        "resourceType": {"const": "OperationOutcome"},
        "issue": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["severity", "code", "details"],
                "properties": {
                    "severity": {"enum": ["fatal", "error", "warning", "information"]},
                    "code": {"type": "string"},
                    "details": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
                    "expression": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}

JsonSchema = Mapping[str, Any]
View = TypeVar("View", bound=Callable[..., Any])

_ANY_OBJECT: JsonSchema = {"type": "object"}
_TEXT: JsonSchema = {"type": "string"}
_ATTRIBUTE = "nuchal_description"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query, the path or a header; one with an `example` is sent by the tests."""

    name: str
    description: str
    place: Literal["query", "path", "header"] = "query"
    schema: JsonSchema = field(default_factory=lambda: _TEXT)
    example: object = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """What a request may hold; `examples` by name, each sent by the tests."""

    schema: JsonSchema
    examples: Mapping[str, object]
    types: Sequence[str] = JSON_TYPES


@dataclass(frozen=True, slots=True)
class Answer:
    """One status and what comes with it; without `types` no body."""

    status: int
    description: str
    schema: JsonSchema = field(default_factory=lambda: _ANY_OBJECT)
    types: Sequence[str] = JSON_TYPES
    example: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A status of error; its body is the OperationOutcome that `web/errors.py` gives."""

    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """One operation of the service."""

    summary: str
    tag: str
    answers: Sequence[Answer | Refusal]
    details: str
    parameters: Sequence[Parameter]
    body: Body | None
    public: bool


def described(  # noqa: PLR0913  the parts of an operation, named by whoever calls
    summary: str,
    *,
    tag: str,
    answers: Sequence[Answer | Refusal],
    details: str = "",
    parameters: Sequence[Parameter] = (),
    body: Body | None = None,
    public: bool = False,
) -> Callable[[View], View]:
    """Say what the view below does; `summary` in a few words, `details` in Markdown."""
    description = Description(summary=summary, tag=tag, answers=answers, details=details, parameters=parameters, body=body, public=public)

    def describe(view: View) -> View:
        setattr(view, _ATTRIBUTE, description)
        return view

    return describe


def description_of(view: Callable[..., Any]) -> Description | None:
    """What `view` says of itself."""
    found = getattr(view, _ATTRIBUTE, None)
    return found if isinstance(found, Description) else None


def is_public(view: Callable[..., Any], endpoint: str) -> bool:
    """Whether `view` needs no token; so do the static files of a blueprint."""
    description = description_of(view)
    return is_static(endpoint) or (description is not None and description.public)


def is_static(endpoint: str) -> bool:
    """Whether an endpoint is the static files of a blueprint."""
    return endpoint.rpartition(".")[2] == "static"


def refusals(*statuses: int) -> list[Refusal]:
    """Errors with these statuses."""
    return [Refusal(status=status) for status in statuses]
