"""Media types in and out (FHIR R4, http.html#mime-type): JSON in UTF-8, FHIR version 4.0, and nothing else."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Flask, Request, Response, request
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType
from werkzeug.http import parse_options_header

from nuchal.web.addresses import is_below
from nuchal.web.bodies import CODINGS, content_coding

JSON = "application/json"
FHIR_JSON = "application/fhir+json; fhirVersion=4.0"
# the names of JSON that a client may ask for, and what the answer is then called; the first is ours
_OFFERED = {"application/fhir+json": FHIR_JSON, JSON: JSON, "text/json": "text/json"}
_FORMATS = frozenset({*_OFFERED, "json"})
_VERSIONS = frozenset({"4.0", "4.0.1"})
_CHARACTER_SETS = frozenset({"utf-8", "utf8"})


def install(app: Flask) -> None:
    """Refuse whoever takes no FHIR JSON, before any view below /fhir is called."""

    @app.before_request
    def check() -> None:
        if request.url_rule is not None and is_below("/fhir"):
            check_response_format(request)


def fhir_response(body: bytes, status: int = 200) -> Response:
    """A response that holds a resource as JSON, under the name that the client asked for; under our own where it takes none."""
    response = Response(body, status, content_type=_wanted_type(request) or FHIR_JSON)
    response.vary.add("Accept")
    return response


def resource_response(resource: Mapping[str, Any], status: int = 200) -> Response:
    """A response that holds `resource`, indented where `_pretty` asks for it."""
    return fhir_response(orjson.dumps(resource, option=orjson.OPT_INDENT_2 if _pretty(request) else None), status)


def json_response(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response for a client that speaks JSON and not FHIR."""
    body = orjson.dumps(content, option=orjson.OPT_INDENT_2 if _pretty(request) else None)
    return Response(body, status, headers, content_type=JSON)


def check_request_content(request: Request) -> None:
    """Refuse a body that is not FHIR JSON in UTF-8, plain or gzip.

    Raises:
        UnsupportedMediaType: another type, character set, content coding or FHIR version.
    """
    kind, options = parse_options_header(request.headers.get("Content-Type"))
    if kind.lower() not in _OFFERED or not _fits(options) or content_coding(request) not in CODINGS:
        raise UnsupportedMediaType


def check_json_content(request: Request) -> None:
    """Refuse a body that is not JSON in UTF-8, plain or gzip, for services that speak JSON and not FHIR.

    Raises:
        UnsupportedMediaType: another type, character set or content coding.
    """
    kind, options = parse_options_header(request.headers.get("Content-Type"))
    if kind.lower() != JSON or not _fits(options) or content_coding(request) not in CODINGS:
        raise UnsupportedMediaType


def check_response_format(request: Request) -> None:
    """Refuse a client that cannot read FHIR JSON; `_format` overrides Accept.

    Raises:
        NotAcceptable: no range that is acceptable covers JSON of FHIR 4.0 in UTF-8.
    """
    if _wanted_type(request) is None:
        raise NotAcceptable


def prefers_page(request: Request) -> bool:
    """Whether a client would rather have HTML than JSON, as browsers do."""
    accepted = request.accept_mimetypes
    return accepted.quality("text/html") > accepted.quality(JSON)


def _wanted_type(request: Request) -> str | None:
    """How the answer is to be called, None when the client takes no JSON of FHIR 4.0.

    A generic name of JSON is answered with itself (http.html#mime-type); of the others and among equals ours comes first.
    """
    wanted = request.args.get("_format")
    if wanted is not None:
        kind, options = parse_options_header(wanted.replace("fhir json", "fhir+json"))  # an unescaped + arrives as a space
        return FHIR_JSON if kind.lower() in _FORMATS and _fits(options) else None
    if not request.accept_mimetypes:
        return FHIR_JSON
    qualities = {offered: _quality(request, offered) for offered in _OFFERED}
    best = max(_OFFERED, key=lambda offered: qualities[offered])  # the first of equals
    return _OFFERED[best] if qualities[best] > 0 else None


def _quality(request: Request, offered: str) -> float:
    """The q of the most specific range of Accept that covers `offered` (RFC 9110 12.5.1), 0 when none does."""
    ranges = (offered, f"{offered.partition('/')[0]}/*", "*/*")
    found = [(ranges.index(kind), -quality) for kind, options, quality in _accepted(request) if kind in ranges and _fits(options)]
    return -min(found)[1] if found else 0


def _accepted(request: Request) -> list[tuple[str, Mapping[str, str], float]]:
    return [(kind.lower(), options, q) for value, q in request.accept_mimetypes for kind, options in [parse_options_header(value)]]


def _fits(options: Mapping[str, str]) -> bool:
    """Whether the parameters of a media type ask for what we speak: FHIR 4.0 in UTF-8."""
    return options.get("fhirversion", "4.0") in _VERSIONS and options.get("charset", "utf-8").lower() in _CHARACTER_SETS


def _pretty(request: Request) -> bool:
    return request.args.get("_pretty") == "true"
