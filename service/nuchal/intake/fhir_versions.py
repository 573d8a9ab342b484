"""Which version of FHIR an input that is not R4 looks like, so that this is said in one sentence and not in two hundred."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from nuchal.errors import Problem

_DSTU2: Final = "DSTU2"
_STU3: Final = "STU3"
_R5: Final = "R5"
_OTHERS: Final = (_DSTU2, _STU3, _R5)

# Elements that a version has and R4 has not (http://hl7.org/fhir/R4/diff.html, http://hl7.org/fhir/R5/diff.html).
_ELEMENTS: Final[Mapping[str, Mapping[str, str]]] = {
    _DSTU2: {
        "Patient": "animal careProvider",
        "Observation": "comments related",
        "Condition": "patient dateRecorded notes",
        "Encounter": "patient incomingReferral indication",
        "Procedure": "notPerformed reasonNotPerformed notes",
        "Medication": "product package isBrand",
        "MedicationStatement": "patient wasNotTaken reasonNotTaken supportingInformation",
        "MedicationAdministration": "patient practitioner prescription wasNotGiven reasonNotGiven effectiveTimeDateTime",
        "AllergyIntolerance": "substance",
        "QuestionnaireResponse": "group",
    },
    _STU3: {
        "Patient": "animal",
        "Observation": "comment context related",
        "Condition": "abatementBoolean assertedDate context",
        "Encounter": "incomingReferral",
        "Procedure": "context definition notDone notDoneReason",
        "Medication": "isBrand isOverTheCounter package",
        "MedicationRequest": "context definition",
        "MedicationStatement": "taken reasonNotTaken",
        "MedicationAdministration": "notGiven prescription reasonNotGiven",
        "AllergyIntolerance": "assertedDate",
        "FamilyMemberHistory": "definition notDone notDoneReason",
        "QuestionnaireResponse": "context parent",
    },
    _R5: {
        "Observation": "bodyStructure instantiatesCanonical instantiatesReference triggeredBy",
        "Condition": "participant",
        "Encounter": "actualPeriod admission careTeam plannedEndDate plannedStartDate subjectStatus virtualService",
        "Procedure": "occurrenceAge occurrenceDateTime occurrencePeriod occurrenceString reason recorded",
        "Medication": "doseForm marketingAuthorizationHolder totalVolume",
        "MedicationRequest": "effectiveDosePeriod medication reason reported statusChanged",
        "MedicationStatement": "adherence medication reason relatedClinicalInformation",
        "MedicationAdministration": "isSubPotent medication occurenceDateTime occurencePeriod reason recorded",  # spelled so in R5
        "AllergyIntolerance": "participant",
        "FamilyMemberHistory": "participant procedure reason",
        "ServiceRequest": "bodyStructure focus reason",
        "Bundle": "issues",
    },
}
# Elements that R4 has in another form: what the versions that have it as a text, a list or an object write.
_FORMS: Final[Mapping[tuple[str, str, type], tuple[str, ...]]] = {
    ("Condition", "clinicalStatus", str): (_DSTU2, _STU3),
    ("Condition", "verificationStatus", str): (_DSTU2, _STU3),
    ("AllergyIntolerance", "clinicalStatus", str): (_STU3,),
    ("AllergyIntolerance", "verificationStatus", str): (_STU3,),
    ("AllergyIntolerance", "type", dict): (_R5,),
    ("Observation", "category", dict): (_DSTU2,),
    ("Encounter", "class", str): (_DSTU2,),
    ("Encounter", "class", list): (_R5,),
}
# Elements inside the objects of a list: what R4 has not there.
_INSIDE: Final[Mapping[tuple[str, str, str], tuple[str, ...]]] = {
    ("MedicationRequest", "dosageInstruction", "doseQuantity"): (_STU3,),
    ("MedicationRequest", "dosageInstruction", "doseRange"): (_STU3,),
    ("MedicationStatement", "dosage", "doseQuantity"): (_STU3,),
    ("MedicationStatement", "dosage", "quantityQuantity"): (_DSTU2,),
    ("Encounter", "reason", "coding"): (_DSTU2, _STU3),
    ("Encounter", "reason", "text"): (_DSTU2, _STU3),
    ("Encounter", "reason", "value"): (_R5,),
}
# Types of resources that R4 has not.
_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "MedicationOrder": (_DSTU2,),
    "DiagnosticOrder": (_DSTU2,),
    "Conformance": (_DSTU2,),
    "DeviceUseRequest": (_DSTU2,),
    "ProcedureRequest": (_DSTU2, _STU3),
    "ReferralRequest": (_DSTU2, _STU3),
    "ImagingManifest": (_STU3,),
    "Sequence": (_STU3,),
    "DeviceUsage": (_R5,),
    "EncounterHistory": (_R5,),
    "GenomicStudy": (_R5,),
    "ImagingSelection": (_R5,),
    "NutritionIntake": (_R5,),
    "RequestOrchestration": (_R5,),
}
# A profile of the core that names its version: http://hl7.org/fhir/versions.html, http://hl7.org/fhir/R4/references.html#canonical
_CORE_PROFILE: Final = re.compile(r"http://hl7\.org/fhir/(?:(\d\.\d)/StructureDefinition/\w+|StructureDefinition/\w+\|(\d\.\d)(?:\.\d+)?)")
_NUMBERS: Final = {"1.0": _DSTU2, "3.0": _STU3, "5.0": _R5}


def profile_problems(resource: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """Where `resource`, whose form need not have been checked, says by its profile that it is of another version than R4."""
    for where, version in _profiles(resource, place):
        yield Problem(f"States a profile of FHIR {version}; only FHIR R4 is read", where)


def version_problem(bundle: Mapping[str, Any]) -> Problem | None:
    """The version that a Bundle which is no R4 looks like, at the first place that shows it; None when nothing does.

    Several versions share an element: the version with the most places wins, the two
    earlier ones together when they have the same.
    """
    places: dict[str, list[str]] = defaultdict(list)
    for resource, place in _resources(bundle, "Bundle"):
        for where, versions in _signs(resource, place):
            for version in versions:
                places[version].append(where)
    most = max(map(len, places.values()), default=0)
    likely = [version for version in _OTHERS if len(places[version]) == most]
    if not most:
        return None
    where = "1 place is" if most == 1 else f"{most} places are"
    message = f"Looks like FHIR {' or '.join(likely)}, and only FHIR R4 is read: {where} as R4 does not have it, of which this is the first"
    return Problem(message, places[likely[0]][0])


def _resources(bundle: Mapping[str, Any], place: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The Bundle and every resource in it, Bundles inside it included; their form was not checked."""
    yield bundle, place
    entries = bundle.get("entry")
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            yield from _resources(resource, f"{place}.entry[{number}].resource")


