"""Drugs: by class, ingredient and dose; taken, stopped, ordered."""

import pytest

ATC = "http://www.whocc.no/atc"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def atc(code, text=None):
    return {"coding": [{"system": ATC, "code": code}]} | ({"text": text} if text else {})


PRODUCTS = [
    (atc("M01AE02"), {"on-nsaid"}, "by class"),
    ({"coding": [{"system": RXNORM, "code": "11289"}]}, {"on-anticoagulant"}, "by RxNorm"),
    (
        {"coding": [{"system": RXNORM, "code": "855332", "display": "Warfarin Sodium 5 MG Oral Tablet"}]},
        {"on-anticoagulant"},
        "by the name in a product",
    ),
    ({"text": "Ibuprofen 400 mg / caffeine 65 mg tablet"}, {"on-nsaid"}, "an ingredient among others"),
    ({"text": "Aspirin 500 mg tablet"}, {"on-nsaid"}, "aspirin in full dose"),
    ({"text": "Aspirin"}, {"on-nsaid"}, "aspirin without a strength"),
    ({"text": "Aspirin 75 mg tablet"}, {"on-antiplatelet"}, "low-dose aspirin is no NSAID"),
    ({"text": "Aspirin 100 mg", "coding": [{"display": "Aspirin"}]}, {"on-antiplatelet"}, "the strength stands in one of its names"),
    ({"text": "Aspirin / caffeine", "coding": [{"display": "Tablet 65 mg"}]}, {"on-nsaid"}, "a strength of no one ingredient"),
    ({"text": "acetylsalicylic (aspirin) 0.1 g"}, {"on-antiplatelet"}, "in grams"),
    ({"text": "Aspirin 250 mg / ibuprofen 100 mg"}, {"on-nsaid"}, "the strength is that of the ingredient"),
    (atc("B01AC06"), {"on-antiplatelet"}, "its class says so"),
    ({"text": "Ibuprofen 5 % gel"}, set(), "a gel is not systemic"),
    ({"text": "Anticoagulant"}, {"on-anticoagulant"}, "the class in words"),
    ({"text": "Prenatal multivitamin"}, set(), "none of ours"),
    ({"text": "Ibuprofenoid"}, set(), "only whole words"),
]


@pytest.mark.parametrize(("product", "expected"), [case[:2] for case in PRODUCTS], ids=[case[2] for case in PRODUCTS])
def test_a_product_means_its_drug_words(chart, make, said, product, expected):
    read = chart(make("MedicationRequest", medicationCodeableConcept=product))
    assert {statement[:2] for statement in said(read)} == {(word, "present") for word in expected}


