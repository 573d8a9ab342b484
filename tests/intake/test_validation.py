"""What breaks FHIR R4 is refused with every place named, and no value."""

import pytest

from nuchal.errors import InvalidInput
from nuchal.intake.bundle import contents

SECRET = "Wilhelmina"
OBSERVATION = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
CONDITION = {"resourceType": "Condition", "subject": {"reference": "Patient/p"}}


def problems(*resources, **bundle):
    body = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]} | bundle
    with pytest.raises(InvalidInput) as refused:
        contents(body)
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
    ({**OBSERVATION, "valueString": "a", "valueBoolean": True}, ".value"),
    ({**OBSERVATION, "component": [{"code": {"text": "x"}, "valueString": "a", "valueInteger": 1}]}, ".component[0].value"),
    ({**OBSERVATION, "effectiveDateTime": "2026", "effectivePeriod": {"start": "2026"}}, ".effective"),
    ({**OBSERVATION, "subject": []}, ".subject"),
    ({**OBSERVATION, "valueQuantity": [{"value": 1}]}, ".valueQuantity"),
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


def test_a_choice_that_is_made_twice_is_called_so():
    with pytest.raises(InvalidInput) as refused:
        contents(
            {
                "resourceType": "Bundle",
                "type": "collection",
                "entry": [{"resource": {**OBSERVATION, "valueString": SECRET, "valueBoolean": True}}],
            }
        )
    assert [problem.message for problem in refused.value.problems] == ["More than one value[x]"]


def test_every_place_is_named_at_once():
    assert problems({**OBSERVATION, "status": "banana"}, CONDITION, {"resourceType": "Patient", "gender": "f"}) == [
        "Bundle.entry[0].resource.status",
        "Bundle.entry[2].resource.gender",
    ]


def test_no_message_holds_a_value():
    body = {"resourceType": "Bundle", "type": "collection"}
    body["entry"] = [{"resource": {**OBSERVATION, "status": SECRET, "effectiveDateTime": SECRET, "valueBoolean": SECRET}}]
    with pytest.raises(InvalidInput) as refused:
        contents(body)
    assert SECRET not in str(refused.value)
    assert all(SECRET not in problem.message for problem in refused.value.problems)


def test_a_type_that_is_not_read_needs_no_valid_structure():
    body = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Claim", "meta": "x", "id": 5}}]}
    assert [entry.resource_type for entry in contents(body).entries] == ["Claim"]


@pytest.mark.parametrize("depth", [30, 400])
def test_deeply_nested_extensions_never_break_the_reader(depth):
    nested = {"url": "u", "valueString": "x"}
    for _ in range(depth):
        nested = {"url": "u", "extension": [nested]}
    body = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {**OBSERVATION, "extension": [nested]}}]}
    try:
        assert len(contents(body).entries) == 1
    except InvalidInput as refused:
        assert refused.problems[0].expression == "Bundle.entry[0].resource"  # noqa: PT017  either outcome is one
