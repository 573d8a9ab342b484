"""What is accepted fast is never refused by fhir.resources: a differential test on mutated resources."""

import copy
import json
import random
from pathlib import Path

import pytest

from nuchal.intake.acceptance import Acceptor
from nuchal.intake.validation import READ_TYPES, _value_problems, structural_problems

MUTANTS = 6_000
ACCEPTOR = Acceptor(READ_TYPES)
EXAMPLES = [
    entry["resource"]
    for path in sorted((Path(__file__).parents[2] / "examples").rglob("*.json"))
    for entry in json.loads(path.read_text()).get("entry", ())
    if entry.get("resource", {}).get("resourceType") in READ_TYPES
]
CODE = {"coding": [{"system": "http://loinc.org", "code": "8310-5", "display": "Body temperature", "userSelected": True}], "text": "x"}
PERIOD = {"start": "2026-11-01", "end": "2026-11-30T10:00:00.123456+13:30"}
QUANTITY = {"value": 37.5, "comparator": ">=", "unit": "C", "system": "http://unitsofmeasure.org", "code": "Cel"}
PATIENT = {
    "reference": "Patient/p",
    "type": "Patient",
    "identifier": {"system": "urn:oid:1.2", "value": "1", "period": PERIOD},
    "display": "p",
}
EXTENSIONS = [
    {"url": "http://example.org/a", "valueCodeableConcept": CODE},
    {"url": "http://example.org/b", "extension": [{"url": "c", "valueInteger": -1}, {"url": "d", "valueDateTime": "2026-02"}]},
]
RICH = [
    {
        "resourceType": "Observation",
        "id": "a-1.b",
        "meta": {"lastUpdated": "2026-11-01T10:00:00Z", "versionId": "1", "profile": ["http://example.org/p|1"], "tag": CODE["coding"]},
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'},
        "contained": [{"resourceType": "Patient", "id": "p", "birthDate": "1980-02", "deceasedBoolean": False, "multipleBirthInteger": 2}],
        "extension": EXTENSIONS,
        "modifierExtension": EXTENSIONS[:1],
        "status": "final",
        "code": CODE,
        "category": [CODE],
        "subject": PATIENT,
        "focus": [PATIENT],
        "effectivePeriod": PERIOD,
        "issued": "2026-11-01T10:00:00+01:00",
        "valueQuantity": QUANTITY,
        "interpretation": [CODE],
        "note": [{"text": "x", "time": "2026", "authorString": "y"}],
        "bodySite": CODE,
        "hasMember": [PATIENT],
        "referenceRange": [{"low": {"value": 36}, "high": {"value": 37}, "appliesTo": [CODE], "age": {"low": {"value": 1}}}],
        "component": [{"code": CODE, "valueRange": {"low": {"value": 1}}}, {"code": CODE, "valueTime": "12:30:00"}],
    },
    {"resourceType": "Observation", "status": "final", "code": CODE, "effectiveInstant": "2026-11-01T10:00:00Z", "valuePeriod": PERIOD},
    {"resourceType": "Observation", "status": "final", "code": CODE, "effectiveDateTime": "2024-01-31", "valueBoolean": False},
    {"resourceType": "Observation", "status": "final", "code": CODE, "valueRatio": {"numerator": QUANTITY, "denominator": QUANTITY}},
    {
        "resourceType": "Observation",
        "status": "final",
        "code": CODE,
        "valueSampledData": {"origin": QUANTITY, "period": 1, "dimensions": 1},
    },
    {
        "resourceType": "Condition",
        "clinicalStatus": CODE,
        "severity": CODE,
        "code": CODE,
        "subject": PATIENT,
        "onsetAge": {"value": 40, "unit": "a", "system": "http://unitsofmeasure.org", "code": "a"},
        "abatementString": "x",
        "recordedDate": "2026-11",
        "stage": [{"summary": CODE, "assessment": [PATIENT]}],
        "evidence": [{"code": [CODE], "detail": [PATIENT]}],
    },
    {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": CODE,
        "subject": PATIENT,
        "authoredOn": "2026-11-01",
        "reasonCode": [CODE],
        "dosageInstruction": [
            {
                "sequence": 1,
                "text": "x",
                "timing": {"event": ["2026-11-01"], "repeat": {"boundsPeriod": PERIOD, "frequency": 1, "period": 1.5, "periodUnit": "d"}},
                "asNeededBoolean": True,
                "doseAndRate": [{"type": CODE, "doseQuantity": QUANTITY}],
            }
        ],
    },
    {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationReference": PATIENT,
        "subject": PATIENT,
        "effectivePeriod": PERIOD,
    },
    {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": CODE,
        "subject": PATIENT,
        "effectiveDateTime": "2026",
    },
    {"resourceType": "Medication", "code": CODE, "ingredient": [{"itemCodeableConcept": CODE, "isActive": True}]},
    {"resourceType": "Procedure", "status": "completed", "code": CODE, "subject": PATIENT, "performedRange": {"low": {"value": 1}}},
    {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": CODE["coding"][0],
        "period": PERIOD,
        "reasonCode": [CODE],
        "hospitalization": {"admitSource": CODE},
    },
    {
        "resourceType": "Patient",
        "active": True,
        "name": [{"use": "official", "family": "x", "given": ["y", "z"], "period": PERIOD}],
        "telecom": [{"system": "phone", "value": "1", "rank": 1}],
        "gender": "female",
        "birthDate": "1980-04-30",
        "deceasedDateTime": "2026-12-31T23:59:59.5-13:00",
        "address": [{"line": ["x"], "city": "y", "postalCode": "1"}],
        "contact": [{"relationship": [CODE], "name": {"text": "x"}}],
        "communication": [{"language": CODE, "preferred": True}],
    },
]
RESOURCES = RICH + EXAMPLES
JUNK = [
    *(None, True, False, 0, 1, -1, 1.5, 2**31, 2**63, 10**400, 1e-7, 1e300, 20260501),
    *("", " ", "\n", "x", " x", "x ", "x  y", "x\ny", "é\u2003", "\u200b", "#", "a" * 70, "http://a b", "urn:oid:9", "0", "1.0", "true"),
    *("2026", "2026-13", "2026-00", "2026-02-29", "2024-02-29", "2026-02-30", "2026-04-31", "2026-12-31", "0000", "1899", "9999-12-31"),
    *("2026-11-01T10:00", "2026-11-01T10:00:00", "2026-11-01T24:00:00Z", "2026-11-01T10:00:60Z", "2026-11-01T10:00:00.1234567890Z"),
    *(
        "2026-11-01T10:00:00+14:00",
        "2026-11-01T10:00:00+14:30",
        "2026-11-01 10:00:00Z",
        "2026-11-01T10:00:00z",
        "10:00",
        "10:00:00",
        "24:00:00",
    ),
    *([], {}, [None], [[]], [{}], {"x": 1}, {"resourceType": "Patient"}, {"resourceType": "Banana"}, {"extension": []}, ["x", None]),
    *(CODE, PERIOD, QUANTITY, PATIENT, [CODE], [PATIENT], EXTENSIONS),
]
NAMES = [
    *("id", "extension", "resourceType", "resource_type", "fhir_comments", "code", "status", "subject", "value", "text", "contained"),
    *("valueString", "valueBoolean", "valueInteger", "valueQuantity", "effectiveDateTime", "effectivePeriod", "onsetDateTime", "_status"),
    *("deceasedDateTime", "multipleBirthBoolean", "performedDateTime", "medicationReference", "medicationCodeableConcept", "url", "class"),
    *("valueUrl", "valueUuid", "valueBase64Binary", "valueAddress", "_value", "status__ext", "class_fhir", "assert", "id__ext"),
]


