"""What becomes of input that is wrong, foreign, doubtful or incomplete: one table, as DEVELOPERS.md tells it."""

from datetime import UTC, datetime

import orjson
import pytest

from nuchal.errors import InvalidInput, WrongPatient
from nuchal.intake import read_request

CODE = {"coding": [{"system": "http://snomed.info/sct", "code": "386661006"}]}  # fever
TEMPERATURE = {"coding": [{"system": "http://loinc.org", "code": "8310-5"}]}
DRUG = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "11289"}]}  # warfarin
UNKNOWN_EXTENSION = [{"url": "http://example.org/negated", "valueBoolean": True}]
PATIENT = {"resource": {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980-06-01"}}
AT = "2026-11-20T10:00:00Z"


def fever(**elements):
    whole = {"resourceType": "Observation", "status": "final", "code": CODE, "subject": {"reference": "Patient/p"}, "effectiveDateTime": AT}
    return {"resource": whole | elements}


def temperature(**quantity):
    return fever(
        code=TEMPERATURE, valueQuantity={"value": 39, "unit": "Cel", "system": "http://unitsofmeasure.org", "code": "Cel"} | quantity
    )


def drug(**elements):
    whole = {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "authoredOn": "2026-11-01"}
    return {"resource": whole | {"subject": {"reference": "Patient/p"}} | elements}


def medication(**elements):
    return {"fullUrl": "urn:uuid:m", "resource": {"resourceType": "Medication", "code": DRUG} | elements}


BY_REFERENCE = {"medicationReference": {"reference": "urn:uuid:m"}}
CONTAINED = {"resourceType": "Medication", "id": "m", "code": DRUG}
CIRCULAR = {"resourceType": "Medication", "id": "m", "ingredient": [{"itemReference": {"reference": "#m"}}]}

R1 = "Bundle.entry[1].resource"
R2 = "Bundle.entry[2].resource"

# what it is; the entries behind the Patient; the statements; the remarks: (kind, place)
OUTCOMES = [
    ("nothing wrong", [fever()], [("fever", "present")], []),
    (
        "a contradiction",
        [fever(), fever(valueBoolean=False)],
        [("fever", "absent"), ("fever", "present")],
        [("contradictory", R1)],
    ),
    (
        "two numbers of one moment",
        [temperature(), temperature(value=37)],
        [("body-temperature", "present", 37.0), ("body-temperature", "present", 39.0)],
        [("contradictory", R1)],
    ),
    ("another patient's resource", [fever(subject={"reference": "Patient/q"})], [], [("refused", f"{R1}.subject")]),
    ("a patient who is nowhere in the Bundle", [fever(subject={"reference": "urn:uuid:nobody"})], [], [("refused", f"{R1}.subject")]),
    ("another body than the patient's", [fever(focus=[{"reference": "RelatedPerson/r"}])], [], [("refused", f"{R1}.focus")]),
    ("no subject", [fever(subject=None)], [("fever", "present")], [("assumed", f"{R1}.subject")]),
    ("an implausible value", [temperature(value=101)], [("body-temperature", "unknown")], [("unusable", f"{R1}.value")]),
    (
        "an unknown unit",
        [temperature(code="furlong", unit="furlong")],
        [("body-temperature", "unknown")],
        [("unusable", f"{R1}.value")],
    ),
    ("no unit", [fever(code=TEMPERATURE, valueQuantity={"value": 39})], [("body-temperature", "unknown")], [("unusable", f"{R1}.value")]),
    ("a limit for a number", [temperature(comparator=">")], [("body-temperature", "unknown")], [("unusable", f"{R1}.value")]),
    ("a date in the future", [fever(effectiveDateTime="2027-01-01")], [], [("unusable", R1)]),
    ("a date too long ago", [fever(effectiveDateTime="2020-01-01")], [("fever", "unknown")], [("outdated", R1)]),
    ("no date", [fever(effectiveDateTime=None)], [("fever", "present")], [("assumed", R1)]),
    ("entered in error", [fever(status="entered-in-error")], [], [("ignored", f"{R1}.status")]),
    ("what Nuchal made", [fever(meta={"source": "https://nuchal.example.org/fhir/Device/nuchal"})], [], [("ignored", R1)]),
    ("a modifierExtension", [fever(modifierExtension=UNKNOWN_EXTENSION)], [], [("refused", f"{R1}.modifierExtension")]),
    (
        "a modifierExtension further in",
        [fever(code={"text": "panel"}, component=[{"code": CODE, "modifierExtension": UNKNOWN_EXTENSION}])],
        [],
        [("refused", f"{R1}.component[0].modifierExtension")],
    ),
    (
        "a modifierExtension in what is contained",
        [drug(medicationReference={"reference": "#m"}, contained=[CONTAINED | {"modifierExtension": UNKNOWN_EXTENSION}])],
        [],
        [("refused", f"{R1}.contained[0].modifierExtension")],
    ),
    (
        "a modifierExtension of what is referred to",
        [medication(modifierExtension=UNKNOWN_EXTENSION), drug(**BY_REFERENCE)],
        [],
        [("refused", f"{R1}.modifierExtension"), ("unusable", f"{R2}.medication")],
    ),
    (
        "a modifierExtension of the entry",
        [fever() | {"modifierExtension": UNKNOWN_EXTENSION}],
        [],
        [("refused", "Bundle.entry[1].modifierExtension")],
    ),
    ("an empty modifierExtension by its name in a text", [fever(note=[{"text": '"modifierExtension"'}])], [("fever", "present")], []),
    ("implicitRules", [fever(implicitRules="http://example.org/rules")], [], [("refused", f"{R1}.implicitRules")]),
    ("an entry without resource", [{"fullUrl": "urn:uuid:1"}], [], [("ignored", "Bundle.entry[1]")]),
    ("an entry that is deleted", [fever() | {"request": {"method": "DELETE", "url": "Observation/1"}}], [], []),
    ("an entry answered with an error", [{"response": {"status": "403"}}], [], [("missing", "Bundle.entry[1].response.status")]),
    ("a reference to what is in the Bundle", [medication(), drug(**BY_REFERENCE)], [("on-anticoagulant", "present")], []),
    ("a reference to what is not", [drug(**BY_REFERENCE)], [], [("unusable", f"{R1}.medication")]),
    (
        "a contained resource",
        [drug(medicationReference={"reference": "#m"}, contained=[CONTAINED])],
        [("on-anticoagulant", "present")],
        [],
    ),
    (
        "a reference to what is contained elsewhere",
        [drug(medicationReference={"reference": "#m"})],
        [],
        [("unusable", f"{R1}.medication")],
    ),
    ("a contained resource that refers to itself", [drug(medicationReference={"reference": "#m"}, contained=[CIRCULAR])], [], []),
    (
        "Observations that refer to each other",
        [
            fever(id="a", hasMember=[{"reference": "Observation/b"}]),
            fever(id="b", hasMember=[{"reference": "Observation/a"}], code={"text": "panel"}),
        ],
        [("fever", "present")],
        [],
    ),
    ("an Observation that refers to itself", [fever(id="a", derivedFrom=[{"reference": "Observation/a"}])], [("fever", "present")], []),
    (
        "the Patient in another version",
        [{"resource": PATIENT["resource"] | {"meta": {"lastUpdated": "2020-01-01T00:00:00Z"}}}],
        [],
        [("ignored", "Bundle.entry[0].resource")],
    ),
    (
        "a resource in an older version behind it",
        [
            fever(id="a", valueBoolean=False, meta={"lastUpdated": "2026-11-20T09:00:00Z"}),
            fever(id="a", meta={"lastUpdated": "2026-11-19T09:00:00Z"}),
        ],
        [("fever", "absent")],
        [("ignored", R2)],
    ),
    (
        "a resource in an older version before it",
        [
            fever(id="a", meta={"lastUpdated": "2026-11-19T09:00:00Z"}),
            fever(id="a", valueBoolean=False, meta={"lastUpdated": "2026-11-20T09:00:00Z"}),
        ],
        [("fever", "absent")],
        [("ignored", R1)],
    ),
    ("a resource of a type that is not read", [{"resource": {"resourceType": "Claim"}}], [], []),
    (
        "a Bundle in the Bundle",
        [{"resource": {"resourceType": "Bundle", "type": "searchset", "entry": [fever()]}}],
        [("fever", "present")],
        [],
    ),
]


@pytest.fixture
def read(intake):
    def reading(*entries, **elements):
        given = [{**entry, "resource": _without_none(entry["resource"])} if "resource" in entry else entry for entry in entries]
        body = {"resourceType": "Bundle", "type": "collection", "entry": given} | elements
        return intake.read_chart(read_request(orjson.dumps(body), {"asOf": "2026-11-20T12:00:00Z"}, now=datetime(2026, 1, 1, tzinfo=UTC)))

    return reading


def _without_none(resource):
    return {name: value for name, value in resource.items() if value is not None}


@pytest.mark.parametrize(("entries", "statements", "remarks"), [case[1:] for case in OUTCOMES], ids=[case[0] for case in OUTCOMES])
def test_each_has_its_outcome_and_what_is_not_used_is_said_with_its_place(read, said, entries, statements, remarks):
    chart = read(PATIENT, *entries)
    assert said(chart) == statements
    assert [(str(note.kind), note.expression) for note in chart.notes] == remarks


def test_a_patient_whose_meaning_may_be_changed_has_neither_age_nor_sex_and_stays_the_patient(read):
    chart = read({"resource": PATIENT["resource"] | {"modifierExtension": UNKNOWN_EXTENSION}}, fever())
    assert {finding.word for finding in chart.findings.statements} == {"fever"}
    assert chart.subject.reference == "Patient/p"
    assert [(str(note.kind), note.expression) for note in chart.notes] == [("refused", "Bundle.entry[0].resource.modifierExtension")]


REFUSALS = [
    ("no patient at all", [], {}, WrongPatient, "Bundle.entry"),
    ("no Patient, and two subjects", [fever(), fever(subject={"reference": "Patient/q"})], {}, WrongPatient, "Bundle.entry"),
    ("two Patients", [PATIENT, {"resource": {"resourceType": "Patient", "id": "q"}}, fever()], {}, WrongPatient, "Bundle.entry"),
    ("implicitRules of the Bundle", [PATIENT], {"implicitRules": "http://example.org/r"}, InvalidInput, "Bundle.implicitRules"),
    ("a resource that is none", [{"resource": {"resourceType": "Banana"}}], {}, InvalidInput, "Bundle.entry[0].resource"),
    ("a resource that breaks FHIR R4", [PATIENT, fever(status="odd")], {}, InvalidInput, "Bundle.entry[1].resource.status"),
]


@pytest.mark.parametrize(("entries", "elements", "error", "place"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS])
def test_what_leaves_no_patient_to_assess_is_refused_with_its_place(read, entries, elements, error, place):
    with pytest.raises(error) as refused:
        read(*entries, **elements)
    assert refused.value.expression == place
    assert refused.value.status == 422
