"""Where it is turns what says little into a finding."""

import pytest

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"


def coded(code, system=SNOMED):
    return {"coding": [{"system": system, "code": code}]}


PAIN, HEAD, NECK, HEADACHE = coded("22253000"), coded("69536005"), coded("45048000"), coded("25064002")
SCORE = {"valueQuantity": {"value": 8, "code": "{score}"}}
OBSERVATIONS = [
    ("pain in the head, both coded", {"code": PAIN, "bodySite": HEAD}, [("headache", "present")]),
    ("pain in the neck", {"code": PAIN, "bodySite": NECK}, [("neck-pain", "present")]),
    ("both as texts", {"code": {"text": "Pain"}, "bodySite": {"text": "Lower back"}}, [("back-pain-lower", "present")]),
    ("no pain in the head", {"code": PAIN, "bodySite": HEAD, "valueBoolean": False}, [("headache", "absent")]),
    ("a text that denies it", {"code": {"text": "No pain"}, "bodySite": HEAD}, [("headache", "absent")]),
    ("stiffness of the neck", {"code": {"text": "Stiffness"}, "bodySite": NECK}, [("neck-stiffness", "present")]),
    ("pain somewhere else", {"code": PAIN, "bodySite": coded("1")}, [("thunderclap-headache", "unknown")]),
    (
        "a symptom with its site as values",
        {"code": coded("75325-1", LOINC), "valueCodeableConcept": PAIN, "bodySite": HEAD},
        [("headache", "present")],
    ),
    (
        "the site as a component",
        {"code": PAIN, "component": [{"code": coded("363698007"), "valueCodeableConcept": NECK}]},
        [("neck-pain", "present")],
    ),
    (
        "the side makes it more precise",
        {"code": HEADACHE, "component": [{"code": {"text": "Side"}, "valueCodeableConcept": coded("7771000")}]},
        [("headache", "present"), ("headache-unilateral", "present")],
    ),
    (
        "and says nothing when it is absent",
        {"code": HEADACHE, "valueBoolean": False, "component": [{"code": {"text": "Side"}, "valueString": "Left side"}]},
        [("headache", "absent")],
    ),
    ("a score with a site", {"code": coded("72514-3", LOINC), "bodySite": HEAD, **SCORE}, [("headache-score", "present", 8.0)]),
    ("a score with a site that has no word", {"code": coded("72514-3", LOINC), "bodySite": NECK, **SCORE}, []),
]


@pytest.fixture(scope="session")
def said_of(chart, make, said):
    return lambda kind, **elements: said(chart(make(kind, **elements)))


@pytest.mark.parametrize(("elements", "expected"), [case[1:] for case in OBSERVATIONS], ids=[case[0] for case in OBSERVATIONS])
def test_a_site_completes_an_observation(said_of, elements, expected):
    assert said_of("Observation", **elements) == expected


def test_a_site_completes_a_condition_and_each_of_several_does(said_of):
    assert said_of("Condition", code=PAIN, bodySite=[HEAD, NECK]) == [("headache", "present"), ("neck-pain", "present")]


@pytest.mark.parametrize(("site", "recognition"), [(HEAD, "code"), ({"text": "head"}, "text")])
def test_it_is_by_code_when_both_are(chart, make, site, recognition):
    (finding,) = chart(make("Observation", code=PAIN, bodySite=site)).findings.statements_on("headache")
    assert finding.recognition == recognition
