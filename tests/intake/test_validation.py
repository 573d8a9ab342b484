"""What breaks FHIR R4 is refused with every place named, and no value."""

import pytest

from nuchal.errors import InvalidInput
from nuchal.intake.validation import valid_entries

SECRET = "Wilhelmina"
OBSERVATION = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
CONDITION = {"resourceType": "Condition", "subject": {"reference": "Patient/p"}}


def problems(*resources, **bundle):
    body = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]} | bundle
    with pytest.raises(InvalidInput) as refused:
        valid_entries(body)
    return [problem.expression for problem in refused.value.problems]


BROKEN = [
    ({**OBSERVATION, "status": "banana"}, ".status"),
    ({**OBSERVATION, "status": 5}, ".status"),
    ({"resourceType": "Observation", "code": {"text": "x"}}, ".status"),
    ({"resourceType": "Observation", "status": "final"}, ".code"),
    ({**OBSERVATION, SECRET: 1}, f".{SECRET}"),
    ({**OBSERVATION, "a b": 1}, ""),
    ({**OBSERVATION, "code": None}, ".code"),
    ({**OBSERVATION, "component": [{"code": None}]}, ".component[0].code"),
    ({**OBSERVATION, "component": [{"code": {"coding": [{"code": 5}]}}]}, ".component[0].code.coding[0].code"),
    ({**OBSERVATION, "valueString": "a", "valueBoolean": True}, ""),
    ({**OBSERVATION, "effectiveDateTime": "2026-02-30"}, ".effectiveDateTime"),
    ({**OBSERVATION, "effectiveDateTime": 20260501}, ".effectiveDateTime"),
    ({**OBSERVATION, "effectivePeriod": {"start": 20260501}}, ".effectivePeriod.start"),
    ({**OBSERVATION, "subject": {"reference": 5}}, ".subject.reference"),
    ({**OBSERVATION, "contained": [{"resourceType": "Banana"}]}, ""),
    ({**OBSERVATION, "contained": [{"resourceType": ["Patient"]}]}, ""),
    ({"resourceType": "Condition"}, ".subject"),
    ({**CONDITION, "clinicalStatus": {"coding": [{"code": "banana"}]}}, ".clinicalStatus"),
    ({**CONDITION, "verificationStatus": {"text": SECRET}}, ".verificationStatus"),
    ({"resourceType": "Patient", "birthDate": "1980-13"}, ".birthDate"),
    ({"resourceType": "Patient", "gender": "f"}, ".gender"),
    ({"resourceType": "Encounter", "status": "banana", "class": {"code": "AMB"}}, ".status"),
]


@pytest.mark.parametrize(("resource", "place"), BROKEN)
def test_a_broken_resource_of_a_type_that_is_read_is_refused_at_its_place(resource, place):
    assert problems(OBSERVATION, resource) == [f"Bundle.entry[1].resource{place}"]


def test_every_place_is_named_at_once():
    assert problems({**OBSERVATION, "status": "banana"}, CONDITION, {"resourceType": "Patient", "gender": "f"}) == [
        "Bundle.entry[0].resource.status",
        "Bundle.entry[2].resource.gender",
    ]


ENVELOPES = [
    ({"type": "pile"}, ["Bundle.type"]),
    ({"type": None}, ["Bundle.type"]),
    ({"banana": 1}, ["Bundle.banana"]),
    ({"entry": {}}, ["Bundle.entry"]),
    ({"entry": ["x"]}, ["Bundle.entry[0]"]),
    ({"entry": [{"resource": "x"}]}, ["Bundle.entry[0].resource"]),
    ({"entry": [{"resource": {}}]}, ["Bundle.entry[0].resource"]),
    ({"entry": [{"fullUrl": 5, "resource": OBSERVATION}]}, ["Bundle.entry[0].fullUrl"]),
    ({"entry": [{"request": "DELETE"}]}, ["Bundle.entry[0].request"]),
]


@pytest.mark.parametrize(("bundle", "places"), ENVELOPES)
def test_a_broken_bundle_is_refused(bundle, places):
    assert problems(**bundle) == places


def test_no_message_holds_a_value():
    body = {"resourceType": "Bundle", "type": "collection"}
    body["entry"] = [{"resource": {**OBSERVATION, "status": SECRET, "effectiveDateTime": SECRET, "valueBoolean": SECRET}}]
    with pytest.raises(InvalidInput) as refused:
        valid_entries(body)
    assert SECRET not in str(refused.value)
    assert all(SECRET not in problem.message for problem in refused.value.problems)


def test_a_type_that_is_not_read_needs_no_valid_structure():
    body = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Banana", "meta": "x", "id": 5}}]}
    assert [entry.resource_type for entry in valid_entries(body)] == ["Banana"]


def test_entries_that_are_deleted_are_skipped():
    gone = {"request": {"method": "DELETE", "url": "Observation/1"}, "resource": {"resourceType": "Observation"}}
    assert valid_entries({"resourceType": "Bundle", "type": "transaction", "entry": [gone]}) == ()


@pytest.mark.parametrize("depth", [30, 400])
def test_deeply_nested_extensions_never_break_the_reader(depth):
    nested = {"url": "u", "valueString": "x"}
    for _ in range(depth):
        nested = {"url": "u", "extension": [nested]}
    body = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {**OBSERVATION, "extension": [nested]}}]}
    try:
        assert len(valid_entries(body)) == 1
    except InvalidInput as refused:
        assert refused.problems[0].expression == "Bundle.entry[0].resource"  # noqa: PT017  either outcome is one
