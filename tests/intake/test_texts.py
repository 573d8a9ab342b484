"""What a free text asserts and denies."""

import pytest

NEAR = "unconfirmed"
TEXTS = [
    ("Head pains (finding)", [("headache", "present")]),
    ("Stiffness of the neck", [("neck-stiffness", "present")]),
    ("denies fever", [("fever", "absent")]),
    ("kein Fever", [("fever", "absent")]),
    ("Headache and back pain", [("back-pain", "present"), ("headache", "present")]),
    ("Headache / photophobia", [("headache", "present"), ("photophobia", "present")]),
    ("Headache and flibble", [("headache", "present")]),
    ("Headache, flibble", [("headache", "present")]),
    ("Headache. Something else happened", [("headache", "present")]),
    ("no fever, vomiting or photophobia", [("fever", "absent"), ("photophobia", "absent"), ("vomiting", "absent")]),
    ("no fever and vomiting", [("fever", "absent")]),
    ("no fever, vomiting", [("fever", "absent")]),
    ("Headache, no fever", [("fever", "absent"), ("headache", "present")]),
    ("Headache and cancer", [("headache", "present")]),
    ("travel to malaria risk area", [("malaria-exposure", "present", NEAR)]),
    ("sudden and very severe headache", [("thunderclap-headache", "present", NEAR)]),
    ("back pain relieved", []),
    ("family history of sudden severe headache", []),
    ("back pain seen once more on a Monday in spring", []),
    ("", []),
    ("x" * 2000, []),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS, ids=[text[:40] or "empty" for text, _ in TEXTS])
def test_a_text_is_understood_whole_in_parts_or_nearly(chart, make, said, text, expected):
    code = {"text": text} if text else {"coding": [{"code": "1", "system": "urn:x"}]}
    assert said(chart(make("Observation", code=code))) == expected


ABSENT = [
    ("fever and vomiting", []),
    ("fever or vomiting", [("fever", "absent"), ("vomiting", "absent")]),
    ("fever, vomiting", []),
    ("travel to malaria risk area", []),
]


@pytest.mark.parametrize(("text", "expected"), ABSENT)
def test_that_a_compound_is_absent_says_nothing_on_its_parts_unless_it_means_any_of_them(chart, make, said, text, expected):
    assert said(chart(make("Observation", code={"text": text}, valueBoolean=False))) == expected


def test_a_part_that_is_left_over_is_listed_for_the_clinician(chart, make):
    read = chart(make("Observation", code={"text": "Headache, flibble"}))
    assert ("not-understood", "flibble") in {(str(note.kind), note.verbatim) for note in read.notes}


