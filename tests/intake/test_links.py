"""Observations that tell more of other Observations."""

import pytest

LOINC = "http://loinc.org"
HEADACHE = {"coding": [{"system": "http://snomed.info/sct", "code": "25064002"}]}
SEVERE = {"code": {"text": "Severity"}, "valueString": "severe"}
ONSET = {"code": {"text": "Date of onset"}, "valueDateTime": "2026-11-20T06:00:00Z"}
SCORE = {"code": {"coding": [{"system": LOINC, "code": "72514-3"}]}, "valueQuantity": {"value": 6, "code": "{score}"}}
GRADED = [("headache-mild-or-moderate", "absent"), ("headache-severe", "present")]
SINCE = [("headache-hours-ago", "present", 6.0)]


@pytest.mark.parametrize(("detail", "expected"), [(SEVERE, GRADED), (ONSET, SINCE), (SCORE, [("headache-score", "present", 6.0)])])
@pytest.mark.parametrize("link", ["hasMember", "derivedFrom", "contained"])
def test_severity_onset_and_score_may_stand_in_observations_of_their_own(chart, make, said, detail, expected, link):
    whole = make("Observation", id="h", code=HEADACHE)
    part = make("Observation", id="d", **detail)
    if link == "hasMember":
        resources = [whole | {"hasMember": [{"reference": "Observation/d"}]}, part]
    elif link == "derivedFrom":
        resources = [whole, part | {"derivedFrom": [{"reference": "Observation/h"}]}]
    else:
        resources = [whole | {"hasMember": [{"reference": "#d"}], "contained": [part]}]
    if detail is SCORE and link == "contained":
        expected = []  # what is contained names no site of its own, and is a component like others
    read = chart(*resources)
    assert said(read) == sorted([("headache", "present"), *expected])
    assert chart(*reversed(resources)).findings.statements_on("headache")[0].presence == "present"


@pytest.mark.parametrize("elements", [{"status": "entered-in-error"}, {"subject": {"reference": "Patient/q"}}])
def test_what_is_in_error_or_of_another_patient_tells_nothing(chart, make, said, elements):
    whole = make("Observation", id="h", code=HEADACHE, hasMember=[{"reference": "Observation/d"}])
    assert said(chart(whole, make("Observation", id="d", **SEVERE, **elements))) == [("headache", "present")]


def test_links_in_a_circle_end(chart, make, said):
    first = make("Observation", id="a", code=HEADACHE, hasMember=[{"reference": "Observation/b"}])
    second = make("Observation", id="b", **SEVERE, hasMember=[{"reference": "Observation/a"}])
    assert said(chart(first, second)) == sorted([("headache", "present"), *GRADED])


def test_a_member_that_is_a_finding_is_read_once(chart, make, said):
    whole = make("Observation", id="h", code={"text": "Pain panel"}, hasMember=[{"reference": "Observation/d"}])
    read = chart(whole, make("Observation", id="d", code=HEADACHE, valueBoolean=False))
    assert said(read) == [("headache", "absent")]
    assert len(read.findings.statements_on("headache")) == 1
