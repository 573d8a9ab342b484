"""Conditions: in force, over, doubted, refuted."""

import pytest

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"


def icd(code):
    return {"coding": [{"system": ICD, "code": code}]}


def status(element, code):
    system = {"clinicalStatus": "condition-clinical", "verificationStatus": "condition-ver-status"}[element]
    return {element: {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}}


RESOLVED = status("clinicalStatus", "resolved")
REFUTED = status("verificationStatus", "refuted")
STATUSES = [
    ("no status", {}, [("headache", "present")]),
    ("active", status("clinicalStatus", "active"), [("headache", "present")]),
    ("relapse", status("clinicalStatus", "relapse"), [("headache", "present")]),
    ("provisional", status("verificationStatus", "provisional"), [("headache", "present", "unconfirmed")]),
    ("unconfirmed", status("verificationStatus", "unconfirmed"), [("headache", "present", "unconfirmed")]),
    ("differential", status("verificationStatus", "differential"), []),
    ("entered in error", status("verificationStatus", "entered-in-error"), []),
    ("refuted", REFUTED | {"recordedDate": "2026-11-19"}, [("headache", "absent")]),
    ("refuted long ago", REFUTED | {"recordedDate": "2025-11-19"}, [("headache", "unknown")]),
    ("resolved", RESOLVED | {"recordedDate": "2026-11-19"}, [("headache", "unknown")]),
    ("resolved inside the window", RESOLVED | {"abatementDateTime": "2026-11-18"}, [("headache", "absent")]),
    ("resolved before the window", RESOLVED | {"abatementDateTime": "2026-10-18"}, [("headache", "unknown")]),
    ("ended without a status", {"abatementDateTime": "2026-11-18"}, [("headache", "absent")]),
    ("begins in the future", {"onsetDateTime": "2026-12-01"}, []),
]


@pytest.mark.parametrize(("elements", "expected"), [case[1:] for case in STATUSES], ids=[case[0] for case in STATUSES])
def test_the_status_decides(chart, make, said, elements, expected):
    assert said(chart(make("Condition", code=icd("R51"), **elements)), "headache") == expected


OVER = [
    (RESOLVED | {"recordedDate": "2026-11-19"}, [("over", "headache")]),
    (RESOLVED | {"abatementDateTime": "2020"}, [("over", "headache")]),
    (RESOLVED | {"abatementDateTime": "2026-11-18"}, []),
    ({"onsetDateTime": "2026-12-01"}, [("unusable", "headache")]),
    (REFUTED | {"recordedDate": "2027"}, [("unusable", "headache")]),
]


@pytest.mark.parametrize(("elements", "notes"), OVER)
def test_what_is_recorded_and_says_nothing_on_today_is_named(chart, make, elements, notes):
    read = chart(make("Condition", code=icd("R51"), **elements))
    assert [(str(note.kind), note.word) for note in read.notes] == notes


def test_a_resolved_condition_is_still_history(chart, make, said):
    assert said(chart(make("Condition", code=icd("C50"), **RESOLVED, abatementDateTime="2010"))) == [("cancer-history", "present")]


def test_a_condition_in_force_is_a_statement_at_the_moment_of_the_request_since_its_onset(chart, make):
    read = chart(make("Condition", code=icd("R51.9"), onsetDateTime="2026-11-20T00:00:00Z"))
    (statement,) = read.findings.statements_on("headache")
    assert statement.observed == read.as_of
    assert statement.since.isoformat() == "2026-11-20T00:00:00+00:00"
    assert [finding.value for finding in read.findings.statements_on("headache-hours-ago")] == [12.0]


PARENTS = [
    ("M54.59", [("back-pain-lower", "present")], "the nearest parent that is held"),
    ("M5459", [("back-pain-lower", "present")], "without the dot"),
    ("M54.2", [("back-pain", "present")], "its category"),
    ("C50.911", [("cancer-history", "present")], "two levels up"),
    ("S09.8XXA", [("head-injury", "present")], "a first encounter"),
    ("S09.8XXD", [], "a later encounter"),
    ("S09.8XXK", [], "a later encounter, for a fracture that did not join"),
    ("S09.90XS", [], "a sequela"),
    ("Q99", [], "nothing"),
]


