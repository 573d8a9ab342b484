"""Whose chart it is: one patient, in every way that references are written."""

from datetime import UTC, datetime

import orjson
import pytest

from nuchal.errors import WrongPatient
from nuchal.intake import read_request

URN = "urn:uuid:6c32f3fc-18cf-5423-b220-02b560828226"
IDENTIFIER = {"system": "urn:oid:1.2.3", "value": "MRN1"}
FEVER = {"coding": [{"system": "http://snomed.info/sct", "code": "386661006"}]}


def patient(full_url=None, **elements):
    entry = {"resource": {"resourceType": "Patient", "identifier": [IDENTIFIER]} | elements}
    return entry | ({"fullUrl": full_url} if full_url else {})


def fever(subject, **elements):
    return {"resource": {"resourceType": "Observation", "status": "final", "code": FEVER, "subject": subject} | elements}


@pytest.fixture
def read(intake):
    def reading(*entries, subject=None):
        body = {"resourceType": "Bundle", "type": "collection", "entry": list(entries)}
        query = {"asOf": "2026-11-20"} | ({"subject": subject} if subject else {})
        return intake.read_chart(read_request(orjson.dumps(body), query, now=datetime(2026, 1, 1, tzinfo=UTC)))

    return reading


def has_fever(chart):
    return bool(chart.findings.statements_on("fever"))


SERVER = "http://ehr.example.org/fhir"
CONTAINED = {"contained": [{"resourceType": "Patient", "id": "c", "identifier": [IDENTIFIER]}]}
STRANGER = {"contained": [{"resourceType": "Patient", "id": "c", "identifier": [{"value": "other"}]}]}
REFERENCES = [
    (patient(URN, id="p"), fever({"reference": URN}), True, URN),
    (patient(URN, id="p"), fever({"reference": "Patient/p"}), True, URN),
    (patient(id="p"), fever({"reference": "Patient/p"}), True, "Patient/p"),
    (patient(id="p"), fever({"reference": "Patient/p/_history/2"}), True, "Patient/p"),
    (patient(f"{SERVER}/Patient/p", id="p"), fever({"reference": "Patient/p"}), True, "Patient/p"),
    (patient(f"{SERVER}/Patient/p", id="p"), fever({"reference": f"{SERVER}/Patient/p"}), True, "Patient/p"),
    (patient(f"{SERVER}/Patient/p", id="p"), fever({"reference": "http://other.example.org/Patient/p"}), False, "Patient/p"),
    (patient(id="p"), fever({"reference": "#c"}, **CONTAINED), True, "Patient/p"),
    (patient(id="p"), fever({"reference": "#c"}, **STRANGER), False, "Patient/p"),
    (patient(id="p"), fever({"identifier": IDENTIFIER}), True, "Patient/p"),
    (patient(id="p"), fever({"identifier": {"value": "other"}}), False, "Patient/p"),
    (patient(id="p"), fever({"display": "somebody"}), True, "Patient/p"),
    (patient(id="p"), fever({"reference": "Patient/q"}), False, "Patient/p"),
    (patient(id="p"), fever({"reference": "Group/p"}), False, "Patient/p"),
]


@pytest.mark.parametrize(("who", "observation", "is_used", "reference"), REFERENCES)
def test_a_resource_is_used_when_it_is_the_patients(read, who, observation, is_used, reference):
    chart = read(who, observation)
    assert has_fever(chart) is is_used
    assert chart.subject.reference == reference
    assert chart.subject.identifier == IDENTIFIER
    refused = [note.expression for note in chart.notes if str(note.kind) == "refused"]
    assert refused == ([] if is_used else ["Bundle.entry[1].resource.subject"])


@pytest.mark.parametrize("reference", ["Patient/p", URN, f"{SERVER}/Patient/p"])
def test_without_a_patient_the_one_common_subject_is_it(read, reference):
    chart = read(fever({"reference": reference}), fever({"reference": reference}))
    assert has_fever(chart)
    assert chart.subject.reference == reference
    assert chart.subject.identifier is None


def test_a_contained_patient_is_the_common_subject_too(read):
    chart = read(fever({"reference": "#c"}, **CONTAINED))
    assert has_fever(chart)
    assert (chart.subject.reference, chart.subject.identifier) == ("#c", IDENTIFIER)


NOBODY = [
    ((), None),
    ((fever({"display": "somebody"}),), None),
    ((fever({"reference": "Device/d"}),), None),
    ((patient(id="p"), patient(id="q")), None),
    ((fever({"reference": "Patient/p"}), fever({"reference": "Patient/q"})), None),
    ((patient(id="p"),), "Patient/q"),
]


@pytest.mark.parametrize(("entries", "subject"), NOBODY)
def test_nobody_or_more_than_one_is_refused(read, entries, subject):
    with pytest.raises(WrongPatient) as refused:
        read(*entries, subject=subject)
    assert refused.value.status == 422


