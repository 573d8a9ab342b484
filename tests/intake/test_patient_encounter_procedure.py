"""Age and sex, why somebody came, what was done."""

import pytest

BIRTHS = [
    ("1980-11-20", 46.0, False),
    ("1980-11-21", 45.0, False),
    ("1980", 45.0, True),
    ("1980-05", 46.0, False),
    ("1980-11", 45.0, True),
    ("1850-01-01", None, False),
]


@pytest.mark.parametrize(("birth", "age", "is_assumed"), BIRTHS)
def test_age_is_completed_years_that_are_sure(chart, said, birth, age, is_assumed):
    read = chart({"resourceType": "Patient", "id": "p", "birthDate": birth}, patient=False)
    assert said(read, "age") == ([("age", "present", age)] if age is not None else [])
    assert ("assumed" in {str(note.kind) for note in read.notes}) is is_assumed


@pytest.mark.parametrize(("gender", "presence"), [("female", "present"), ("male", "absent"), ("other", "unknown")])
def test_sex_is_the_gender_of_the_patient(chart, said, gender, presence):
    read = chart({"resourceType": "Patient", "id": "p", "gender": gender}, patient=False)
    assert said(read, "sex-female") == [("sex-female", presence)]


REASON = [{"text": "Headache and back pain"}]
ENCOUNTERS = [
    ({}, [("back-pain", "present"), ("headache", "present")]),
    ({"status": "cancelled"}, []),
    ({"status": "planned"}, []),
    ({"status": "entered-in-error"}, []),
    ({"status": "finished", "period": {"start": "2026-01-01"}}, [("back-pain", "unknown"), ("headache", "unknown")]),
    ({"status": "finished", "period": {"end": "2026-01-01"}}, [("back-pain", "unknown"), ("headache", "unknown")]),
    ({"status": "finished", "period": {"end": "2026-11-19"}}, [("back-pain", "present"), ("headache", "present")]),
    ({"period": {"end": "2027-01-01"}}, [("back-pain", "present"), ("headache", "present")]),
    ({"period": {"start": "2027-01-01"}}, []),
]


@pytest.mark.parametrize(("elements", "expected"), ENCOUNTERS)
def test_the_reasons_of_an_encounter_count_at_its_start(chart, make, said, elements, expected):
    assert said(chart(make("Encounter", reasonCode=REASON, **elements))) == expected


def test_the_assessment_belongs_to_the_encounter_that_goes_on(chart, make):
    old = make("Encounter", id="old", status="finished", period={"start": "2026-01-01", "end": "2026-01-01"})
    now = make("Encounter", id="now")
    earlier = make("Encounter", id="earlier", period={"start": "2026-11-19T09:00:00Z"})
    assert chart(earlier, now, old).encounter == "Encounter/now"
    assert chart(old).encounter is None


@pytest.mark.parametrize(("end", "belongs"), [("2026-11-19T12:00:00Z", True), ("2026-11-19T11:59:00Z", False)])
def test_an_encounter_that_ended_within_a_day_is_still_the_one_assessed(chart, make, end, belongs):
    ended = make("Encounter", id="ended", status="finished", period={"start": "2026-11-19T08:00:00Z", "end": end})
    assert chart(ended).encounter == ("Encounter/ended" if belongs else None)


def test_an_encounter_without_the_class_that_r4_requires_is_read_and_said(chart, make, said):
    read = chart(make("Encounter", reasonCode=REASON, **{"class": None}))
    assert said(read) == [("back-pain", "present"), ("headache", "present")]
    assert [note.expression for note in read.notes if "Has no class" in note.message] == ["Bundle.entry[1].resource.class"]


DECEASED = [
    ({"deceasedBoolean": True}, True),
    ({"deceasedDateTime": "2026-11-01"}, True),
    ({"deceasedBoolean": False}, False),
    ({}, False),
]


@pytest.mark.parametrize(("elements", "is_said"), DECEASED)
def test_that_the_patient_is_recorded_as_dead_is_said_for_it_may_be_the_wrong_chart(chart, elements, is_said):
    read = chart({"resourceType": "Patient", "id": "p", **elements}, patient=False)
    assert any("deceased" in note.message for note in read.notes) is is_said


PUNCTURE = {"coding": [{"system": "http://snomed.info/sct", "code": "277762005"}]}
PROCEDURES = [
    ({"performedDateTime": "2026-11-17T12:00:00Z"}, [("dural-puncture", "present"), ("puncture-days-ago", "present", 3.0)]),
    (
        {"performedPeriod": {"start": "2026-11-17T12:00:00Z", "end": "2026-11-17T13:00:00Z"}},
        [("dural-puncture", "present"), ("puncture-days-ago", "present", 3.0)],
    ),
    ({}, [("dural-puncture", "present")]),
    ({"status": "not-done"}, [("dural-puncture", "absent")]),
    ({"status": "preparation"}, [("dural-puncture", "unknown")]),
    ({"status": "entered-in-error"}, []),
    ({"performedDateTime": "2026-12-01"}, []),
]


def test_that_a_test_was_done_says_nothing_on_its_result(chart, make, said):
    read = chart(make("Procedure", code={"text": "Pregnancy test"}, performedDateTime="2026-11-19"))
    assert said(read) == []
    assert read.passed_over == {"Procedure.code": 1}


@pytest.mark.parametrize(("elements", "expected"), PROCEDURES)
def test_a_procedure_counts_when_it_was_done(chart, make, said, elements, expected):
    assert said(chart(make("Procedure", code=PUNCTURE, **elements))) == expected
