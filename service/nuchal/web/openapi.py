"""/openapi.json: the whole service in OpenAPI 3.1, written from its routes and what their views say of themselves (`web/described.py`)."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app
from werkzeug.routing import Rule

from nuchal import __version__
from nuchal.web.addresses import ASKS_FOR_TOKENS, PUBLIC_URL
from nuchal.web.described import (
    FHIR_TYPES,
    HTML_TYPES,
    JSON_TYPES,
    OPERATION_OUTCOME,
    Answer,
    Body,
    Description,
    Parameter,
    Refusal,
    described,
    description_of,
    is_static,
    refusals,
)
from nuchal.web.media_types import json_response

_ABOUT: Final = """\
Decision support for a patient whose back (or neck) and head hurt at the same time. It proposes; a clinician decides.

Every GET answers HEAD as well, every address OPTIONS. An error is an OperationOutcome: FHIR JSON below `/fhir`, `application/json`
elsewhere, and a page for clients that prefer `text/html` outside of `/fhir` and `/cds-services`."""

_REFUSED: Final = {
    400: "The request, or its body, cannot be read",
    401: "No valid token; why is not said",
    403: "The token has none of the scopes wanted",
    404: "There is nothing at this address",
    406: "The client takes no FHIR JSON",
    409: "This does not fit what the service knows already",
    412: "Data that are needed can be had neither in the request nor from the FHIR server",
    413: "The body is too large",
    415: "The body is not of a type that is read",
    422: "The body is readable and cannot be used; each issue says why, and where",
    429: "Too many requests of this caller; the header Retry-After says in how many seconds to come back",
    500: "A fault of the service; its log knows more under the id that is named",
    503: "No answer now; later there may be one",
}
_JSON_FORMATS: Final = ["json", "application/json", "application/fhir+json", "text/json"]
_PRETTY: Final = Parameter("_pretty", "`true` indents the answer")
_FHIR_PARAMETERS: Final = (Parameter("_format", "Overrides the header Accept", schema={"type": "string", "enum": _JSON_FORMATS}), _PRETTY)

_OUTCOME: Final = {"$ref": "#/components/schemas/OperationOutcome"}
_PAGE: Final = {"type": "string"}
_ARGUMENT = re.compile(r"<(?:(?P<converter>\w+)(?:\((?P<options>[^)]*)\))?:)?(?P<name>\w+)>")
_UNTOLD_METHODS = frozenset({"HEAD", "OPTIONS"})


def blueprint() -> Blueprint:
    """The document of the application that the blueprint is registered with."""
    views = Blueprint("openapi", __name__)

    @views.get("/openapi.json")
    @described(
        "This document",
        tag="About the service",
        public=True,
        parameters=[_PRETTY],
        answers=[Answer(200, "OpenAPI 3.1", schema={"type": "object", "required": ["openapi", "paths"]})],
    )
    def openapi() -> Response:
        return json_response(document(current_app))

    return views


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of `app`; routes whose views say nothing of themselves are left out."""
    asks = bool(app.config[ASKS_FOR_TOKENS])
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if description := _description(app, rule):
            operations = {method.lower(): _operation(rule, method, description, asks=asks) for method in _methods(rule)}
            paths.setdefault(_template(rule), {}).update(operations)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Nuchal", "version": __version__, "description": _ABOUT},
        "servers": [{"url": app.config[PUBLIC_URL] or "/"}],
        "tags": [{"name": tag} for tag in _tags(paths)],
        "paths": paths,
        "components": {"schemas": {"OperationOutcome": OPERATION_OUTCOME}} | ({"securitySchemes": _SCHEMES} if asks else {}),
    }


def undescribed(app: Flask) -> list[str]:
    """The rules of `app` whose views say nothing of themselves."""
    return sorted(rule.rule for rule in app.url_map.iter_rules() if _description(app, rule) is None)


_TOKEN: Final = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
_SCHEMES: Final = {
    "bearer": _TOKEN | {"description": "An OAuth 2.0 access token of an issuer that the site trusts"},
    "cdsClient": _TOKEN | {"description": "A CDS Hooks client JWT, made for the URL that is called"},
}


def _description(app: Flask, rule: Rule) -> Description | None:
    return _static_files(app, rule) if is_static(rule.endpoint) else description_of(app.view_functions[rule.endpoint])


def _static_files(app: Flask, rule: Rule) -> Description:
    """The files of a blueprint, with the first of them for an example."""
    folder = Path(str(app.blueprints[rule.endpoint.rpartition(".")[0]].static_folder))
    example = min(path.name for path in folder.iterdir() if path.is_file())
    return Description(
        summary="A file of the pages",
        tag="Pages",
        answers=[Answer(200, "The file", schema={}, types=("*/*",)), Answer(304, "Not changed", types=()), *refusals(404)],
        details="",
        parameters=(Parameter("filename", "The path of the file", place="path", example=example),),
        body=None,
        public=True,
    )


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - _UNTOLD_METHODS)


