"""What an Observation says, in every way that EHRs write it."""

import pytest

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
HEADACHE = {"coding": [{"system": SNOMED, "code": "25064002"}]}
BROAD_PAIN = {"coding": [{"system": SNOMED, "code": "22253000"}]}
PUKING = {"coding": [{"system": SNOMED, "code": "16932000"}]}
LOCAL = {"coding": [{"system": "urn:oid:1.2.3", "code": "77", "display": "HEADACHE"}]}


def coded(system, code):
    return {"coding": [{"system": system, "code": code}]}


ENCODINGS = [
    ("valueBoolean true", {"code": HEADACHE, "valueBoolean": True}, "present"),
    ("valueBoolean false", {"code": HEADACHE, "valueBoolean": False}, "absent"),
    ("SNOMED Present", {"code": HEADACHE, "valueCodeableConcept": coded(SNOMED, "52101004")}, "present"),
    ("SNOMED Absent", {"code": HEADACHE, "valueCodeableConcept": coded(SNOMED, "2667000")}, "absent"),
    ("LOINC Yes", {"code": HEADACHE, "valueCodeableConcept": coded(LOINC, "LA33-6")}, "present"),
    ("LOINC No", {"code": HEADACHE, "valueCodeableConcept": coded(LOINC, "LA32-8")}, "absent"),
    ("local answer with text", {"code": HEADACHE, "valueCodeableConcept": {"text": "No"}}, "absent"),
    (
        "two answers",
        {"code": HEADACHE, "valueCodeableConcept": {"coding": [*coded(LOINC, "LA32-8")["coding"], *coded(LOINC, "LA33-6")["coding"]]}},
        "unknown",
    ),
    ("text answer", {"code": HEADACHE, "valueString": " Denied "}, "absent"),
    ("text that denies the same", {"code": HEADACHE, "valueString": "No head pain"}, "absent"),
    ("text that is neither answer nor denial", {"code": HEADACHE, "valueString": "Reported by patient"}, "present"),
    ("a text that says nil", {"code": HEADACHE, "valueString": "nil"}, "absent"),
    ("a text that says normal", {"code": HEADACHE, "valueString": "normal"}, "absent"),
    ("SNOMED Normal", {"code": HEADACHE, "valueCodeableConcept": coded(SNOMED, "17621005")}, "absent"),
    ("interpretation N", {"code": HEADACHE, "interpretation": [coded(INTERPRETATION, "N")]}, "absent"),
    ("a text that is a refusal", {"code": HEADACHE, "valueString": "declined"}, "unknown"),
    ("a score as a text", {"code": HEADACHE, "valueString": "6/10"}, "present"),
    ("a score of nought as a text", {"code": HEADACHE, "valueString": "0/10"}, "unknown"),
    ("plus signs", {"code": HEADACHE, "valueString": "2+"}, "present"),
    (
        "a denial in the text of a code that is not understood",
        {"code": HEADACHE, "valueCodeableConcept": {"text": "no remarks"}},
        "unknown",
    ),
    (
        "interpretation beside a text that is not understood",
        {"code": HEADACHE, "valueString": "x", "interpretation": [coded(INTERPRETATION, "NEG")]},
        "absent",
    ),
    ("denial that is not understood", {"code": HEADACHE, "valueString": "No further remarks"}, "unknown"),
    ("interpretation POS", {"code": HEADACHE, "interpretation": [coded(INTERPRETATION, "POS")]}, "present"),
    ("interpretation NEG", {"code": HEADACHE, "interpretation": [coded(INTERPRETATION, "NEG")]}, "absent"),
    ("no value", {"code": HEADACHE}, "present"),
    ("dataAbsentReason", {"code": HEADACHE, "dataAbsentReason": {"text": "not asked"}}, "unknown"),
    ("a score of nought", {"code": HEADACHE, "valueInteger": 0}, "unknown"),
    ("a score", {"code": HEADACHE, "valueInteger": 6}, "present"),
    ("local code with display", {"code": LOCAL, "valueBoolean": True}, "present"),
    ("our own local code", {"code": coded("https://nuchal.example.org/fhir/CodeSystem/vocabulary", "headache")}, "present"),
    ("system as urn:oid", {"code": coded("urn:oid:2.16.840.1.113883.6.96", "25064002")}, "present"),
    ("code text that denies", {"code": {"text": "No headache"}}, "absent"),
    ("code text with the answer behind", {"code": {"text": "Headache: absent"}}, "absent"),
    ("denied denial", {"code": {"text": "No headache"}, "valueBoolean": False}, "unknown"),
    ("generic code, coded value", {"code": coded(LOINC, "75325-1"), "valueCodeableConcept": HEADACHE}, "present"),
    ("generic text, text value", {"code": {"text": "Symptom"}, "valueString": "Head pain"}, "present"),
    ("generic code, denied value", {"code": coded(LOINC, "75325-1"), "valueString": "kein headache"}, "absent"),
]


