"""Drugs of the bundled vocabulary: strength, form and duration decide what a product means."""

import json
from datetime import UTC, datetime

import pytest

from nuchal.findings import Presence, View

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def presence_of(evaluator):
    def presence(word, product, start="2026-01-01"):
        statement = {
            "resourceType": "MedicationStatement",
            "status": "active",
            "subject": {"reference": "Patient/p"},
            "medicationCodeableConcept": {"text": product},
            "effectivePeriod": {"start": start},
        }
        entries = [{"resource": {"resourceType": "Patient", "id": "p"}}, {"resource": statement}]
        body = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()
        state = evaluator.evaluate(body, {}, now=NOW).chart.findings.states(View.SAFETY).get(word)
        return None if state is None else state.presence

    return presence


@pytest.mark.parametrize(
    ("word", "product", "start", "presence"),
    [
        ("on-antiplatelet", "Aspirin 75 mg tablet", "2026-01-01", Presence.PRESENT),
        ("on-antiplatelet", "Acetylsalicylic acid 150 mg tablet", "2026-01-01", Presence.PRESENT),
        ("on-antiplatelet", "Aspirin 300 mg tablet", "2026-01-01", None),
        ("on-antiplatelet", "Clopidogrel 75 mg tablet", "2026-01-01", Presence.PRESENT),
        ("on-systemic-steroid-long-term", "Prednisolone 5 mg tablet", "2026-10-01", Presence.PRESENT),
        ("on-systemic-steroid-long-term", "Hydrocortisone 1 % cream", "2026-10-01", None),
        ("on-systemic-steroid-long-term", "Triamcinolone nasal spray", "2026-10-01", None),
    ],
)
def test_a_product_means_what_its_strength_and_form_say(presence_of, word, product, start, presence):
    assert presence_of(word, product, start) is presence


def test_a_short_course_of_steroids_is_no_long_term_treatment(presence_of):
    assert presence_of("on-systemic-steroid-long-term", "Prednisolone 5 mg tablet", "2026-11-20") is not Presence.PRESENT


DAILY = {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
A_MONTH = [
    ("Aspirin 100 mg tablet", None),
    ("Aspirin 81 mg", None),
    ("Acetylsalicylic acid 75 mg", None),
    ("Aspirin 500 mg tablet", 30.0),
    ("Ibuprofen 400 mg tablet", 30.0),
    ("Diclofenac 1 % gel", None),
    ("Sumatriptan 50 mg tablet", 30.0),
    ("Erenumab 70 mg injection", None),
    ("Gabapentin 300 mg capsule", None),
    ("Glucosamine 1500 mg", None),
]
CLASSES = [
    ("N02CD01", None),
    ("N02BF01", None),
    ("M01AX05", None),
    ("N02CA04", None),
    ("B01AC06", None),
    ("M01AE01", 30.0),
    ("N02CC01", 30.0),
]


@pytest.fixture
def days_a_month(evaluator):
    def days(concept, word="any-acute-drug-days-per-month"):
        statement = {
            "resourceType": "MedicationStatement",
            "status": "active",
            "subject": {"reference": "Patient/p"},
            "medicationCodeableConcept": concept,
            "dosage": [DAILY],
        }
        entries = [{"resource": {"resourceType": "Patient", "id": "p"}}, {"resource": statement}]
        body = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()
        state = evaluator.evaluate(body, {}, now=NOW).chart.findings.states(View.SAFETY).get(word)
        return None if state is None else max(state.values)

    return days


@pytest.mark.parametrize(("product", "days"), A_MONTH)
def test_only_a_drug_against_pain_in_its_full_dose_gives_acute_drug_days(days_a_month, product, days):
    assert days_a_month({"text": product}) == days


@pytest.mark.parametrize(("code", "days"), CLASSES)
def test_only_a_class_of_acute_drugs_gives_acute_drug_days(days_a_month, code, days):
    assert days_a_month({"coding": [{"system": "http://www.whocc.no/atc", "code": code}]}) == days


COMBINED = [
    ("Acetaminophen/aspirin/caffeine", 30.0),
    ("Acetaminophen 250 MG / Aspirin 250 MG / Caffeine 65 MG Oral Tablet", 30.0),
    ("acetaminophen-codeine", 30.0),
    ("Paracetamol + Codein", 30.0),
    ("Excedrin Migraine", 30.0),
    ("Paracetamol (acetaminophen) 500 mg", None),  # two names of one drug
    ("Acetaminophen 500 mg", None),
    ("Ibuprofen or paracetamol", None),  # two products
    ("Ibuprofen 400 mg; paracetamol 500 mg", None),
]


@pytest.mark.parametrize(("product", "days"), COMBINED)
def test_a_product_of_two_drugs_against_pain_is_a_combination(days_a_month, product, days):
    assert days_a_month({"text": product}, "combination-analgesic-days-per-month") == days


def test_a_combination_counts_beside_the_code_of_one_of_its_drugs(days_a_month):
    product = {
        "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "161"}],
        "text": "acetaminophen/aspirin/caffeine",
    }
    assert days_a_month(product, "combination-analgesic-days-per-month") == 30.0
