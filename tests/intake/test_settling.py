"""The course of a number, and a diary."""

import pytest

STIFF = {"coding": [{"system": "http://snomed.info/sct", "code": "161882006"}]}
SCORE = {"text": "Headache severity score"}


@pytest.fixture
def rising(chart, make, said):
    def read(*scores):
        observations = [make("Observation", code=SCORE, valueInteger=value, effectiveDateTime=day) for day, value in scores]
        forward, backward = chart(*observations), chart(*reversed(observations))
        assert said(forward) == said(backward)
        return said(forward, "headache-rising")

    return read


RISES = [
    ("from day to day", [("2026-11-16", 3), ("2026-11-18", 5), ("2026-11-20", 6)], True),
    ("and staying for a day", [("2026-11-16", 3), ("2026-11-18", 3), ("2026-11-20", 6)], True),
    ("by too little", [("2026-11-16", 3), ("2026-11-18", 4), ("2026-11-20", 4)], False),
    ("with a fall", [("2026-11-16", 3), ("2026-11-18", 2), ("2026-11-20", 6)], False),
    ("on two days", [("2026-11-18", 3), ("2026-11-20", 6)], False),
    ("within one day", [("2026-11-20T06:00:00Z", 3), ("2026-11-20T07:00:00Z", 5), ("2026-11-20T08:00:00Z", 6)], False),
    ("the last of each day counts", [("2026-11-17", 3), ("2026-11-18", 4), ("2026-11-19T06:00:00Z", 2), ("2026-11-19T20:00:00Z", 6)], True),
    ("long ago", [("2026-10-16", 3), ("2026-10-18", 5), ("2026-10-20", 6)], False),
]


@pytest.mark.parametrize(("scores", "rises"), [case[1:] for case in RISES], ids=[case[0] for case in RISES])
def test_a_number_that_rises_over_days_is_a_finding(rising, scores, rises):
    assert rising(*scores) == ([("headache-rising", "present")] if rises else [])


@pytest.mark.parametrize(("days", "expected"), [(6, [("headache-diary-days", "present", 10.0)]), (5, [])])
def test_a_diary_of_enough_days_gives_days_a_month(chart, make, said, days, expected):
    diary = [
        make("Observation", code=STIFF, valueBoolean=day % 3 == 0, effectiveDateTime=f"2026-11-{20 - day}T09:00:00Z") for day in range(days)
    ]
    twice = make("Observation", code=STIFF, valueBoolean=True, effectiveDateTime="2026-11-20T09:00:00Z")
    assert said(chart(*diary, twice), "headache-diary-days") == expected


UNITS = [
    ("creatinine", {"value": 1.0, "code": "mg/dL"}, 88.4017),
    ("creatinine", {"value": 90, "code": "umol/L"}, 90.0),
    ("creatinine", {"value": 9, "code": "mg"}, None),
    ("csf-pressure", {"value": 250, "code": "mm[H2O]"}, 25.0),
    ("csf-pressure", {"value": 18, "code": "mm[Hg]"}, 24.4712),
]


@pytest.mark.parametrize(("word", "quantity", "value"), UNITS)
def test_masses_become_amounts_of_substance_and_pressures_become_one_another(chart, make, said, word, quantity, value):
    name = {"creatinine": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}]}, "csf-pressure": {"text": "Opening pressure"}}[
        word
    ]
    read = chart(make("Observation", code=name, valueQuantity=quantity))
    assert said(read) == [(word, "unknown") if value is None else (word, "present", value)]