def _tags(paths: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return sorted({tag for operations in paths.values() for operation in operations.values() for tag in operation["tags"]})


def _template(rule: Rule) -> str:
    """The path as OpenAPI writes it: {name} for <converter:name>."""
    return _ARGUMENT.sub(r"{\g<name>}", rule.rule)


def _is_fhir(rule: Rule) -> bool:
    return rule.rule == "/fhir" or rule.rule.startswith("/fhir/")


def _is_cds(rule: Rule) -> bool:
    return rule.rule == "/cds-services" or rule.rule.startswith("/cds-services/")


def _operation(rule: Rule, method: str, description: Description, *, asks: bool) -> dict[str, Any]:
    guarded = asks and not description.public
    parameters = [*_path_parameters(rule, description), *(parameter for parameter in description.parameters if parameter.place != "path")]
    if _is_fhir(rule):
        parameters += [parameter for parameter in _FHIR_PARAMETERS if parameter.name not in {known.name for known in parameters}]
    operation: dict[str, Any] = {
        "operationId": f"{method.lower()}-{re.sub(r'[^a-z0-9]+', '-', rule.endpoint.lower())}",
        "summary": description.summary,
        "tags": [description.tag],
    }
    if description.details:
        operation["description"] = description.details
    if parameters:
        operation["parameters"] = [_parameter(parameter) for parameter in parameters]
    if description.body and method != "GET":
        operation["requestBody"] = {"required": True, "content": _request_content(description.body)}
    operation["responses"] = _responses(rule, description, guarded=guarded)
    if guarded:
        operation["security"] = [{"cdsClient" if _is_cds(rule) else "bearer": []}]
    return operation


def _request_content(body: Body) -> dict[str, Any]:
    """The body under each of its names; the examples stand with the first, they are long."""
    content: dict[str, dict[str, Any]] = {name: {"schema": body.schema} for name in body.types}
    content[body.types[0]]["examples"] = {name: {"value": value} for name, value in body.examples.items()}
    return content


def _path_parameters(rule: Rule, description: Description) -> list[Parameter]:
    """The parameters of the path, in its order, with what the view says of them."""
    told = {parameter.name: parameter for parameter in description.parameters if parameter.place == "path"}
    return [
        told.get(found["name"], Parameter(found["name"], "A part of the path", place="path", schema=_argument_schema(found)))
        for found in _ARGUMENT.finditer(rule.rule)
    ]


def _argument_schema(found: re.Match[str]) -> Mapping[str, Any]:
    match found["converter"]:
        case "int":
            return {"type": "integer", "minimum": 0}
        case "any":
            return {"type": "string", "enum": [option.strip(" '\"") for option in found["options"].split(",")]}
        case _:
            return {"type": "string", "minLength": 1}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    told: dict[str, Any] = {"name": parameter.name, "in": parameter.place, "description": parameter.description, "schema": parameter.schema}
    if parameter.required or parameter.place == "path":
        told["required"] = True
    return told if parameter.example is None else told | {"example": parameter.example}


def _responses(rule: Rule, description: Description, *, guarded: bool) -> dict[str, Any]:
    answers = [answer for answer in description.answers if isinstance(answer, Answer)]
    error_types = _error_types(rule)
    responses = {str(answer.status): _response(answer) for answer in answers}
    for status in sorted(_refused_statuses(rule, description, guarded=guarded)):
        content = {kind: {"schema": _PAGE if kind in HTML_TYPES else _OUTCOME} for kind in error_types}
        responses.setdefault(str(status), {"description": _REFUSED[status], "content": content})
    return dict(sorted(responses.items()))


def _error_types(rule: Rule) -> Sequence[str]:
    if _is_fhir(rule):
        return FHIR_TYPES
    return JSON_TYPES if _is_cds(rule) else (*JSON_TYPES, *HTML_TYPES)


def _refused_statuses(rule: Rule, description: Description, *, guarded: bool) -> set[int]:
    """What the view says it refuses, and what any such route may refuse."""
    statuses = {refusal.status for refusal in description.answers if isinstance(refusal, Refusal)} | {400, 429, 500}
    if rule.arguments:
        statuses.add(404)
    if description.body:
        statuses |= {413, 415}
    if _is_fhir(rule):
        statuses.add(406)
    if guarded:
        statuses |= {401, 503} if _is_cds(rule) else {401, 403, 503}
    return statuses


def _response(answer: Answer) -> dict[str, Any]:
    media: dict[str, Any] = {"schema": answer.schema} | ({} if answer.example is None else {"example": answer.example})
    return {"description": answer.description} | ({"content": dict.fromkeys(answer.types, media)} if answer.types else {})