@pytest.mark.parametrize(("wanted", "is_used"), [("Patient/p", True), ("Patient/q", False)])
def test_the_parameter_subject_says_which_of_two(read, wanted, is_used):
    chart = read(patient(id="p"), patient(id="q"), fever({"reference": "Patient/p"}), subject=wanted)
    assert has_fever(chart) is is_used
    assert chart.subject.reference == wanted


def test_the_same_patient_sent_twice_is_one(read):
    old = patient(id="p", meta={"lastUpdated": "2025-01-01T00:00:00Z"}, gender="male")
    new = patient(id="p", meta={"lastUpdated": "2026-01-01T00:00:00Z"}, gender="female")
    for entries in ((old, new), (new, old)):
        assert [finding.presence for finding in read(*entries).findings.statements_on("sex-female")] == ["present"]


NOT_EVIDENCE = [
    ({"meta": {"source": "https://nuchal.example.org/fhir/Device/nuchal"}}, ("ignored", "")),
    ({"identifier": [{"system": "https://nuchal.example.org/fhir/evaluation", "value": "1"}]}, ("ignored", "")),
    ({"modifierExtension": [{"url": "http://example.org/negated", "valueBoolean": True}]}, ("refused", ".modifierExtension")),
    ({"focus": [{"reference": "RelatedPerson/mother"}]}, ("refused", ".focus")),
    ({"focus": [{"display": "the fetus"}]}, ("refused", ".focus")),
    ({"focus": [{"reference": "Patient/p"}, {"reference": "Patient/q"}]}, ("refused", ".focus")),
]


@pytest.mark.parametrize(("elements", "note"), NOT_EVIDENCE)
def test_what_nuchal_made_or_what_may_mean_something_else_is_no_evidence(read, elements, note):
    chart = read(patient(id="p"), fever({"reference": "Patient/p"}, effectiveDateTime="2026-11-20", **elements))
    assert not has_fever(chart)
    kind, place = note
    assert [(str(one.kind), one.expression) for one in chart.notes] == [(kind, f"Bundle.entry[1].resource{place}")]


@pytest.mark.parametrize("focus", [{"reference": "Patient/p"}, {"identifier": IDENTIFIER}])
def test_a_focus_on_the_patient_changes_nothing(read, focus):
    assert has_fever(read(patient(id="p"), fever({"reference": "Patient/p"}, focus=[focus])))


def test_every_refused_resource_is_named(read):
    chart = read(patient(id="p"), *[fever({"reference": "Patient/q"}) for _ in range(3)])
    assert [note.expression for note in chart.notes] == [f"Bundle.entry[{place}].resource.subject" for place in (1, 2, 3)]


def test_resources_of_a_nested_bundle_are_read_and_named_by_their_place(read):
    search = {"resourceType": "Bundle", "type": "searchset", "entry": [fever({"reference": "Patient/p"})]}
    chart = read(patient(id="p"), {"resource": search})
    assert [finding.expression for finding in chart.findings.statements_on("fever")] == ["Bundle.entry[1].resource.entry[0].resource"]


EVIDENCE = [
    ({"fullUrl": "urn:uuid:1", **fever({"reference": "Patient/p"}, id="f")}, "urn:uuid:1"),
    ({"fullUrl": f"{SERVER}/Observation/f", **fever({"reference": "Patient/p"}, id="f")}, "Observation/f"),
    (fever({"reference": "Patient/p"}, id="f"), "Observation/f"),
    (fever({"reference": "Patient/p"}), None),
]


@pytest.mark.parametrize(("entry", "reference"), EVIDENCE)
def test_evidence_is_named_in_the_inputs_own_form(read, entry, reference):
    chart = read(patient(id="p"), entry)
    (finding,) = chart.findings.statements_on("fever")
    assert (finding.source, finding.expression) == (reference, "Bundle.entry[1].resource")
    assert [one.reference for one in chart.entries if one.words == ("fever",)] == [reference]


def test_an_entry_without_resource_is_said(read):
    chart = read(patient(id="p"), {"fullUrl": "urn:uuid:1"})
    assert [(str(note.kind), note.expression) for note in chart.notes] == [("ignored", "Bundle.entry[1]")]


NAMED_OTHERWISE = [
    {"resourceType": "AllergyIntolerance", "code": {"text": "x"}},
    {"resourceType": "FamilyMemberHistory", "status": "completed", "relationship": {"text": "mother"}},
]


@pytest.mark.parametrize("resource", NAMED_OTHERWISE, ids=[one["resourceType"] for one in NAMED_OTHERWISE])
@pytest.mark.parametrize(("whose", "is_refused"), [("Patient/p", False), ("Patient/q", True)])
def test_types_that_call_their_subject_the_patient_belong_to_somebody_too(read, resource, whose, is_refused):
    chart = read(patient(id="p"), {"resource": resource | {"patient": {"reference": whose}}})
    refused = [note.expression for note in chart.notes if str(note.kind) == "refused"]
    assert refused == (["Bundle.entry[1].resource.patient"] if is_refused else [])