OTHER_ICD = [
    ("http://hl7.org/fhir/sid/icd-10", "M54.59", [("back-pain-lower", "present")]),
    ("http://hl7.org/fhir/sid/icd-10", "R51", [("headache", "present")]),
    ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "M54.5-", [("back-pain-lower", "present")]),
    ("http://fhir.de/CodeSystem/dimdi/icd-10-gm", "R51", [("headache", "present")]),
    ("urn:oid:2.16.840.1.113883.6.3", "C50.9", [("cancer-history", "present")]),
    ("http://hl7.org/fhir/sid/icd-9-cm", "R51", []),
    ("http://hl7.org/fhir/sid/icpc-2", "R51", []),
]


@pytest.mark.parametrize(("system", "code", "expected"), OTHER_ICD)
def test_icd_10_and_its_national_forms_are_read_alike(chart, make, said, system, code, expected):
    assert said(chart(make("Condition", code={"coding": [{"system": system, "code": code}]}))) == expected


@pytest.mark.parametrize(("code", "expected"), [case[:2] for case in PARENTS], ids=[f"{case[0]}: {case[2]}" for case in PARENTS])
def test_an_icd_code_is_read_as_its_nearest_parent(chart, make, said, code, expected):
    assert said(chart(make("Condition", code=icd(code)))) == expected


RECENT = [
    ({"onsetDateTime": "2026-11-19"}, [("pupil-dilated", "present")]),
    ({"recordedDate": "2026-11-19"}, [("pupil-dilated", "present")]),
    ({"onsetDateTime": "2019", "recordedDate": "2026-11-19"}, [("pupil-dilated", "unknown")]),
    ({}, [("pupil-dilated", "present", "unconfirmed")]),
]


@pytest.mark.parametrize(("elements", "expected"), RECENT)
def test_an_old_problem_is_no_new_sign(chart, make, said, elements, expected):
    code = {"coding": [{"system": SNOMED, "code": "37125009"}]}
    read = chart(make("Condition", code=code, **elements))
    assert said(read) == expected
    assert ("outdated" in {str(note.kind) for note in read.notes}) is (expected[0][1] == "unknown")


def test_severity_counts_for_a_condition_too(chart, make, said):
    read = chart(make("Condition", code=icd("R51"), severity={"coding": [{"system": SNOMED, "code": "255604002"}]}))
    assert ("headache-severe", "absent") in said(read)


KNOWN = [
    ({"code": icd("G43.0")}, {"migraine"}, {}),
    ({"code": icd("G430")}, {"migraine"}, {}),
    ({"code": icd("G43.0"), **status("verificationStatus", "confirmed")}, {"migraine"}, {}),
    ({"code": icd("G43.0"), **status("verificationStatus", "provisional")}, set(), {"Condition.code": 1}),
    ({"code": icd("G43.0"), **RESOLVED}, set(), {"Condition of a cause that is over": 1}),
    ({"code": icd("G43.9")}, set(), {"Condition.code": 1}),
]


@pytest.mark.parametrize(("elements", "expected", "passed_over"), KNOWN)
def test_only_a_confirmed_problem_in_force_is_a_known_cause(chart, make, elements, expected, passed_over):
    read = chart(make("Condition", **elements))
    assert read.known_causes == expected
    assert read.passed_over == passed_over


TOLD = [
    ("a cause that is over", {"code": icd("G43.0"), **RESOLVED}, []),
    ("a cause that has ended", {"code": icd("G43.0"), "abatementDateTime": "2019"}, []),
    ("a cause in force that is doubted", {"code": icd("G43.0"), **status("verificationStatus", "provisional")}, ["not-understood"]),
    ("no cause of ours", {"code": icd("G99.0"), **RESOLVED}, ["not-understood"]),
]


@pytest.mark.parametrize(("elements", "kinds"), [case[1:] for case in TOLD], ids=[case[0] for case in TOLD])
def test_a_cause_that_is_over_is_history_and_not_listed_as_not_understood(chart, make, elements, kinds):
    code = elements["code"] | {"text": "Disorder of head"}
    assert [str(note.kind) for note in chart(make("Condition", **elements | {"code": code})).notes] == kinds


