"""Allergies to drugs that matter here."""

import pytest

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
IBUPROFEN = {"coding": [{"system": RXNORM, "code": "5640"}]}
NONE_KNOWN = {"coding": [{"system": SNOMED, "code": "716186003"}]}


def status(element, code):
    return {element: {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/allergyintolerance-{element[:5]}", "code": code}]}}


PRESENT = [("drug-allergy", "present")]
ALLERGIES = [
    ("a drug by its code", {"code": IBUPROFEN}, PRESENT),
    ("a class", {"code": {"coding": [{"system": "http://www.whocc.no/atc", "code": "M01A"}]}}, PRESENT),
    ("a drug in a text", {"code": {"text": "Allergy to ibuprofen"}}, PRESENT),
    ("the allergy in a text", {"code": {"text": "Allergy to painkiller"}}, PRESENT),
    ("the substance of the reaction", {"reaction": [{"substance": IBUPROFEN, "manifestation": [{"text": "Hives"}]}]}, PRESENT),
    ("another drug", {"code": {"text": "Penicillin"}}, []),
    ("an allergy to a drug does not mean that it is taken", {"code": {"text": "Warfarin"}}, []),
    ("long ago and still on the list", {"code": IBUPROFEN, "recordedDate": "1999"}, PRESENT),
    ("active", {"code": IBUPROFEN, **status("clinicalStatus", "active")}, PRESENT),
    ("over", {"code": IBUPROFEN, **status("clinicalStatus", "resolved")}, []),
    ("not confirmed", {"code": IBUPROFEN, **status("verificationStatus", "unconfirmed")}, [("drug-allergy", "present", "unconfirmed")]),
    ("refuted: other drugs of the class are not", {"code": IBUPROFEN, **status("verificationStatus", "refuted")}, []),
    ("in error", {"code": IBUPROFEN, **status("verificationStatus", "entered-in-error")}, []),
    ("in the future", {"code": IBUPROFEN, "recordedDate": "2027"}, []),
    ("none known", {"code": NONE_KNOWN}, [("drug-allergy", "absent"), ("drug-anaphylaxis", "absent")]),
    ("none known, as a text", {"code": {"text": "NKDA"}}, [("drug-allergy", "absent"), ("drug-anaphylaxis", "absent")]),
    ("none known, which is refuted", {"code": NONE_KNOWN, **status("verificationStatus", "refuted")}, []),
]


@pytest.mark.parametrize(("elements", "expected"), [case[1:] for case in ALLERGIES], ids=[case[0] for case in ALLERGIES])
def test_an_allergy_counts_when_it_is_to_a_drug_that_matters(chart, make, said, elements, expected):
    assert said(chart(make("AllergyIntolerance", **elements))) == expected


CEFALEXIN = {"text": "Cefalexin"}
REACTIONS = [
    ("severe", {"severity": "severe", "manifestation": [{"text": "Rash"}]}, [("drug-anaphylaxis", "present")]),
    ("mild", {"severity": "mild", "manifestation": [{"text": "Rash"}]}, []),
    (
        "anaphylaxis by its code",
        {"manifestation": [{"coding": [{"system": SNOMED, "code": "39579001"}]}]},
        [("drug-anaphylaxis", "present")],
    ),
    ("anaphylaxis in words", {"manifestation": [{"text": "Anaphylactic shock"}]}, [("drug-anaphylaxis", "present")]),
    ("of no said severity", {"manifestation": [{"text": "Rash"}]}, []),
]


@pytest.mark.parametrize(("reaction", "expected"), [case[1:] for case in REACTIONS], ids=[case[0] for case in REACTIONS])
def test_what_only_a_severe_reaction_means_asks_for_one(chart, make, said, reaction, expected):
    assert said(chart(make("AllergyIntolerance", code=CEFALEXIN, reaction=[reaction]))) == expected


def test_a_high_criticality_is_no_severe_reaction(chart, make, said):
    assert said(chart(make("AllergyIntolerance", code=CEFALEXIN, criticality="high"))) == []


def test_an_allergy_that_is_recorded_after_none_was_known_counts(chart, make):
    none, one = make("AllergyIntolerance", code=NONE_KNOWN, recordedDate="2026-11-19"), make("AllergyIntolerance", code=IBUPROFEN)
    read = chart(none, one)
    assert read.findings.contradictions == ()
    assert [str(state.presence) for state in (read.findings.states("strict")["drug-allergy"],)] == ["present"]
