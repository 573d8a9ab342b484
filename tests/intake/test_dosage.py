"""On how many days a month a drug is taken, and what follows from it."""

import pytest

NAPROXEN = {"coding": [{"system": "http://www.whocc.no/atc", "code": "M01AE02"}]}
TRAMADOL = {"text": "Tramadol 50 mg"}


def repeat(**elements):
    return {"timing": {"repeat": elements}}


DOSAGES = [
    ("twice a day", repeat(frequency=2, period=1, periodUnit="d"), 30.0),
    ("every eight hours", repeat(frequency=1, period=8, periodUnit="h"), 30.0),
    ("every other day", repeat(frequency=1, period=2, periodUnit="d"), 15.0),
    ("twice a week", repeat(frequency=2, period=1, periodUnit="wk"), 8.5714),
    ("ten times a month", repeat(frequency=10, period=1, periodUnit="mo"), 10.0),
    ("on two weekdays", repeat(dayOfWeek=["mon", "thu"]), 8.5714),
    ("in the morning", repeat(when=["MORN"]), 30.0),
    ("a course of five days", repeat(frequency=1, period=1, periodUnit="d", boundsDuration={"value": 5, "code": "d"}), 5.0),
    ("an abbreviation", {"timing": {"code": {"coding": [{"code": "BID"}]}}}, 30.0),
    ("a text", {"text": "2 tablets, on about 12 days a month"}, 12.0),
    ("a text beside as needed", {"text": "12 days per month", "asNeededBoolean": True}, 12.0),
    ("instructions for the patient", {"patientInstruction": "8 days per month"}, 8.0),
    ("as needed, with a maximum", {**repeat(frequency=3, period=1, periodUnit="d"), "asNeededBoolean": True}, None),
    ("as needed for a reason", {**repeat(frequency=3, period=1, periodUnit="d"), "asNeededCodeableConcept": {"text": "pain"}}, None),
    ("how many days are allowed", {"text": "as needed, up to 10 days a month"}, None),
    ("a limit", {"text": "max. 10 days a month"}, None),
    ("two numbers", {"text": "10 days a month, earlier 20 days a month"}, None),
    ("nothing", {"text": "as directed"}, None),
    ("too many days", {"text": "60 days a month"}, None),
]


@pytest.mark.parametrize(("dosage", "days"), [case[1:] for case in DOSAGES], ids=[case[0] for case in DOSAGES])
@pytest.mark.parametrize(("kind", "element"), [("MedicationStatement", "dosage"), ("MedicationRequest", "dosageInstruction")])
def test_a_dosage_tells_the_days_a_month_when_it_does(chart, make, said, kind, element, dosage, days):
    read = chart(make(kind, medicationCodeableConcept=NAPROXEN, **{element: [dosage]}))
    assert said(read, "analgesic-days") == ([] if days is None else [("analgesic-days", "present", days)])


@pytest.mark.parametrize("elements", [{"status": "stopped"}, {"status": "completed"}, {"effectivePeriod": {"end": "2026-11-01"}}])
def test_what_is_no_longer_taken_has_no_days_a_month(chart, make, said, elements):
    statement = make("MedicationStatement", medicationCodeableConcept=NAPROXEN, dosage=[{"text": "12 days a month"}], **elements)
    assert said(chart(statement), "analgesic-days") == []


def test_of_two_drugs_the_one_taken_more_often_counts(chart, make, said):
    statements = [
        make("MedicationStatement", id=str(days), medicationCodeableConcept={"text": drug}, dosage=[{"text": f"{days} days a month"}])
        for drug, days in (("Ibuprofen", 12), ("Naproxen", 8))
    ]
    read = chart(*statements)
    assert said(read, "analgesic-days") == [("analgesic-days", "present", 12.0)]
    assert read.findings.contradictions == ()


@pytest.mark.parametrize(("days", "expected"), [(10, [("overuse-months", "present", 9.4292)]), (9, [])])
def test_since_when_it_is_taken_too_often_is_told_from_the_days_that_are_too_many(chart, make, said, days, expected):
    period = {"start": "2026-02-06T12:00:00Z"}
    dosage = [{"text": f"{days} days a month"}]
    read = chart(make("MedicationStatement", medicationCodeableConcept=NAPROXEN, effectivePeriod=period, dosage=dosage))
    assert said(read, "overuse-months") == expected


STOPPED = [
    ("yesterday", {"status": "stopped", "effectivePeriod": {"end": "2026-11-19T12:00:00Z"}}, [("opioid-stopped", "present")]),
    ("as planned", {"status": "completed", "effectivePeriod": {"end": "2026-11-19T12:00:00Z"}}, [("opioid-stopped", "present")]),
    ("three days ago", {"status": "stopped", "effectivePeriod": {"end": "2026-11-17T11:00:00Z"}}, []),
    ("some day", {"status": "stopped"}, [("opioid-stopped", "unknown")]),
    ("not at all", {"status": "active"}, []),
    ("tomorrow", {"status": "active", "effectivePeriod": {"end": "2026-11-21T12:00:00Z"}}, []),
    (
        "yesterday, after long",
        {"status": "stopped", "effectivePeriod": {"start": "2026-10-19", "end": "2026-11-19T12:00:00Z"}},
        [("opioid-stopped", "present")],
    ),
]


@pytest.mark.parametrize(("elements", "expected"), [case[1:] for case in STOPPED], ids=[case[0] for case in STOPPED])
def test_a_word_for_a_drug_that_was_stopped_means_that_it_was(chart, make, said, elements, expected):
    assert said(chart(make("MedicationStatement", medicationCodeableConcept=TRAMADOL, **elements)), "opioid-stopped") == expected


SLEEPERS = [
    ("after long", {"start": "2026-10-01", "end": "2026-11-18"}, [("sleeper-stopped", "present")]),
    ("after some days", {"start": "2026-11-10", "end": "2026-11-18"}, []),
    ("after nobody knows how long", {"end": "2026-11-18"}, [("sleeper-stopped", "present", "unconfirmed")]),
    ("long ago", {"start": "2026-08-01", "end": "2026-11-01"}, []),
]


@pytest.mark.parametrize(("period", "expected"), [case[1:] for case in SLEEPERS], ids=[case[0] for case in SLEEPERS])
def test_a_drug_that_matters_only_when_it_is_stopped_after_long_does(chart, make, said, period, expected):
    product = {"text": "Diazepam 5 mg"}
    assert said(chart(make("MedicationStatement", status="stopped", medicationCodeableConcept=product, effectivePeriod=period))) == expected
