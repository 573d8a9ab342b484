"""Input of another version than R4 is recognised, and refused where R4 cannot be assumed."""

import pytest
from fhir.resources import get_fhir_model_class as model_of_r5
from fhir.resources.R4B import get_fhir_model_class as model_of_r4
from fhir.resources.STU3 import get_fhir_model_class as model_of_stu3

from nuchal.errors import InvalidInput
from nuchal.intake import fhir_versions
from nuchal.intake.bundle import contents
from nuchal.intake.resource_types import R4_TYPES

CODE = {"coding": [{"system": "http://snomed.info/sct", "code": "25064002"}]}
SUBJECT = {"reference": "Patient/p"}
AT = "2026-11-20"


def bundle(*resources, **elements):
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]} | elements


def observation(**elements):
    return {"resourceType": "Observation", "status": "final", "code": CODE, "subject": SUBJECT} | elements


def condition(**elements):
    return {"resourceType": "Condition", "code": CODE, "subject": SUBJECT} | elements


def encounter(**elements):
    return {"resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"}, "subject": SUBJECT} | elements


def statement(**elements):
    return {"resourceType": "MedicationStatement", "status": "active", "subject": SUBJECT, "medicationCodeableConcept": CODE} | elements


OTHERS = [
    ("STU3", observation(context={"reference": "Encounter/e"}), ".context"),
    ("STU3", observation(comment="said so"), ".comment"),
    ("DSTU2", observation(comments="said so"), ".comments"),
    ("DSTU2 or STU3", condition(clinicalStatus="active", verificationStatus="confirmed"), ".clinicalStatus"),
    ("STU3", condition(clinicalStatus="active", assertedDate=AT), ".clinicalStatus"),
    ("DSTU2", condition(clinicalStatus="active", dateRecorded=AT), ".clinicalStatus"),
    ("DSTU2 or STU3", encounter(reason=[{"text": "headache"}]), ".reason[0].text"),
    ("R5", encounter(**{"class": [{"coding": [{"code": "AMB"}]}]}), ".class"),
    ("R5", encounter(reason=[{"value": [{"concept": CODE}]}]), ".reason[0].value"),
    ("R5", encounter(actualPeriod={"start": AT}), ".actualPeriod"),
    ("STU3", statement(taken="y"), ".taken"),
    ("DSTU2", {"resourceType": "MedicationStatement", "status": "active", "patient": SUBJECT, "wasNotTaken": False}, ".patient"),
    (
        "R5",
        {"resourceType": "MedicationStatement", "status": "recorded", "subject": SUBJECT, "medication": {"concept": CODE}},
        ".medication",
    ),
    (
        "STU3",
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "subject": SUBJECT,
            "medicationCodeableConcept": CODE,
            "dosageInstruction": [{"doseQuantity": {"value": 1}}],
        },
        ".dosageInstruction[0].doseQuantity",
    ),
    ("R5", {"resourceType": "Procedure", "status": "completed", "subject": SUBJECT, "occurrenceDateTime": AT}, ".occurrenceDateTime"),
    ("DSTU2 or STU3", {"resourceType": "ProcedureRequest"}, ""),
    ("DSTU2", {"resourceType": "MedicationOrder"}, ""),
    ("STU3", observation(meta={"profile": ["http://hl7.org/fhir/3.0/StructureDefinition/Observation"]}), ".meta.profile[0]"),
    ("R5", observation(meta={"profile": ["http://hl7.org/fhir/StructureDefinition/vitalsigns|5.0.0"]}), ".meta.profile[0]"),
]


@pytest.mark.parametrize(("version", "resource", "place"), OTHERS, ids=[f"{case[0]} {case[2]}" for case in OTHERS])
def test_another_version_is_named_with_the_first_place_that_shows_it(version, resource, place):
    with pytest.raises(InvalidInput) as refused:
        contents(bundle({"resourceType": "Patient", "id": "p"}, resource))
    assert refused.value.message.startswith(f"Looks like FHIR {version}, and only FHIR R4 is read: ")
    assert refused.value.expression == f"Bundle.entry[1].resource{place}"
    assert len(refused.value.problems) > 1  # what is wrong in R4 is said as well


def test_the_version_with_the_most_places_is_named():
    stu3 = condition(clinicalStatus="active", verificationStatus="confirmed")
    with pytest.raises(InvalidInput) as refused:
        contents(bundle(stu3, stu3, observation(context={"reference": "Encounter/e"})))
    assert refused.value.message == (
        "Looks like FHIR STU3, and only FHIR R4 is read: 5 places are as R4 does not have it, of which this is the first"
    )


def test_a_bundle_inside_a_bundle_is_looked_into():
    with pytest.raises(InvalidInput) as refused:
        contents(bundle(bundle(observation(comment="x"))))
    assert refused.value.expression == "Bundle.entry[0].resource.entry[0].resource.comment"


ASSUMED = [
    observation(meta={"profile": ["http://hl7.org/fhir/StructureDefinition/bp"]}),
    observation(meta={"profile": ["http://hl7.org/fhir/StructureDefinition/bp|4.0.1"]}),
    observation(meta={"profile": ["http://hl7.org/fhir/4.0/StructureDefinition/Observation"]}),
    observation(meta={"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-smokingstatus|5.0.1"]}),  # a guide's own version
    encounter(reasonCode=[CODE]),
    {"resourceType": "Immunization", "notGiven": False},  # of a type that is not read
]


@pytest.mark.parametrize("resource", ASSUMED)
def test_what_may_be_r4_is_read_as_r4(resource):
    assert len(contents(bundle(resource)).entries) == 1


def test_what_is_merely_broken_is_no_other_version():
    with pytest.raises(InvalidInput) as refused:
        contents(bundle(observation(banana=1, status="odd")))
    assert [problem.expression for problem in refused.value.problems] == ["Bundle.entry[0].resource.banana"]


def elements_of(model):
    return {info.alias or name for name, info in model.model_fields.items()}


LIBRARY = {"STU3": model_of_stu3, "R5": model_of_r5}
TABLE = [
    (version, resource_type, name)
    for version, types in fhir_versions._ELEMENTS.items()
    for resource_type, names in types.items()
    for name in names.split()
]


@pytest.mark.parametrize(("version", "resource_type", "name"), TABLE)
def test_each_telling_element_belongs_to_its_version_and_not_to_r4(version, resource_type, name):
    assert name not in elements_of(model_of_r4(resource_type))
    if version in LIBRARY:  # the library holds no DSTU2
        assert name in elements_of(LIBRARY[version](resource_type))


def test_no_telling_type_is_one_of_r4():
    assert fhir_versions._TYPES.keys().isdisjoint(R4_TYPES)