@pytest.mark.parametrize(("elements", "presence"), [case[1:] for case in ENCODINGS], ids=[case[0] for case in ENCODINGS])
def test_an_encoding_says_what_it_says(chart, make, said, elements, presence):
    assert said(chart(make("Observation", **elements)), "headache") == [("headache", presence)]


UNCLEAR = [
    {"valueString": "mother has it"},
    {"valueString": "resolved"},
    {"valueCodeableConcept": {"text": "in the past"}},
    {"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "410513005"}]}},
]


@pytest.mark.parametrize("value", UNCLEAR)
def test_a_value_that_may_deny_counts_for_red_flags_only_and_is_said(chart, make, said, value):
    read = chart(make("Observation", code=HEADACHE, **value))
    assert said(read) == [("headache", "present", "unconfirmed")]
    assert [(str(note.kind), note.word, note.expression) for note in read.notes] == [
        ("not-understood", "headache", "Bundle.entry[1].resource.value")
    ]


def test_an_old_value_that_may_deny_needs_no_remark_but_its_age(chart, make, said):
    read = chart(make("Observation", code=HEADACHE, valueString="mother has it", effectiveDateTime="2025"))
    assert said(read) == [("headache", "unknown", "unconfirmed")]
    assert [str(note.kind) for note in read.notes] == ["outdated"]


def test_normal_denies_a_symptom_or_sign_and_no_history(chart, make, said):
    read = chart(make("Observation", code={"coding": [{"system": SNOMED, "code": "277762005"}]}, valueString="normal"))
    assert said(read) == [("dural-puncture", "present", "unconfirmed")]


CODES = [
    ("a code that implies two words", {"code": PUKING}, [("nausea", "present"), ("vomiting", "present")]),
    ("what implies says nothing when absent", {"code": PUKING, "valueBoolean": False}, []),
    ("a broader code never asserts", {"code": BROAD_PAIN}, [("thunderclap-headache", "unknown")]),
    ("a broader code absent denies the narrower", {"code": BROAD_PAIN, "valueBoolean": False}, [("thunderclap-headache", "absent")]),
    (
        "two codes of one word give it once",
        {"code": {"coding": [*HEADACHE["coding"], *LOCAL["coding"]], "text": "Headache"}},
        [("headache", "present")],
    ),
    (
        "a text beside the code counts too",
        {"code": {**HEADACHE, "text": "Thunderclap headache"}},
        [("headache", "present"), ("thunderclap-headache", "present")],
    ),
    ("but not when absent", {"code": {**HEADACHE, "text": "Thunderclap headache"}, "valueBoolean": False}, [("headache", "absent")]),
    (
        "further findings in the value",
        {"code": HEADACHE, "valueString": "photophobia"},
        [("headache", "present"), ("photophobia", "present")],
    ),
    ("a test without result is unknown", {"code": coded(LOINC, "2106-3")}, [("pregnancy-test-positive", "unknown")]),
    ("a positive test", {"code": coded(LOINC, "2106-3"), "valueString": "Positive"}, [("pregnancy-test-positive", "present")]),
]


@pytest.mark.parametrize(("elements", "expected"), [case[1:] for case in CODES], ids=[case[0] for case in CODES])
def test_a_code_asserts_no_more_than_it_means(chart, make, said, elements, expected):
    assert said(chart(make("Observation", **elements))) == expected


@pytest.mark.parametrize(("value", "presence"), [("no", "absent"), ("something else", "unknown"), ("yes", "present")])
def test_a_code_that_asks_for_a_sex_needs_an_answer(chart, make, said, value, presence):
    read = chart(
        make("Observation", code=coded(LOINC, "46098-0"), valueString=value), {"resourceType": "Patient", "id": "p"}, patient=False
    )
    assert said(read, "sex-female") == [("sex-female", presence)]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_an_observation_that_does_not_count_is_named(chart, make, said, status):
    read = chart(make("Observation", code=HEADACHE, status=status))
    assert said(read) == []
    assert [(str(note.kind), note.expression) for note in read.notes] == [("ignored", "Bundle.entry[1].resource.status")]


NUMBERS = [
    ({"value": 38.5, "code": "Cel", "system": "http://unitsofmeasure.org"}, 38.5),
    ({"value": 101, "code": "[degF]", "system": "http://unitsofmeasure.org"}, 38.3333),
    ({"value": 101, "unit": "°F"}, 38.3333),
    ({"value": 101, "unit": "degF", "code": "degF"}, 38.3333),
    ({"value": 38, "unit": "C"}, 38.0),
    ({"value": 311.15, "code": "K", "system": "urn:oid:2.16.840.1.113883.6.8"}, 38.0),
    ({"value": 101, "code": "Cel"}, None),
    ({"value": 38}, None),
    ({"value": 38, "unit": "mmHg"}, None),
    ({"value": 38, "unit": "warm"}, None),
    ({"value": 38, "unit": "C" * 200}, None),
    ({"value": 38, "code": "Cel", "comparator": ">"}, None),
    ({"unit": "Cel"}, None),
]


@pytest.mark.parametrize(("quantity", "value"), NUMBERS)
def test_a_temperature_is_in_celsius_or_unknown_with_a_word(chart, make, said, quantity, value):
    read = chart(make("Observation", code=coded(LOINC, "8310-5"), valueQuantity=quantity))
    expected = ("body-temperature", "unknown") if value is None else ("body-temperature", "present", value)
    assert said(read) == [expected]
    assert [str(note.kind) for note in read.notes] == (["unusable"] if value is None else [])


def test_components_are_observations_of_their_own_and_pressure_may_be_in_kilopascal(chart, make, said):
    part = {"code": coded(LOINC, "8480-6"), "valueQuantity": {"value": 20, "code": "kPa", "system": "http://unitsofmeasure.org"}}
    read = chart(make("Observation", code=coded(LOINC, "85354-9"), component=[part]))
    assert said(read) == [("systolic", "present", 150.0123)]
    assert read.passed_over == {}  # a panel whose components were read


def test_a_panel_of_which_nothing_was_read_is_counted(chart, make):
    part = {"code": coded(LOINC, "8478-0"), "valueQuantity": {"value": 80, "code": "mm[Hg]"}}
    assert chart(make("Observation", code=coded(LOINC, "85354-9"), component=[part])).passed_over == {"Observation.code": 2}


@pytest.mark.parametrize("unit", ["d", "d/mo"])
def test_days_are_days_a_month_where_these_are_asked_for(chart, make, said, unit):
    read = chart(make("Observation", code={"text": "Headache days per month"}, valueQuantity={"value": 20, "unit": unit}))
    assert said(read) == [("headache-days", "present", 20.0)]


NAMED = [
    ("protein ++", ("present", 3.0)),
    ("Protein: ++", ("present", 3.0)),
    ("urine protein trace", ("present", 1.0)),
    ("protein negative", ("present", 0.0)),
    ("leucocytes ++", ("unknown",)),
    ("protein ++ blood +", ("unknown",)),
]


@pytest.mark.parametrize(("written", "expected"), NAMED)
def test_the_name_of_a_dipstick_may_stand_before_its_result(chart, make, said, written, expected):
    assert said(chart(make("Observation", code=coded(LOINC, "20454-5"), valueString=written))) == [("dipstick", *expected)]


WEEKS = [
    ("32/40", 32.0),
    ("32 / 40", 32.0),
    ("32+4", 32.5714),
    ("32+4 weeks", 32.5714),
    ("32+4/40", 32.5714),
    ("32 4/7 weeks", 32.5714),
    ("32w4d", 32.5714),
    ("32 weeks 4 days", 32.5714),
    ("32 weeks", 32.0),
    ("32", None),
    ("32/41", None),
    ("52/40", None),
    ("32+9 weeks", None),
]


@pytest.mark.parametrize(("written", "weeks"), WEEKS)
def test_weeks_of_pregnancy_are_read_as_they_are_written(chart, make, said, written, weeks):
    expected = ("gestation", "unknown") if weeks is None else ("gestation", "present", weeks)
    assert said(chart(make("Observation", code=coded(LOINC, "49051-6"), valueString=written))) == [expected]


@pytest.mark.parametrize(("recorded", "weeks"), [("2026-11-20", 29.0), ("2026-10-30", 32.0), (None, 29.0)])
def test_the_weeks_in_the_name_of_a_pregnancy_run_on_since_it_was_written(chart, make, said, recorded, weeks):
    read = chart(make("Condition", code={"text": "29 weeks pregnant"}, recordedDate=recorded))
    assert said(read) == [("gestation", "present", weeks), ("pregnant", "present")]


@pytest.mark.parametrize("text", ["not 29 weeks pregnant", "headache for 29 weeks", "29 weeks"])
def test_other_texts_with_weeks_say_nothing_on_a_pregnancy(chart, make, said, text):
    assert said(chart(make("Condition", code={"text": text})), "pregnant", "gestation") == []


@pytest.mark.parametrize(("value", "place"), [({"text": "2+"}, 3.0), ({"coding": [{"display": "Negative"}]}, 0.0), ({"text": "+"}, 2.0)])
def test_a_dipstick_is_read_by_its_place_in_the_order(chart, make, said, value, place):
    assert said(chart(make("Observation", code=coded(LOINC, "20454-5"), valueCodeableConcept=value))) == [("dipstick", "present", place)]
    if "text" in value:
        written = make("Observation", code=coded(LOINC, "20454-5"), valueString=value["text"])
        assert said(chart(written)) == [("dipstick", "present", place)]


def test_a_word_that_is_no_place_in_an_order_is_no_number(chart, make, said):
    read = chart(make("Observation", code=coded(LOINC, "8310-5"), valueCodeableConcept={"text": "negative"}))
    assert said(read) == [("body-temperature", "unknown")]


def test_a_pain_score_without_a_site_is_said_and_not_used(chart, make, said):
    read = chart(make("Observation", code=coded(LOINC, "72514-3"), valueQuantity={"value": 8, "code": "{score}"}))
    assert said(read) == []
    assert [str(note.kind) for note in read.notes] == ["unusable"]


def test_what_is_said_many_times_is_said_once_with_the_first_place_and_their_number(chart, make):
    score = make("Observation", code=coded(LOINC, "72514-3"), valueQuantity={"value": 8, "code": "{score}"})
    (note,) = chart(score, score, score).notes
    assert (
        note.message == "pain score is unknown: the code is wider and does not say what was measured (3 places, of which this is the first)"
    )
    assert note.expression == "Bundle.entry[1].resource.code"


OLD_NUMBERS = [
    ({"code": coded(LOINC, "72514-3"), "valueQuantity": {"value": 8, "code": "{score}"}}, []),
    ({"code": coded(LOINC, "8310-5"), "valueQuantity": {"value": 39.4, "code": "Cel"}}, [("outdated", "body-temperature")]),
    ({"code": coded(LOINC, "8310-5"), "valueQuantity": {"value": 39.4}}, []),
]


@pytest.mark.parametrize(("elements", "notes"), OLD_NUMBERS)
def test_an_old_number_is_said_to_be_old_and_nothing_else(chart, make, elements, notes):
    read = chart(make("Observation", effectiveDateTime="2026-01-01", **elements))
    assert [(str(note.kind), note.word) for note in read.notes] == notes


def test_a_finding_that_is_too_old_is_named_without_its_value(chart, make):
    old = make("Observation", code=HEADACHE, valueBoolean=True, effectiveDateTime="2026-01-01")
    (note,) = chart(old).notes
    assert note.message == "headache is recorded, but longer ago than its look-back of 7 days; not used"
    assert (note.word, note.expression) == ("headache", "Bundle.entry[1].resource")


@pytest.mark.parametrize("answer", [True, False])
def test_old_records_of_what_is_known_today_and_old_denials_need_no_remark(chart, make, answer):
    old = make("Observation", code=HEADACHE, valueBoolean=not answer, effectiveDateTime="2026-01-01")
    today = make("Observation", code=HEADACHE, valueBoolean=answer)
    assert chart(old, today).notes == ()
    assert chart(make("Observation", code=HEADACHE, valueBoolean=False, effectiveDateTime="2026-01-01")).notes == ()


@pytest.mark.parametrize("onset", [{"code": {"text": "Date of onset"}, "valueDateTime": "2026-11-20T06:00:00Z"}])
@pytest.mark.parametrize("code", [HEADACHE, coded(SNOMED, "95659009")], ids=["headache", "a kind of headache"])
def test_onset_gives_the_time_since(chart, make, said, onset, code):
    read = chart(make("Observation", code=code, component=[onset]))
    assert said(read, "headache-hours-ago") == [("headache-hours-ago", "present", 6.0)]
    assert {finding.recognition for finding in read.findings.statements_on("headache-hours-ago")} == {"computed"}


ONSETS = [
    ("2026-11-19", [("headache-hours-ago", "present", 36.0)], "a date is its start of day"),
    ("2026-11", [], "a month leaves too much open"),
    ("2026-12-01", [], "it cannot begin in the future"),
    ("soon", [], "no date at all"),
    ("9999-12-31", [], "the last day that can be written"),
]


@pytest.mark.parametrize(("written", "expected"), [case[:2] for case in ONSETS], ids=[case[2] for case in ONSETS])
def test_an_onset_is_as_precise_as_it_is_written(chart, make, said, written, expected):
    part = {"code": {"text": "Date of onset"}, "valueString": written}
    assert said(chart(make("Observation", code=HEADACHE, component=[part])), "headache-hours-ago") == expected


BACK = [
    ({"valueQuantity": {"value": 3, "code": "h", "system": "http://unitsofmeasure.org"}}, 5.0),
    ({"valueQuantity": {"value": 2, "unit": "days"}}, 50.0),
    ({"valueString": "2 days ago"}, None),
    ({"valueString": "since 2 days"}, 50.0),
    ({"valueQuantity": {"value": 2}}, None),
]


@pytest.mark.parametrize(("onset", "hours"), BACK)
def test_an_onset_may_count_back_from_when_it_was_told(chart, make, said, onset, hours):
    read = chart(make("Observation", code=HEADACHE, component=[{"code": {"text": "Date of onset"}, **onset}]))
    assert said(read, "headache-hours-ago") == ([] if hours is None else [("headache-hours-ago", "present", hours)])


def test_an_open_period_is_ongoing_since_its_start(chart, make, said):
    read = chart(make("Observation", code=HEADACHE, effectiveDateTime=None, effectivePeriod={"start": "2026-10-01T12:00:00Z"}))
    assert said(read, "headache") == [("headache", "present")]
    assert said(read, "headache-hours-ago") == [("headache-hours-ago", "present", 1200.0)]


SEVERITIES = [
    {"component": [{"code": {"text": "Severity"}, "valueCodeableConcept": coded(SNOMED, "24484000")}]},
    {"component": [{"code": coded(SNOMED, "246112005"), "valueString": "severe"}]},
    {"valueCodeableConcept": {"text": "Severe"}},
]


@pytest.mark.parametrize("elements", SEVERITIES)
def test_severity_sets_its_words_also_to_absent(chart, make, said, elements):
    read = chart(make("Observation", code=HEADACHE, **elements))
    assert said(read) == [("headache", "present"), ("headache-mild-or-moderate", "absent"), ("headache-severe", "present")]


def test_the_severity_of_a_headache_that_is_absent_says_nothing(chart, make, said):
    part = {"code": {"text": "Severity"}, "valueString": "severe"}
    assert said(chart(make("Observation", code=HEADACHE, valueBoolean=False, component=[part]))) == [("headache", "absent")]


TIMES = [
    ({"effectiveDateTime": "2026-11-13T12:00:00Z"}, "present", "the last moment of the look-back"),
    ({"effectiveDateTime": "2026-11-13T11:59:59Z"}, "unknown", "a second older"),
    ({"effectiveDateTime": "2026-11-13"}, "present", "a date counts at its last second"),
    ({"effectiveDateTime": "2026-11-12"}, "unknown", "the day before"),
    ({"effectiveDateTime": "2026-11"}, "present", "this month may lie before now"),
    ({"effectiveDateTime": "2025"}, "unknown", "last year"),
    ({"effectiveDateTime": "2026-11-20T20:00:00Z"}, "present", "later the same day"),
    ({"effectiveDateTime": "2026-11-20T20:00:00-08:00"}, "present", "the same day by its own clock"),
    ({"effectiveDateTime": "2026-11-21T08:00:00Z"}, None, "tomorrow"),
    ({"effectiveDateTime": "2027"}, None, "next year"),
    ({"effectiveDateTime": None, "issued": "2026-11-20T08:00:00Z"}, "present", "issued stands in"),
    ({"effectiveDateTime": None, "effectivePeriod": {"start": "2026-01-01", "end": "2026-02-01"}}, "unknown", "ended long ago"),
    ({"effectiveDateTime": None, "effectiveTiming": {"event": ["2026-11-19", "2025-01-01"]}}, "present", "the last event"),
]


@pytest.mark.parametrize(("elements", "presence"), [case[:2] for case in TIMES], ids=[case[2] for case in TIMES])
def test_a_statement_counts_inside_the_look_back_and_never_from_the_future(chart, make, said, elements, presence):
    read = chart(make("Observation", code=HEADACHE, **elements))
    assert said(read, "headache") == ([("headache", presence)] if presence else [])
    kind = {"present": [], "unknown": [("outdated", "headache")], None: [("unusable", "headache")]}[presence]
    assert [(str(note.kind), note.word) for note in read.notes] == kind


def test_what_is_dated_in_the_future_and_means_nothing_to_us_is_counted(chart, make):
    read = chart(make("Observation", code={"text": "Body weight"}, effectiveDateTime="2027"))
    assert read.notes == ()
    assert read.passed_over == {"Observation dated after the moment of the assessment": 1}


def test_an_observation_without_any_date_is_taken_as_of_now_and_said_so(chart, make, said):
    read = chart(make("Observation", code=HEADACHE, effectiveDateTime=None))
    assert said(read) == [("headache", "present")]
    assert [str(note.kind) for note in read.notes] == ["assumed"]


def test_present_and_absent_at_one_moment_is_a_contradiction(chart, make):
    read = chart(make("Observation", code=HEADACHE, valueBoolean=True), make("Observation", code=HEADACHE, valueBoolean=False))
    assert read.findings.contradictions == ("headache",)
    assert [(str(note.kind), note.message) for note in read.notes] == [
        ("contradictory", "headache is stated to be present and absent, or with two values, at the same moment")
    ]
