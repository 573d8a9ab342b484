"""Media types in and out (FHIR R4, http.html#mime-type): JSON in UTF-8, FHIR version 4.0, and nothing else."""

from collections.abc import Mapping

from flask import Request, Response
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType
from werkzeug.http import parse_options_header

from nuchal.web.bodies import CODINGS, content_coding

FHIR_JSON = "application/fhir+json; fhirVersion=4.0"
_JSON_TYPES = frozenset({"application/fhir+json", "application/json", "text/json"})
_JSON_RANGES = _JSON_TYPES | {"*/*", "application/*", "text/*"}
_FORMATS = _JSON_TYPES | {"json"}
_VERSIONS = frozenset({"4.0", "4.0.1"})


def fhir_response(body: bytes, status: int = 200) -> Response:
    """A response that holds a resource as JSON."""
    return Response(body, status, content_type=FHIR_JSON)


def check_request_content(request: Request) -> None:
    """Refuse a body that is not FHIR JSON in UTF-8, plain or gzip.

    Raises:
        UnsupportedMediaType: another type, character set, content coding or FHIR version.
    """
    kind, options = parse_options_header(request.headers.get("Content-Type"))
    if kind.lower() not in _JSON_TYPES or options.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType
    if not _version_fits(options) or content_coding(request) not in CODINGS:
        raise UnsupportedMediaType


def check_response_format(request: Request) -> None:
    """Refuse a client that cannot read FHIR JSON; `_format` overrides Accept.

    Raises:
        NotAcceptable: no range that is acceptable covers JSON of FHIR 4.0.
    """
    wanted = request.args.get("_format")
    if wanted is not None:
        kind, options = parse_options_header(wanted.replace(" ", "+"))  # an unescaped + of fhir+json arrives as a space
        acceptable = kind.lower() in _FORMATS and _version_fits(options)
    else:
        acceptable = not request.accept_mimetypes or any(
            quality > 0 and _covers_json(accepted) for accepted, quality in request.accept_mimetypes
        )
    if not acceptable:
        raise NotAcceptable


def _covers_json(accepted: str) -> bool:
    kind, options = parse_options_header(accepted)
    return kind.lower() in _JSON_RANGES and _version_fits(options)


def _version_fits(options: Mapping[str, str]) -> bool:
    return options.get("fhirversion", "4.0") in _VERSIONS