def nodes(node):
    yield node
    for child in node.values() if isinstance(node, dict) else node:
        if isinstance(child, dict | list):
            yield from nodes(child)


def mutant(chance):
    """A resource with one to three faults."""
    resource = copy.deepcopy(chance.choice(RESOURCES))
    for _ in range(chance.randint(1, 3)):
        node = chance.choice(list(nodes(resource)))
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = chance.choice(keys) if keys else None
        match chance.choice(("drop", "junk", "add", "wrap", "repeat", "swap")):
            case "drop" if keys:
                del node[key]
            case "junk" if keys:
                node[key] = copy.deepcopy(chance.choice(JUNK))
            case "add" if isinstance(node, dict):
                node[chance.choice(NAMES)] = copy.deepcopy(chance.choice(JUNK))
            case "wrap" if keys:
                node[key] = [node[key]]
            case "repeat" if isinstance(node, list) and keys:
                node.append(copy.deepcopy(node[key]))
            case "swap" if keys:
                node[key] = copy.deepcopy(chance.choice(list(nodes(chance.choice(RESOURCES)))))
    return resource


def is_refused(resource):
    resource_type = resource.get("resourceType")
    if resource_type not in READ_TYPES:
        return True
    return bool(list(structural_problems(resource_type, resource, "")) or list(_value_problems(resource, "")))


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_accepted_that_fhir_resources_refuse(seed):
    chance = random.Random(seed)
    mutants = [mutant(chance) for _ in range(MUTANTS // 4)]
    accepted = [resource for resource in mutants if ACCEPTOR.accepts(resource)]
    assert [resource for resource in accepted if is_refused(resource)] == []
    assert len(mutants) * 0.1 < len(accepted) < len(mutants) * 0.6  # or the comparison would prove little


def leaves(node):
    """Every place of a value: the node that holds it, and its name or number there."""
    for key, child in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(child, dict | list):
            yield from leaves(child)
        else:
            yield node, key


def test_no_single_value_is_accepted_that_fhir_resources_refuse():
    wrongly_accepted = []
    for resource in copy.deepcopy(RICH):
        for holder, key in leaves(resource):
            valid = holder[key]
            for junk in JUNK:
                holder[key] = junk
                if ACCEPTOR.accepts(resource) and is_refused(resource):
                    wrongly_accepted.append((resource["resourceType"], key, junk))
            holder[key] = valid
    assert wrongly_accepted == []


def test_every_kind_of_resource_is_accepted_when_it_is_plainly_valid():
    assert {resource["resourceType"] for resource in RICH} <= READ_TYPES
    assert [resource for resource in RESOURCES if not ACCEPTOR.accepts(resource)] == []


@pytest.mark.parametrize("left_to_the_judge", ["1850-01-01", "2024-02-29"])
def test_what_is_valid_but_rare_is_not_accepted_fast_and_is_valid_all_the_same(left_to_the_judge):
    resource = {"resourceType": "Patient", "birthDate": left_to_the_judge}
    assert not ACCEPTOR.accepts(resource)
    assert not is_refused(resource)
