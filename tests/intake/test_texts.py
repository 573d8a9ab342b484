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
    ("Headache and flibble", []),
    ("Headache, flibble", [("headache", "present")]),
    ("Headache. Something else happened", [("headache", "present")]),
    ("no fever, vomiting or photophobia", [("fever", "absent"), ("photophobia", "absent"), ("vomiting", "absent")]),
    ("no fever and vomiting", []),
    ("no fever, vomiting", [("fever", "absent")]),
    ("Headache, no fever", [("fever", "absent"), ("headache", "present")]),
    ("Headache and cancer", []),
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


def test_what_reads_as_a_symptom_and_is_not_understood_is_listed_with_its_answer(chart, make):
    read = chart(make("Observation", code={"text": "Stiffness of the jaw"}, valueBoolean=False))
    assert [(str(note.kind), note.verbatim) for note in read.notes] == [("not-understood", "Stiffness of the jaw: no")]


def test_what_reads_as_anything_else_is_counted(chart, make):
    weight = make("Observation", code={"text": "Body weight"}, valueQuantity={"value": 70, "unit": "kg"})
    read = chart(weight, {"resourceType": "ImagingStudy"})
    assert read.notes == ()
    assert read.passed_over == {"ImagingStudy": 1, "Observation.code": 1}


def test_a_finding_by_text_is_said(chart, make):
    read = chart(make("Observation", code={"text": "Headache"}))
    assert [str(note.kind) for note in read.notes] == ["by-text"]
    assert read.findings.statements_on("headache")[0].recognition == "text"
