"""A blood pressure that is written as one text."""

import pytest

BP = {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}
BOTH = [("diastolic", "present", 80.0), ("systolic", "present", 120.0)]
PAIRS = [
    ("by its code", {"code": BP, "valueString": "120/80"}, BOTH),
    ("by its name", {"code": {"text": "Blood pressure"}, "valueString": "120 / 80"}, BOTH),
    ("with its unit", {"code": BP, "valueString": " 120/80 mmHg "}, BOTH),
    ("with an unknown unit", {"code": BP, "valueString": "120/80 furlongs"}, [("diastolic", "unknown"), ("systolic", "unknown")]),
    (
        "with one number that is not plausible",
        {"code": BP, "valueString": "120/8"},
        [("diastolic", "unknown"), ("systolic", "present", 120.0)],
    ),
    ("one number", {"code": BP, "valueString": "120"}, []),
    ("three numbers", {"code": BP, "valueString": "120/80/70"}, []),
    ("words", {"code": BP, "valueString": "normal"}, []),
    ("of something else", {"code": {"text": "Visus"}, "valueString": "20/80"}, []),
]


@pytest.mark.parametrize(("elements", "expected"), [case[1:] for case in PAIRS], ids=[case[0] for case in PAIRS])
def test_two_numbers_in_one_text_are_two_findings(chart, make, said, elements, expected):
    assert said(chart(make("Observation", **elements))) == expected


def test_an_answer_of_a_questionnaire_may_be_a_pair(chart, make, said):
    item = {"linkId": "1", "text": "Blood pressure", "answer": [{"valueString": "120/80"}]}
    assert said(chart(make("QuestionnaireResponse", item=[item]))) == BOTH


def test_an_old_pair_is_unknown_like_other_numbers(chart, make, said):
    read = chart(make("Observation", code=BP, valueString="120/80", effectiveDateTime="2026-01-01"))
    assert said(read) == [("diastolic", "unknown"), ("systolic", "unknown")]
