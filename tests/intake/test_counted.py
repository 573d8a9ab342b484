"""Pregnancy and other times that run on."""

import pytest

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"


def loinc(code):
    return {"coding": [{"system": LOINC, "code": code}]}


DUE, LAST_PERIOD, WEEKS, BIRTH = loinc("11778-8"), loinc("8665-2"), loinc("49051-6"), loinc("93857-1")
CAESAREAN = {"coding": [{"system": SNOMED, "code": "11466000"}]}
PREGNANT = {"coding": [{"system": SNOMED, "code": "77386006"}]}
DATES = [
    ("due in 20 weeks", {"code": DUE, "valueDateTime": "2027-04-09"}, [("gestation", "present", 20.0)]),
    ("38 weeks and 4 days are 38", {"code": DUE, "valueDateTime": "2026-11-30"}, [("gestation", "present", 38.0)]),
    ("overdue by a week", {"code": DUE, "valueDateTime": "2026-11-13"}, [("gestation", "present", 41.0)]),
    ("overdue by months", {"code": DUE, "valueDateTime": "2026-08-13"}, [("gestation", "unknown")]),
    ("the name in words", {"code": {"text": "Due date"}, "valueDateTime": "2027-04-09"}, [("gestation", "present", 20.0)]),
    ("the date in words", {"code": DUE, "valueString": "2027-04-09"}, [("gestation", "present", 20.0)]),
    ("no date", {"code": DUE, "valueString": "in spring"}, []),
    (
        "told five weeks ago",
        {"code": WEEKS, "valueQuantity": {"value": 20, "code": "wk"}, "effectiveDateTime": "2026-10-16T12:00:00Z"},
        [("gestation", "present", 25.0)],
    ),
    (
        "told ten days ago: whole weeks",
        {"code": WEEKS, "valueQuantity": {"value": 20, "code": "wk"}, "effectiveDateTime": "2026-11-10"},
        [("gestation", "present", 21.0)],
    ),
    (
        "told so long ago that it is over",
        {"code": WEEKS, "valueQuantity": {"value": 30, "code": "wk"}, "effectiveDateTime": "2026-05-10"},
        [("gestation", "unknown")],
    ),
    ("a period is no pregnancy", {"code": LAST_PERIOD, "valueDateTime": "2026-10-09"}, []),
]


@pytest.mark.parametrize(("elements", "expected"), [case[1:] for case in DATES], ids=[case[0] for case in DATES])
def test_the_weeks_run_on_to_the_moment_of_the_request(chart, make, said, elements, expected):
    assert said(chart(make("Observation", **elements))) == expected


def test_the_last_period_counts_when_a_pregnancy_is_recorded_since(chart, make, said):
    period = make("Observation", code=LAST_PERIOD, valueDateTime="2026-10-09")
    assert said(chart(period, make("Condition", code=PREGNANT)), "gestation") == [("gestation", "present", 6.0)]
    earlier = make("Observation", code=PREGNANT, valueBoolean=True, effectiveDateTime="2026-09-01")
    assert said(chart(period, earlier), "gestation") == []


ENDINGS = [
    ("a procedure", "Procedure", {"code": CAESAREAN, "performedDateTime": "2026-11-10"}),
    (
        "a period of time",
        "Procedure",
        {"code": CAESAREAN, "performedPeriod": {"start": "2026-11-10T08:00:00Z", "end": "2026-11-10T09:00:00Z"}},
    ),
    ("a condition", "Condition", {"code": CAESAREAN, "onsetDateTime": "2026-11-10"}),
    ("a date that was noted", "Observation", {"code": BIRTH, "valueDateTime": "2026-11-10"}),
]


@pytest.mark.parametrize(("kind", "elements"), [case[1:] for case in ENDINGS], ids=[case[0] for case in ENDINGS])
def test_a_delivery_counts_days_and_ends_the_pregnancy(chart, make, said, kind, elements):
    before = [
        make("Observation", code=WEEKS, valueQuantity={"value": 38, "code": "wk"}, effectiveDateTime="2026-11-01"),
        make("Condition", code=PREGNANT, onsetDateTime="2026-03-01"),
    ]
    read = chart(*before, make(kind, **elements))
    assert said(read) == [
        ("gestation", "unknown"),
        ("postpartum-days", "present", 10.0),
        ("pregnant", "absent"),
        ("pregnant", "unknown"),
    ]
    assert str(read.findings.states("safety")["pregnant"].presence) == "absent"


KEPT = [
    (
        "a pregnancy after the delivery",
        "Observation",
        {"code": PREGNANT, "valueBoolean": True, "effectiveDateTime": "2026-11-19"},
        "present",
    ),
    ("a problem without an onset", "Condition", {"code": PREGNANT}, "present"),
]


@pytest.mark.parametrize(("kind", "elements", "presence"), [case[1:] for case in KEPT], ids=[case[0] for case in KEPT])
def test_what_may_be_a_new_pregnancy_is_kept(chart, make, kind, elements, presence):
    read = chart(make("Procedure", code=CAESAREAN, performedDateTime="2026-11-10"), make(kind, **elements))
    assert str(read.findings.states("safety")["pregnant"].presence) == presence


NO_ENDINGS = [
    ("not done", {"status": "not-done", "performedDateTime": "2026-11-10"}),
    ("planned", {"performedDateTime": "2026-12-10"}),
    ("some day", {}),
]


@pytest.mark.parametrize("elements", [case[1] for case in NO_ENDINGS], ids=[case[0] for case in NO_ENDINGS])
def test_what_has_not_happened_ends_nothing(chart, make, said, elements):
    read = chart(make("Condition", code=PREGNANT, onsetDateTime="2026-03-01"), make("Procedure", code=CAESAREAN, **elements))
    assert said(read) == [("pregnant", "present")]


def test_a_number_of_days_runs_on_as_well(chart, make, said):
    told = make(
        "Observation",
        code={"text": "Days since delivery"},
        valueQuantity={"value": 5, "unit": "d"},
        effectiveDateTime="2026-11-15T09:00:00Z",
    )
    assert said(chart(told)) == [("postpartum-days", "present", 10.0)]
