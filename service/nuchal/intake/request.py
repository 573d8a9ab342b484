"""Bytes and query of ``$assess`` become one request; what cannot be one is refused here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from nuchal.errors import InvalidInput, Problem, UnreadableBody, UnsupportedInput
from nuchal.intake.json_body import json_object
from nuchal.intake.times import UTC, span_of

_PLAIN: Final = ("asOf", "subject", "detail")
_DETAILS: Final = {"full": True, "brief": False}
_YEARS: Final = range(1900, 2201)  # of asOf: far from where date arithmetic ends


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessRequest:
    """What to assess: the Bundle as it came, the moment, whom (None: the one patient in it), how much to say."""

    bundle: dict[str, Any]
    as_of: datetime
    subject: str | None
    detail_full: bool


def read_request(body: bytes, parameters: Mapping[str, str], *, now: datetime) -> AssessRequest:
    """Read a bare Bundle, or Parameters with bundle, asOf, subject and detail.

    `parameters` are the plain ones as texts from the query; others in it are not ours.
    `now` (aware) stands in for asOf when nobody gives one.

    Raises:
        UnreadableBody: not JSON, too deep, or no FHIR resource.
        UnsupportedInput: another resource than Bundle or Parameters.
        InvalidInput: Parameters that cannot be used.
    """
    resource = _resource(body)
    given = {name: parameters[name] for name in _PLAIN if name in parameters}
    if resource["resourceType"] == "Parameters":
        bundle, plain = _parameters(resource)
        given = _merged(given, plain)
    else:
        bundle = resource
    if bundle.get("resourceType") != "Bundle":
        raise UnsupportedInput("$assess reads a Bundle, or Parameters with a Bundle")
    return AssessRequest(
        bundle=bundle,
        as_of=_as_of(given.get("asOf"), now),
        subject=given.get("subject") or None,
        detail_full=_detail_full(given.get("detail")),
    )


def _resource(body: bytes) -> dict[str, Any]:
    resource = json_object(body)
    if not isinstance(resource.get("resourceType"), str):
        raise UnreadableBody("The body has no resourceType", expression="resourceType")
    return resource


def _parameters(resource: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The Bundle and the plain parameters of a Parameters resource."""
    parameters = resource.get("parameter")
    if not isinstance(parameters, list):
        raise InvalidInput([Problem("Parameters needs a list of parameters", "Parameters.parameter")])
    bundles: list[dict[str, Any]] = []
    plain: dict[str, str] = {}
    problems: list[Problem] = []
    for index, parameter in enumerate(parameters):
        place = f"Parameters.parameter[{index}]"
        name = parameter.get("name") if isinstance(parameter, dict) else None
        if name == "bundle" and isinstance(parameter.get("resource"), dict):
            bundles.append(parameter["resource"])
        elif name in _PLAIN and name not in plain and (text := _text(parameter)) is not None:
            plain[name] = text
        else:
            problems.append(Problem("Not a parameter of $assess, given twice, or without a value that can be read", place))
    if len(bundles) != 1:
        problems.append(Problem("Parameters needs exactly one parameter bundle with a Bundle", "Parameters.parameter"))
    if problems:
        raise InvalidInput(problems)
    return bundles[0], plain


def _text(parameter: dict[str, Any]) -> str | None:
    """The value of a plain parameter, whatever type it was given as."""
    for name, value in parameter.items():
        if name == "valueReference" and isinstance(value, dict):
            value = value.get("reference")  # noqa: PLW2901  a Reference is read as its text
        if name.startswith("value") and isinstance(value, str):
            return value
    return None


def _merged(query: dict[str, str], body: dict[str, str]) -> dict[str, str]:
    twice = [name for name in _PLAIN if name in query and query[name] != body.get(name, query[name])]
    if twice:
        raise InvalidInput([Problem(f"{name} is given in the query and in the body, and they differ") for name in twice])
    return query | body


def _as_of(text: str | None, now: datetime) -> datetime:
    """A date means its last second, in UTC unless it has an offset (DESIGN 1.4)."""
    if text is None:
        return now
    span = span_of(text, UTC)
    if span is None and " " in text and span_of(text.replace(" ", "+"), UTC):
        raise InvalidInput([Problem("asOf has a space where + was meant; in a URL + must be sent as %2B", "asOf")])
    if span is None or span.end.year not in _YEARS:
        raise InvalidInput([Problem("asOf is not a FHIR dateTime between 1900 and 2200", "asOf")])
    return span.end


def _detail_full(text: str | None) -> bool:
    if text is None:
        return False
    if text not in _DETAILS:
        raise InvalidInput([Problem(f"detail is one of {', '.join(_DETAILS)}", "detail")])
    return _DETAILS[text]