YES = {"coding": [{"system": "http://loinc.org", "code": "LA33-6", "display": "Yes"}]}
POSITIVE = [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "POS"}]}]
LOST = [
    ("a telling text", "Stiffness of the jaw", {"valueInteger": 3}, ["Stiffness of the jaw"]),
    ("a telling text that is denied keeps its words to itself", "Stiffness of the jaw", {"valueBoolean": False}, [None]),
    ("a telling text that denies", "No stiffness of the jaw", {}, [None]),
    ("nothing telling, denied", "Jaw claudication", {"valueBoolean": False}, []),
    ("nothing telling, normal", "Jaw claudication", {"valueString": "normal"}, []),
    ("nothing telling, unknown", "Jaw claudication", {"valueString": "not asked"}, []),
    ("nothing telling, no answer", "Jaw claudication", {"dataAbsentReason": {"text": "?"}}, []),
    ("nothing telling, a number", "Jaw claudication", {"valueInteger": 3}, []),
    ("nothing telling, a measurement", "Jaw opening", {"valueQuantity": {"value": 3, "unit": "cm"}}, []),
    ("true", "Jaw claudication", {"valueBoolean": True}, ["Jaw claudication: yes"]),
    ("yes as a code", "Jaw claudication", {"valueCodeableConcept": YES}, ["Jaw claudication: Yes"]),
    ("present as a text", "Jaw claudication", {"valueString": "Present"}, ["Jaw claudication: Present"]),
    ("a severity", "Jaw claudication", {"valueString": "severe"}, ["Jaw claudication: severe"]),
    ("interpretation POS", "Jaw claudication", {"interpretation": POSITIVE}, ["Jaw claudication"]),
    ("no value at all", "Jaw claudication", {}, ["Jaw claudication"]),
    (
        "true beside a component",
        "Jaw claudication",
        {"valueBoolean": True, "component": [{"code": {"text": "Side"}, "valueInteger": 1}]},
        ["Jaw claudication: yes"],
    ),
    ("a panel", "Jaw", {"hasMember": [{"reference": "Observation/1"}]}, []),
    ("a component", "Jaw", {"component": [{"code": {"text": "Jaw claudication"}, "valueBoolean": True}]}, ["Jaw claudication: yes"]),
    ("longer ago than any complaint counts", "Jaw claudication", {"valueBoolean": True, "effectiveDateTime": "2025"}, []),
    ("a positive result of the laboratory", "Nitrite", {"valueString": "Positive", "category": [{"coding": [{"code": "laboratory"}]}]}, []),
    ("the value of a generic code", "Symptom", {"valueString": "Jaw claudication"}, ["Jaw claudication"]),
    ("a generic code that says none", "Symptom", {"valueString": "No"}, []),
    ("a generic code that denies", "Symptom", {"valueString": "no jaw claudication"}, []),
    ("an old generic code", "Symptom", {"valueString": "Jaw claudication", "effectiveDateTime": "2025"}, []),
]


@pytest.mark.parametrize(("text", "elements", "verbatims"), [case[1:] for case in LOST], ids=[case[0] for case in LOST])
def test_what_is_said_to_be_present_and_maps_to_nothing_is_listed_word_for_word(chart, make, text, elements, verbatims):
    read = chart(make("Observation", code={"text": text}, **elements))
    assert [(str(note.kind), note.verbatim) for note in read.notes] == [("not-understood", verbatim) for verbatim in verbatims]


def test_an_unknown_code_without_any_text_is_named_by_its_place(chart, make):
    read = chart(make("Observation", code={"coding": [{"system": "urn:x", "code": "77"}]}, valueBoolean=True))
    assert [(str(note.kind), note.verbatim, note.expression) for note in read.notes] == [
        ("not-understood", None, "Bundle.entry[1].resource.code")
    ]


def test_what_reads_as_anything_else_is_counted(chart, make):
    weight = make("Observation", code={"text": "Body weight"}, valueQuantity={"value": 70, "unit": "kg"})
    read = chart(weight, {"resourceType": "ImagingStudy"})
    assert read.notes == ()
    assert read.passed_over == {"ImagingStudy": 1, "Observation.code": 1}


BY_TEXT = [
    ({"code": {"text": "Stiff neck"}}, "Understood by its text as neck stiffness: present"),
    ({"code": {"text": "Stiff neck"}, "valueBoolean": False}, "Understood by its text as neck stiffness: absent"),
    ({"code": {"text": "No stiff neck"}}, "Understood by its text as neck stiffness: absent"),
    ({"code": {"text": "Temperature"}, "valueQuantity": {"value": 38, "code": "Cel"}}, "Understood by its text as body temperature"),
    (
        {"code": {"text": "travel to malaria risk area"}},
        "Nearly understood by its text as malaria exposure: present; it counts for red flags only",
    ),
]


@pytest.mark.parametrize(("elements", "message"), BY_TEXT)
def test_a_finding_by_text_is_said_with_its_title_and_presence(chart, make, elements, message):
    assert [(str(note.kind), note.message) for note in chart(make("Observation", **elements)).notes] == [("by-text", message)]


def test_a_finding_says_that_it_was_recognised_by_text(chart, make):
    read = chart(make("Observation", code={"text": "Headache"}))
    assert read.findings.statements_on("headache")[0].recognition == "text"
