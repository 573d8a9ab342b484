"""What holds for every chart."""

import random
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nuchal.errors import InvalidInput, NuchalError
from nuchal.intake import read_request

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SNOMED = "http://snomed.info/sct"
HEADACHE = {"coding": [{"system": SNOMED, "code": "25064002"}], "text": "Headache"}
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def mixed(make):
    return [
        {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980"},
        make("Observation", id="1", code=HEADACHE, valueBoolean=True),
        make("Observation", code=HEADACHE, valueBoolean=False),
        make("Observation", code={"text": "Headache, flibble"}),
        make("Observation", id="2", code={"text": "jaw stiffness"}),
        make("Condition", id="3", code={"text": "Stiff neck"}),
        make("Encounter", id="4", reasonCode=[{"text": "back pain"}]),
        make("Encounter", id="5", period={"start": "2026-11-19"}),
        make("MedicationRequest", medicationCodeableConcept={"text": "Ibuprofen"}),
        make("Observation", id="6", code=HEADACHE, subject={"reference": "Patient/q"}),
        {"resourceType": "Claim"},
    ]


def without_places(chart):
    findings = [{name: getattr(one, name) for name in one.__slots__ if name != "expression"} for one in chart.findings.statements]
    notes = [(note.kind, note.message, note.verbatim) for note in chart.notes]
    entries = [(entry.reference, entry.resource_type, entry.words) for entry in chart.entries]
    facts = (chart.subject, chart.encounter, chart.effective, chart.known_causes, chart.input_hash, dict(chart.passed_over))
    return (findings, notes, entries, facts)


@QUICK
@given(seed=st.integers())
def test_the_order_of_the_bundle_changes_nothing_but_expressions(chart, make, seed):
    resources = mixed(make)
    expected = without_places(chart(*resources, patient=False))
    random.Random(seed).shuffle(resources)
    assert without_places(chart(*resources, patient=False)) == expected


def test_reading_twice_gives_the_same(chart, make):
    first, second = (chart(*mixed(make), patient=False) for _ in range(2))
    assert first.findings.statements == second.findings.statements
    assert (first.notes, first.entries, first.input_hash) == (second.notes, second.entries, second.input_hash)


def test_the_input_hash_follows_what_is_said_and_not_how_it_is_ordered(chart, make):
    resource = make("Observation", code=HEADACHE)
    turned = dict(reversed(list(resource.items())))
    assert chart(resource).input_hash == chart(turned).input_hash
    assert chart(resource).input_hash != chart(resource | {"valueBoolean": False}).input_hash


def yes(system, code):
    return {"valueCodeableConcept": {"coding": [{"system": system, "code": code}]}}


PRESENT = [{"valueBoolean": True}, yes(SNOMED, "52101004"), yes("http://loinc.org", "LA33-6"), {"valueString": "Yes"}, {}]
ABSENT = [{"valueBoolean": False}, yes(SNOMED, "2667000"), yes("http://loinc.org", "LA32-8"), {"valueString": "No"}]
NAMES = [
    {"coding": [{"system": SNOMED, "code": "25064002"}]},
    {"coding": [{"system": "urn:oid:2.16.840.1.113883.6.96", "code": "25064002"}], "text": "Head pain"},
    {"text": "Headache"},
    {"coding": [{"system": "urn:x", "code": "1", "display": "HEAD PAIN"}]},
]


@pytest.mark.parametrize("answers", [PRESENT, ABSENT], ids=["present", "absent"])
def test_every_encoding_of_a_finding_is_the_same_finding(chart, make, said, answers):
    told = {tuple(said(chart(make("Observation", code=name, **answer)))) for name in NAMES for answer in answers}
    assert len(told) == 1


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ["Patient/p", "headache, no fever", "2026-11-20", "0001-01-01", "9999-12-31T23:59:59Z", "#x", "urn:uuid:x", "no", "Cel"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["coding", "system", "code", "text", "display", "value", "unit", "reference", "start", "end", "resourceType", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
ELEMENTS = st.sampled_from(
    [
        "status",
        "code",
        "subject",
        "meta",
        "identifier",
        "valueQuantity",
        "valueString",
        "valueCodeableConcept",
        "component",
        "contained",
        "effectiveDateTime",
        "effectivePeriod",
        "onsetDateTime",
        "clinicalStatus",
        "period",
        "reasonCode",
        "birthDate",
        "interpretation",
        "issued",
        "medicationCodeableConcept",
        "medicationReference",
        "dataAbsentReason",
        "severity",
        "abatementDateTime",
        "recordedDate",
        "id",
        "gender",
    ]
)


@QUICK
@given(changes=st.lists(st.tuples(st.integers(0, 10), ELEMENTS, JUNK), max_size=3))
def test_a_damaged_chart_is_read_or_refused_and_nothing_else(intake, make, changes):
    resources = mixed(make)
    for index, element, value in changes:
        resources[index] = {**resources[index], element: value}
    body = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    try:
        chart = intake.read_chart(read_request(orjson.dumps(body), {}, now=NOW))
    except NuchalError:
        return
    assert chart.entries or chart.notes  # whatever was read, something is said


@QUICK
@given(body=st.binary(max_size=60) | JUNK.map(orjson.dumps), resource_type=st.sampled_from(["Bundle", "Parameters", "Patient"]), inner=JUNK)
def test_junk_is_refused_and_nothing_else(intake, body, resource_type, inner):
    whole = orjson.dumps({"resourceType": resource_type, "entry": inner, "parameter": inner, "type": "collection"})
    for junk in (body, whole):
        with pytest.raises(NuchalError):
            intake.read_chart(read_request(junk, {}, now=NOW))


PIECES = ["no", "fever", "headache", ",", "/", "and", "or", ".", ";", "denies", "with", "sudden", "severe", "jaw"]
MARKER = "Wilhelmina"


@QUICK
@given(text=st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
def test_no_text_breaks_the_reader_and_none_of_it_gets_into_a_message(chart, make, text):
    marked = f"{text} {MARKER}"
    try:
        read = chart(make("Observation", code={"text": marked}, valueString=marked), make("Condition", code={"text": marked}))
    except InvalidInput:
        return  # a control character
    assert all(MARKER not in note.message for note in read.notes)
