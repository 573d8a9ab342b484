"""What follows from a phrase beside its finding, and from a code with its value, through whole resources."""

import pytest

DAY = "2026-11-20T10:00:00Z"


def test_the_time_of_a_phrase_is_the_onset(chart, make, said):
    read = chart(make("Observation", code={"text": "headache since 18/11"}, effectiveDateTime=DAY))
    assert said(read) == [("headache", "present"), ("headache-hours-ago", "present", 60.0)]


def test_the_onset_of_the_resource_goes_before_that_of_the_text(chart, make, said):
    read = chart(make("Condition", code={"text": "headache for 3 days"}, onsetDateTime="2026-11-20T00:00:00Z"))
    assert said(read, "headache-hours-ago") == [("headache-hours-ago", "present", 12.0)]


def test_the_level_and_the_score_of_a_phrase_are_those_of_its_finding(chart, make, said):
    read = chart(make("Encounter", reasonCode=[{"text": "severe headache 8/10"}]))
    assert sorted(set(said(read))) == [
        ("headache", "present"),
        ("headache-mild-or-moderate", "absent"),
        ("headache-score", "present", 8.0),
        ("headache-severe", "present"),
    ]


def test_what_was_is_dated_then(chart, make, said):
    read = chart(make("Observation", code={"text": "head injury 3 years ago"}))
    assert said(read) == [("head-injury", "unknown")]


DOUBTED = [
    ({}, [("fever", "present", "unconfirmed")]),
    ({"valueBoolean": True}, [("fever", "present", "unconfirmed")]),
    ({"valueBoolean": False}, [("fever", "absent")]),
]


@pytest.mark.parametrize(("value", "expected"), DOUBTED)
def test_what_is_in_doubt_is_not_confirmed_and_its_denial_is_sure(chart, make, said, value, expected):
    assert said(chart(make("Observation", code={"text": "? fever"}, **value))) == expected


TOGETHER = [
    ("Neck", "stiffness", [("neck-stiffness", "present")]),
    ("Neck", "stiffness, headache", [("neck-stiffness", "present")]),
    ("Neck", "no stiffness", [("neck-stiffness", "absent")]),
    ("Neck", "supple", []),
    ("Neck", "flibble", []),
    ("Mother", "headache", []),
    ("Allergies", "headache", []),
    ("Family history", "migraine", [("family-history-migraine", "present")]),
    ("Examination", "neck stiffness, no fever", [("fever", "absent"), ("neck-stiffness", "present")]),
]


@pytest.mark.parametrize(("code", "value", "expected"), TOGETHER)
def test_a_code_and_a_value_that_say_nothing_alone_are_read_together(chart, make, said, code, value, expected):
    assert said(chart(make("Observation", code={"text": code}, valueString=value))) == expected


TEXTS = [("headache resolved", True), ("flibble of the head", True), ("jaw claudication", False)]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_a_text_on_head_neck_or_back_that_is_not_understood_is_told_apart(chart, make, text, expected):
    read = chart(make("Observation", code={"text": text}))
    assert [note.is_on_pains for note in read.notes] == [expected]