DOSES = [
    ("as a quantity", {"doseAndRate": [{"doseQuantity": {"value": 100, "unit": "mg"}}]}, "on-antiplatelet"),
    (
        "as a range",
        {"doseAndRate": [{"doseRange": {"low": {"value": 75, "unit": "mg"}, "high": {"value": 0.1, "code": "g"}}}]},
        "on-antiplatelet",
    ),
    ("in words", {"text": "100 mg once daily"}, "on-antiplatelet"),
    ("a full one", {"doseAndRate": [{"doseQuantity": {"value": 500, "unit": "mg"}}]}, "on-nsaid"),
    ("in tablets", {"text": "1 tablet daily", "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}, "on-nsaid"),
]


@pytest.mark.parametrize(("dosage", "word"), [case[1:] for case in DOSES], ids=[case[0] for case in DOSES])
def test_the_dose_counts_where_the_name_has_no_strength(chart, make, said, dosage, word):
    read = chart(make("MedicationRequest", medicationCodeableConcept={"text": "Aspirin"}, dosageInstruction=[dosage]))
    assert said(read) == [(word, "present")]


def test_the_strength_of_the_name_counts_before_the_dose(chart, make, said):
    dosage = {"doseAndRate": [{"doseQuantity": {"value": 600, "unit": "mg"}}]}
    read = chart(make("MedicationRequest", medicationCodeableConcept={"text": "Aspirin 75 mg"}, dosageInstruction=[dosage]))
    assert said(read) == [("on-antiplatelet", "present")]


NSAID = atc("M01AE02")
TAKEN = [
    ("MedicationRequest", {}, "present"),
    ("MedicationRequest", {"authoredOn": "2015-01-01"}, "present"),
    ("MedicationRequest", {"status": "completed"}, "unknown"),
    ("MedicationStatement", {"status": "completed"}, "unknown"),
    ("MedicationRequest", {"status": "stopped"}, "unknown"),
    ("MedicationRequest", {"intent": "proposal"}, "unknown"),
    ("MedicationRequest", {"doNotPerform": True}, "unknown"),
    ("MedicationRequest", {"dispenseRequest": {"validityPeriod": {"end": "2026-01-01"}}}, "unknown"),
    ("MedicationRequest", {"status": "entered-in-error"}, None),
    ("MedicationRequest", {"authoredOn": "2027-01-01"}, None),
    ("MedicationStatement", {}, "present"),
    ("MedicationStatement", {"effectivePeriod": {"start": "2020"}}, "present"),
    ("MedicationStatement", {"status": "completed", "effectivePeriod": {"end": "2026-11-10"}}, "present"),
    ("MedicationStatement", {"status": "completed", "effectivePeriod": {"end": "2026-01-10"}}, "unknown"),
    ("MedicationStatement", {"status": "stopped"}, "unknown"),
    ("MedicationStatement", {"status": "intended"}, "unknown"),
    ("MedicationStatement", {"status": "not-taken"}, None),
    ("MedicationAdministration", {}, "present"),
    ("MedicationAdministration", {"effectiveDateTime": "2026-09-01"}, "unknown"),
]


@pytest.mark.parametrize(("resource_type", "elements", "presence"), TAKEN)
def test_a_drug_is_an_exposure_while_it_is_taken(chart, make, said, resource_type, elements, presence):
    read = chart(make(resource_type, medicationCodeableConcept=NSAID, **elements))
    assert said(read) == ([("on-nsaid", presence)] if presence else [])


def test_that_one_drug_is_not_taken_denies_its_class_only_when_the_class_was_asked_for(chart, make, said):
    read = chart(make("MedicationStatement", status="not-taken", medicationCodeableConcept={"text": "Anticoagulant"}))
    assert said(read) == [("on-anticoagulant", "absent")]


@pytest.mark.parametrize(("start", "expected"), [("2026-11-01", []), ("2026-10-01", [("on-steroid-long", "present")])])
def test_a_drug_that_counts_only_when_taken_long_does(chart, make, said, start, expected):
    product = {"text": "Prednisolone 20 mg"}
    read = chart(make("MedicationStatement", medicationCodeableConcept=product, effectivePeriod={"start": start}))
    assert said(read) == expected


REFERRED = [
    ({"contained": [{"resourceType": "Medication", "id": "m", "code": NSAID}]}, "#m", [("on-nsaid", "present")]),
    ({}, "Medication/m", [("on-nsaid", "present")]),
    ({}, "Medication/elsewhere", []),
]


@pytest.mark.parametrize(("elements", "reference", "expected"), REFERRED)
def test_a_medication_may_stand_in_a_resource_of_its_own(chart, make, said, elements, reference, expected):
    request = make("MedicationRequest", medicationReference={"reference": reference}, **elements)
    read = chart(request, {"resourceType": "Medication", "id": "m", "code": NSAID})
    assert said(read) == expected
    assert ("unusable" in {str(note.kind) for note in read.notes}) is (not expected)


def test_the_reason_of_a_drug_is_a_finding_of_the_day_it_began(chart, make, said):
    reason = [{"text": "Headache"}]
    recent = make("MedicationRequest", medicationCodeableConcept=NSAID, reasonCode=reason, authoredOn="2026-11-18")
    old = make("MedicationRequest", medicationCodeableConcept=NSAID, reasonCode=reason, authoredOn="2015-11-18")
    assert said(chart(recent), "headache") == [("headache", "present")]
    assert said(chart(old), "headache") == [("headache", "unknown")]