def _signs(resource: Mapping[str, Any], place: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each place of one resource that R4 does not have so, and the versions that do."""
    resource_type = resource.get("resourceType")
    if not isinstance(resource_type, str):
        return
    if resource_type in _TYPES:
        yield place, _TYPES[resource_type]
    for name, value in resource.items():
        versions = tuple(version for version in _OTHERS if name in _ELEMENTS[version].get(resource_type, "").split())
        versions = versions or _FORMS.get((resource_type, name, type(value)), ())
        if versions:
            yield f"{place}.{name}", versions
        yield from _signs_inside(resource_type, name, value, place)
    yield from ((where, (version,)) for where, version in _profiles(resource, place))


def _signs_inside(resource_type: str, name: str, value: object, place: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for number, item in enumerate(value if isinstance(value, list) else ()):
        for inner in item if isinstance(item, dict) else ():
            if (resource_type, name, inner) in _INSIDE:
                yield f"{place}.{name}[{number}].{inner}", _INSIDE[resource_type, name, inner]


def _profiles(resource: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for number, profile in enumerate(profiles if isinstance(profiles, list) else ()):
        found = _CORE_PROFILE.fullmatch(profile) if isinstance(profile, str) else None
        version = _NUMBERS.get(found[1] or found[2]) if found else None
        if version:
            yield f"{place}.meta.profile[{number}]", version
