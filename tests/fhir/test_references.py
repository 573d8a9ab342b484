"""References to the input keep its own form."""

import pytest

from nuchal.fhir.references import input_reference


@pytest.mark.parametrize(
    ("reference", "resource_type", "element"),
    [
        ("Observation/o1", "Observation", {"reference": "Observation/o1"}),
        ("https://ehr.example/fhir/Observation/o1", "Observation", {"reference": "https://ehr.example/fhir/Observation/o1"}),
        ("urn:uuid:1", "Observation", {"reference": "urn:uuid:1", "type": "Observation"}),
        ("urn:uuid:1", None, {"reference": "urn:uuid:1"}),
        ("#o1", "Observation", {"type": "Observation", "display": "known within the request only"}),
        ("", "Patient", {"type": "Patient", "display": "known within the request only"}),
        ("#o1", None, {"display": "known within the request only"}),
    ],
)
def test_a_reference_keeps_its_form_and_gets_a_type_where_the_form_does_not_tell_it(reference, resource_type, element):
    assert input_reference(reference, resource_type) == element


def test_a_subject_that_does_not_resolve_is_known_by_its_identifier(answer_to):
    for resource_type in ("ClinicalImpression", "CarePlan", "GuidanceResponse"):
        assert answer_to("hostile").one(resource_type)["subject"] == {
            "reference": "urn:uuid:11111111-1111-4111-8111-111111111111",
            "type": "Patient",
            "identifier": {"system": "urn:example", "value": "17"},
        }


def test_a_contained_patient_is_not_referred_to_by_a_fragment_that_cannot_resolve(answer_to):
    assert answer_to("contained_patient").one("ClinicalImpression")["subject"] == {
        "type": "Patient",
        "display": "known within the request only",
    }


def test_a_finding_without_a_resource_is_told_in_words(answer_to):
    finding = answer_to("contained_patient").one("ClinicalImpression")["finding"][0]
    assert {"url": "evidence", "valueReference": {"display": "Fever: present (computed)"}} in finding["extension"][-1]["extension"]


def test_an_encounter_is_named_with_its_type_when_its_reference_does_not_tell(answer_to):
    assert answer_to("emergency").one("CarePlan")["encounter"] == {"reference": "Encounter/e1"}
    assert answer_to("hostile").one("CarePlan")["encounter"]["type"] == "Encounter"
    assert "encounter" not in answer_to("two_pains_and_nothing_else").one("CarePlan")
