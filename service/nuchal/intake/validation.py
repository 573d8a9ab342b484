"""What a resource must be before it is read: structure by fhir.resources, required codes and times by us."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from nuchal.errors import Problem
from nuchal.intake.acceptance import Acceptor

# Types that are read or looked up; the others are passed over and need no model.
READ_TYPES: Final = frozenset(
    {
        "Patient",
        "Observation",
        "Condition",
        "Encounter",
        "Procedure",
        "Medication",
        "MedicationRequest",
        "MedicationStatement",
        "MedicationAdministration",
        "AllergyIntolerance",
        "FamilyMemberHistory",
        "DiagnosticReport",
        "Flag",
        "List",
        "Questionnaire",
        "QuestionnaireResponse",
        "ServiceRequest",
    }
)

# Required bindings of FHIR R4 4.0.1, which fhir.resources does not hold.
_STATUSES: Final[Mapping[str, frozenset[str]]] = {
    "Observation": frozenset(["registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"]),
    "Encounter": frozenset(
        ["planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error", "unknown"]
    ),
    "Procedure": frozenset(["preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown"]),
    "MedicationRequest": frozenset(["active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"]),
    "MedicationStatement": frozenset(["active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "unknown", "not-taken"]),
    "MedicationAdministration": frozenset(["in-progress", "not-done", "on-hold", "completed", "entered-in-error", "stopped", "unknown"]),
    "FamilyMemberHistory": frozenset(["partial", "completed", "entered-in-error", "health-unknown"]),
    "DiagnosticReport": frozenset(
        ["registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled", "entered-in-error", "unknown"]
    ),
    "Flag": frozenset(["active", "inactive", "entered-in-error"]),
    "List": frozenset(["current", "retired", "entered-in-error"]),
    "QuestionnaireResponse": frozenset(["in-progress", "completed", "amended", "entered-in-error", "stopped"]),
    "ServiceRequest": frozenset(["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"]),
}
CLINICAL_STATUSES: Final = frozenset(["active", "recurrence", "relapse", "inactive", "remission", "resolved"])
VERIFICATION_STATUSES: Final = frozenset(["unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"])
_CONDITION_STATUSES: Final = {"clinicalStatus": CLINICAL_STATUSES, "verificationStatus": VERIFICATION_STATUSES}
_GENDERS: Final = frozenset(["male", "female", "other", "unknown"])

# What FHIR R4 requires and nothing here reads, with what is taken in its place: a chart is not refused for want of it.
_UNREAD: Final[Mapping[str, Mapping[str, object]]] = {
    "Encounter": {"class": {"code": "x"}},
    "ServiceRequest": {"intent": "order"},
    "FamilyMemberHistory": {"relationship": {"text": "x"}},
    "Questionnaire": {"status": "unknown"},
}

TIMES: Final = re.compile(r"(?:.*DateTime|start|end|issued|recordedDate|authoredOn|birthDate|dateAsserted|lastUpdated)")
_BOOLEANS: Final = re.compile(r"[a-z][A-Za-z]*Boolean|doNotPerform|deleted")
_CHOICE: Final = re.compile(r"(value|effective|onset|abatement|performed|medication|deceased|multipleBirth)[A-Z][A-Za-z0-9]*")
_WHOLE: Final = "root"  # the library's name for an element that is no object at all
_ELEMENT: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")


def warm() -> None:
    """Load the models that the first request would load; before a fork, so that workers share them."""
    for resource_type in READ_TYPES:
        _model(resource_type)
    code = {"coding": [{"system": "urn:x", "code": "x"}]}
    observation = {"resourceType": "Observation", "status": "final", "code": code, "valueQuantity": {"value": 1}}
    list(form_problems("Bundle", {"resourceType": "Bundle", "type": "collection"}, ""))
    list(resource_problems(observation, ""))


def resource_problems(resource: dict[str, Any], place: str) -> Iterator[Problem]:
    """What is wrong with one resource; nothing for types that are not read."""
    resource_type = resource["resourceType"]
    if resource_type not in READ_TYPES:
        return
    missing = missing_unread(resource)
    whole = {name: _UNREAD[resource_type][name] for name in missing} | resource if missing else resource
    # each check may trust what the one before it made sure of
    yield from list(form_problems(resource_type, whole, place)) or list(_code_problems(resource_type, resource, place))


def missing_unread(resource: Mapping[str, Any]) -> tuple[str, ...]:
    """The elements that FHIR R4 requires in `resource`, and that it lacks; as far as they are not read."""
    unread = _UNREAD.get(resource["resourceType"])
    if unread is None:
        return ()
    return tuple(name for name in unread if name not in resource and f"_{name}" not in resource)


def form_problems(resource_type: str, resource: dict[str, Any], place: str) -> Iterator[Problem]:
    """Where `resource` has not the form of its type, which is one that is read, or Bundle."""
    if not _acceptor().accepts(resource):
        yield from list(structural_problems(resource_type, resource, place)) or list(_value_problems(resource, place))


@cache
def _acceptor() -> Acceptor:
    return Acceptor(READ_TYPES | {"Bundle"})


@cache
def _model(resource_type: str) -> Any:  # noqa: ANN401  fhir.resources makes its models at run time
    return get_fhir_model_class(resource_type)


def structural_problems(resource_type: str, resource: dict[str, Any], place: str) -> Iterator[Problem]:
    """Where `resource` has not the structure of its type."""
    try:
        _model(resource_type).model_validate(resource)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False, include_context=False):
            where = _path(place, detail["loc"])
            choice = _repeated_choice(resource, detail["loc"]) if detail["type"] == "value_error" else None
            yield Problem(f"More than one {choice}[x]", f"{where}.{choice}") if choice else Problem(_message(detail["type"]), where)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):  # met in fhir.resources on hostile structures
        yield Problem("Not a structure of FHIR R4", place)


def _message(kind: str) -> str:
    """What is wrong, in our words: those of the library may quote the value."""
    if kind.endswith("missing"):
        return "Is required"
    if kind == "extra_forbidden":
        return "Not an element of FHIR R4"
    return "Not what FHIR R4 allows here"


def _repeated_choice(resource: dict[str, Any], location: tuple[int | str, ...]) -> str | None:
    """The choice of types (value[x]) that the element at `location` holds twice; the library says only that one is."""
    node: Any = resource
    for part in location:
        has_it = part in node if isinstance(node, dict) else isinstance(node, list) and isinstance(part, int) and part < len(node)
        if not has_it:
            return None
        node = node[part]
    prefixes = Counter(found[1] for name in node if (found := _CHOICE.fullmatch(name))) if isinstance(node, dict) else Counter()
    return next((prefix for prefix, times in sorted(prefixes.items()) if times > 1), None)


def _path(place: str, location: tuple[int | str, ...]) -> str:
    """FHIRPath of a pydantic location; it ends before a name that is none, since names come from the input."""
    path = place
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part == _WHOLE:
            break
        elif _ELEMENT.fullmatch(part):
            path += f".{part}"
        else:
            break
    return path


def _code_problems(resource_type: str, resource: dict[str, Any], place: str) -> Iterator[Problem]:
    statuses = _STATUSES.get(resource_type)
    # a status with only an extension (data-absent-reason) is valid, and read as unknown
    if statuses and "status" in resource and resource["status"] not in statuses:
        yield Problem("Not a code of its required value set", f"{place}.status")
    if resource_type == "Condition":
        for element, codes in _CONDITION_STATUSES.items():
            if element in resource and codes.isdisjoint(concept_codes(resource[element])):
                yield Problem("Holds no code of its required value set", f"{place}.{element}")
    if resource_type == "Patient" and "gender" in resource and resource["gender"] not in _GENDERS:
        yield Problem("Not a code of its required value set", f"{place}.gender")


def concept_codes(concept: Mapping[str, Any]) -> set[str]:
    """The codes of a CodeableConcept, whatever their systems."""
    return {coding["code"] for coding in concept.get("coding") or () if isinstance(coding.get("code"), str)}


def _value_problems(node: dict[str, Any] | list[Any], place: str) -> Iterator[Problem]:
    """What the library takes for what it is not: null for missing, 20260501 for seconds since 1970, "true" for true."""
    named = enumerate(node) if isinstance(node, list) else node.items()
    for name, child in named:
        where = f"{place}[{name}]" if isinstance(name, int) else f"{place}.{name}"
        if isinstance(child, dict | list):
            yield from _value_problems(child, where)
        elif child is None and not isinstance(name, int):  # lists of primitives may hold nulls: http://hl7.org/fhir/R4/json.html#null
            yield Problem("Must not be null", where)
        elif isinstance(name, str) and not isinstance(child, str) and TIMES.fullmatch(name):
            yield Problem("A time must be a text", where)
        elif isinstance(name, str) and not isinstance(child, bool) and _BOOLEANS.fullmatch(name):
            yield Problem("Must be true or false", where)
        elif name == "valueInteger" and (isinstance(child, bool) or not isinstance(child, int)):
            yield Problem("Must be a whole number", where)