BEGINNINGS = [
    ("a date", {"onsetDateTime": "2026-11-20T06:00:00Z"}, 6.0),
    ("a period", {"onsetPeriod": {"start": "2026-11-20T06:00:00Z"}}, 6.0),
    ("a text that is a date", {"onsetString": "2026-11-20T06:00:00Z"}, 6.0),
    ("a text that counts back", {"onsetString": "since 3 days", "recordedDate": "2026-11-20T12:00:00Z"}, 72.0),
    ("in German", {"onsetString": "seit 2 Wochen", "recordedDate": "2026-11-20T12:00:00Z"}, 336.0),
    ("counting back from nobody knows when", {"onsetString": "since 3 days"}, None),
    ("a text with more in it", {"onsetString": "3 days, like in childhood", "recordedDate": "2026-11-20T12:00:00Z"}, None),
    ("an age, a year wide", {"onsetAge": {"value": 46, "code": "a"}}, None),
]


@pytest.mark.parametrize(("elements", "hours"), [case[1:] for case in BEGINNINGS], ids=[case[0] for case in BEGINNINGS])
def test_the_time_since_its_onset_is_told_where_the_onset_is_precise_enough(chart, make, said, elements, hours):
    read = chart(make("Condition", code=icd("R51"), **elements))
    assert said(read, "headache-hours-ago") == ([] if hours is None else [("headache-hours-ago", "present", hours)])


AGES = [
    ({"onsetAge": {"value": 30, "code": "a"}}, "2010-06-01"),
    ({"onsetAge": {"value": 30, "unit": "years"}}, None),
    ({"onsetRange": {"low": {"value": 30, "code": "a"}, "high": {"value": 35, "code": "a"}}}, "2010-06-01"),
    ({"onsetRange": {"low": {"value": 30, "code": "a"}}}, "2010-06-01"),
]


@pytest.mark.parametrize(("elements", "since"), AGES)
def test_an_age_at_onset_is_a_time_by_the_date_of_birth(chart, make, elements, since):
    (finding,) = chart(make("Condition", code=icd("R51"), **elements)).findings.statements_on("headache")
    assert (finding.since.date().isoformat() if finding.since else None) == since


def test_an_age_without_a_date_of_birth_is_no_time(chart, make):
    patient = {"resourceType": "Patient", "id": "p"}
    read = chart(patient, make("Condition", code=icd("R51"), onsetAge={"value": 30, "code": "a"}), patient=False)
    assert read.findings.statements_on("headache")[0].since is None


ENDS = [
    ({"abatementString": "2026-11-18"}, "absent"),
    ({"abatementString": "gone"}, "unknown"),
    ({"abatementAge": {"value": 20, "code": "a"}}, "unknown"),
    ({"abatementRange": {"high": {"value": 20, "code": "a"}}}, "unknown"),
    ({"abatementDateTime": "2027-11-18"}, "present"),
]


@pytest.mark.parametrize(("elements", "presence"), ENDS)
def test_a_condition_that_ended_in_whatever_form_is_over(chart, make, said, elements, presence):
    read = chart(make("Condition", code=icd("R51"), **elements))
    assert said(read, "headache") == [("headache", presence)]


def sure(code, *letters):
    """A code of ICD-10-GM with what German charts say beside it: gesichert, Verdacht, Ausschluss, Zustand nach."""
    url = "http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit"
    system = "https://fhir.kbv.de/CodeSystem/KBV_CS_SFHIR_ICD_DIAGNOSESICHERHEIT"
    said = [{"url": url, "valueCoding": {"system": system, "code": letter}} for letter in letters]
    return {"coding": [{"system": "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "code": code, "extension": said}]}


SURENESS = [
    ("G", "R51", {}, [("headache", "present")]),
    ("V", "R51", {}, [("headache", "present", "unconfirmed")]),
    ("A", "R51", {}, [("headache", "absent")]),
    ("Z", "R51", {}, [("headache", "unknown")]),
    ("Z", "C50", {}, [("cancer-history", "present")]),
    ("V", "R51", status("verificationStatus", "confirmed"), [("headache", "present", "unconfirmed")]),
    ("G", "R51", status("verificationStatus", "refuted"), [("headache", "absent")]),
]


@pytest.mark.parametrize(("letter", "code", "elements", "expected"), SURENESS)
def test_a_german_code_says_how_sure_it_is(chart, make, said, letter, code, elements, expected):
    read = chart(make("Condition", code=sure(code, letter), recordedDate="2026-11-19", **elements))
    assert said(read) == expected
