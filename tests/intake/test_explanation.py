"""What became of each resource, told place by place."""

from datetime import UTC, datetime

import orjson
import pytest

from nuchal.intake import read_request

FEVER = {"coding": [{"system": "http://snomed.info/sct", "code": "386661006"}]}
PATIENT = {"resourceType": "Patient", "id": "p"}


@pytest.fixture
def explain(intake):
    def explaining(*entries):
        body = {"resourceType": "Bundle", "type": "collection", "entry": list(entries)}
        request = read_request(orjson.dumps(body), {"asOf": "2026-11-20T12:00:00Z"}, now=datetime(2026, 1, 1, tzinfo=UTC))
        return intake.explain(request)

    return explaining


FATES = [
    ("read", {"code": FEVER}),
    ("read", {"code": FEVER, "dataAbsentReason": {"text": "?"}}),
    ("refused", {"code": FEVER, "subject": {"reference": "Patient/q"}}),
    ("refused", {"code": FEVER, "modifierExtension": [{"url": "urn:x", "valueBoolean": True}]}),
    ("not understood", {"code": {"text": "Stiffness of the jaw"}}),
    ("not used", {"code": FEVER, "effectiveDateTime": "2027-01-01"}),
    ("ignored", {"code": FEVER, "status": "cancelled"}),
    ("passed over", {"code": {"text": "Body weight"}, "valueQuantity": {"value": 70, "unit": "kg"}}),
    ("says nothing here", {"code": {"text": "Symptom"}}),
]


@pytest.mark.parametrize(("fate", "elements"), FATES, ids=[f"{fate} {number}" for number, (fate, _) in enumerate(FATES)])
def test_each_resource_has_its_fate(explain, make, fate, elements):
    _, resource = explain({"resource": PATIENT}, {"resource": make("Observation", **elements)}).resources()
    assert resource.fate == fate
    assert (resource.expression, resource.resource_type) == ("Bundle.entry[1].resource", "Observation")


def test_places_that_are_no_resource_are_told_at_the_end(explain):
    explanation = explain({"fullUrl": "urn:uuid:1"}, {"resource": PATIENT}, {"response": {"status": "404"}})
    told = [(resource.expression, resource.resource_type, str(resource.fate)) for resource in explanation.resources()]
    assert told == [
        ("Bundle.entry[1].resource", "Patient", "says nothing here"),
        ("Bundle.entry[0]", None, "ignored"),
        ("Bundle.entry[2].response.status", None, "missing"),
    ]


def test_what_the_chart_says_once_is_told_at_each_place(explain, make):
    twice = [{"resource": make("Observation", code=FEVER, effectiveDateTime="2020-01-01")}] * 2
    explanation = explain({"resource": PATIENT}, *twice)
    assert len(explanation.chart.notes) == 1
    assert [len(resource.notes) for resource in explanation.resources()] == [0, 1, 1]


def test_resources_of_a_bundle_inside_are_told_by_their_own_places(explain, make):
    stiff = make("Observation", code={"text": "Stiffness of the jaw"})
    inner = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": stiff}]}
    _, resource = explain({"resource": PATIENT}, {"resource": inner}).resources()
    assert (resource.expression, resource.fate) == ("Bundle.entry[1].resource.entry[0].resource", "not understood")
    assert [note.expression for note in resource.notes] == ["Bundle.entry[1].resource.entry[0].resource.code"]


def test_the_chart_of_an_explanation_is_the_chart_that_is_assessed(intake, explain, make):
    entries = [{"resource": PATIENT}, {"resource": make("Observation", code=FEVER)}]
    body = orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    request = read_request(body, {"asOf": "2026-11-20T12:00:00Z"}, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert intake.read_chart(request).notes == explain(*entries).chart.notes
