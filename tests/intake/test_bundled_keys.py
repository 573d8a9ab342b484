"""What the bundled vocabulary lets intake read beside codes and texts: dates, relatives, allergies, stopped drugs, courses, units."""

import json
from datetime import UTC, datetime

import pytest

from nuchal.intake import Intake, read_request

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
P = {"subject": {"reference": "Patient/p"}}


def of(text=None, **coding):
    return ({"text": text} if text else {}) | ({"coding": [coding]} if coding else {})


def snomed(code):
    return of(system="http://snomed.info/sct", code=code)


def observation(code, day="2026-11-24", **value):
    return {"resourceType": "Observation", "status": "final", "effectiveDateTime": day, "code": code, **P, **value}


def condition(code, **elements):
    return {"resourceType": "Condition", "code": code, **P, **elements}


def procedure(code, day):
    return {"resourceType": "Procedure", "status": "completed", "code": code, "performedDateTime": day, **P}


def statement(product, start, end=None, **elements):
    period = {"start": start} | ({"end": end} if end else {})
    drug = {"medicationCodeableConcept": of(product), "effectivePeriod": period}
    return {"resourceType": "MedicationStatement", "status": "stopped" if end else "active", **drug, **P, **elements}


def relative(disease):
    person = {"status": "completed", "patient": P["subject"], "relationship": of("mother")}
    return {"resourceType": "FamilyMemberHistory", **person, "condition": [{"code": of(disease)}]}


def allergy(drug):
    return {"resourceType": "AllergyIntolerance", "patient": P["subject"], "code": of(drug)}


def quantity(value, unit):
    return {"valueQuantity": {"value": value, "unit": unit}}


PREGNANT = condition(snomed("77386006"), onsetDateTime="2026-03-01")
FOUND = [
    ("a due date", [observation(of("Due date"), valueDateTime="2027-04-13")], {"gestational-age-weeks": 20.0}),
    (
        "a last period",
        [PREGNANT, observation(of("LMP"), valueDateTime="2026-09-15")],
        {"gestational-age-weeks": 10.0, "pregnant": "present"},
    ),
    ("a last period without a pregnancy", [observation(of("LMP"), valueDateTime="2026-09-15")], {"gestational-age-weeks": None}),
    ("a delivery", [PREGNANT, procedure(snomed("11466000"), "2026-11-10")], {"postpartum-days": 14.0, "pregnant": "absent"}),
    ("weeks told earlier", [observation(of("Gestational age"), "2026-11-03", **quantity(30, "wk"))], {"gestational-age-weeks": 33.0}),
    ("days told earlier", [observation(of("Days since head injury"), "2026-11-20", **quantity(2, "days"))], {"head-injury-days-ago": 6.0}),
    ("a relative with migraine", [relative("Migraine")], {"family-history-migraine": "present", "headache-known-migraine": None}),
    ("a relative with an aneurysm", [relative("Aortic aneurysm")], {"family-history-aortic-disease": "present"}),
    ("a relative with uveitis", [relative("Uveitis")], {"family-history-spondyloarthritis": "present"}),
    (
        "a relative with a disc",
        [relative("Lumbar disc herniation")],
        {"family-history-back-pain": "present", "disc-herniation-imaging": None},
    ),
    ("an allergy to a painkiller", [allergy("Ibuprofen")], {"drug-allergy-relevant": "present", "on-nsaid": None}),
    ("an allergy to a class", [allergy("Non-steroidal anti-inflammatory agent")], {"drug-allergy-relevant": "present"}),
    ("an allergy to another drug", [allergy("Penicillin")], {"drug-allergy-relevant": None}),
    ("no allergy", [allergy("No known allergies")], {"drug-allergy-relevant": "absent"}),
    ("an opioid taken", [statement("Tramadol 50 mg", "2026-01-01")], {"on-opioid": "present", "opioid-stopped-recently": None}),
    ("an opioid stopped", [statement("Tramadol 50 mg", "2026-01-01", "2026-11-23")], {"opioid-stopped-recently": "present"}),
    ("an opioid after an operation", [statement("Tramadol 50 mg", "2026-11-19", "2026-11-23")], {"opioid-stopped-recently": None}),
    ("baclofen stopped", [statement("Baclofen 10 mg", "2026-01-01", "2026-11-20")], {"muscle-relaxant-stopped-recently": "present"}),
    ("methocarbamol stopped", [statement("Methocarbamol", "2026-01-01", "2026-11-20")], {"muscle-relaxant-stopped-recently": None}),
    (
        "a triptan too often since months",
        [statement("Sumatriptan 50 mg", "2026-06-24T12:00:00Z", dosage=[{"text": "12 days a month"}])],
        {"triptan-days-per-month": 12.0, "any-acute-drug-days-per-month": 12.0, "acute-drug-overuse-months": 5.0267},
    ),
    (
        "a triptan seldom",
        [statement("Sumatriptan 50 mg", "2026-06-24T12:00:00Z", dosage=[{"text": "3 days a month"}])],
        {"any-acute-drug-days-per-month": 3.0, "acute-drug-overuse-months": None},
    ),
    (
        "a headache that grows worse",
        [observation(of("Headache severity"), f"2026-11-{day}", valueInteger=score) for day, score in ((10, 3), (16, 5), (22, 7))],
        {"headache-progressive": "present"},
    ),
    (
        "a diary",
        [
            observation(
                of("Headache"), f"2026-{10 + (day > 6):02}-{day + 24 if day <= 6 else day - 6:02}T08:00:00Z", valueBoolean=day % 2 == 0
            )
            for day in range(2, 31)
        ],
        {"headache-days-per-month": 15.5172},
    ),
    ("filtration without a surface", [observation(of("eGFR"), **quantity(55, "mL/min"))], {"egfr": 55.0}),
    ("filtration with one", [observation(of("eGFR"), **quantity(55, "mL/min/1.73m2"))], {"egfr": 55.0}),
    ("creatinine by mass", [observation(of("Creatinine"), **quantity(1.0, "mg/dL"))], {"creatinine": 88.4017}),
    ("glucose by mass", [observation(of("Blood glucose"), **quantity(60, "mg/dL"))], {"blood-glucose": 3.3304}),
    ("haemoglobin by amount", [observation(of("Haemoglobin"), **quantity(8.5, "mmol/L"))], {"haemoglobin": 136.969}),
    (
        "a blood pressure in one text",
        [observation(of("Blood pressure"), valueString="190/125 mmHg")],
        {"systolic-blood-pressure": 190.0, "diastolic-blood-pressure": 125.0},
    ),
    ("chronic pain in the back", [condition(snomed("82423001"), bodySite=[snomed("77568009")])], {"back-pain-chronic": "present"}),
    ("chronic pain in the head", [condition(snomed("82423001"), bodySite=[snomed("69536005")])], {"headache-chronic": "present"}),
    ("chronic pain in the neck", [condition(snomed("82423001"), bodySite=[snomed("45048000")])], {"neck-pain": "present"}),
]


@pytest.fixture(scope="module")
def states(ruleset):
    intake = Intake(ruleset)

    def read(*resources):
        entries = [{"resource": one} for one in ({"resourceType": "Patient", "id": "p"}, *resources)]
        body = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()
        return intake.read_chart(read_request(body, {"asOf": NOW.isoformat()}, now=NOW)).findings.states("safety")

    return read


@pytest.mark.parametrize(("resources", "expected"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND])
def test_the_vocabulary_lets_it_be_read(states, resources, expected):
    found = states(*resources)
    read = {
        word: (max(found[word].values) if found[word].values else str(found[word].presence)) if word in found else None for word in expected
    }
    assert read == expected
