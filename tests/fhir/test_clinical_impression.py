"""The ClinicalImpression: findings with their why, and the summary for twenty seconds."""

from dataclasses import replace

import pytest

from nuchal.fhir import answer_bundle
from nuchal.fhir.canonicals import FINDING_CERTAINTY, FINDING_CRITERION, FINDING_ROLE, FINDING_RULE, FINDING_SOURCE
from nuchal.fhir.context import Context
from nuchal.fhir.summary import summary as summary_of
from nuchal.findings import Note, NoteKind
from nuchal.inference.outcome import Certainty
from nuchal.terminology import SNOMED_CT


def _extensions(finding, url):
    return [extension for extension in finding["extension"] if extension["url"] == url]


def _parts(extension):
    return [tuple(value for key, value in part.items()) for part in extension["extension"]]


@pytest.fixture
def impression(answer_to):
    return answer_to("emergency").one("ClinicalImpression")


def test_red_flags_come_first_then_causes_in_rank_order(impression):
    roles = [_extensions(finding, FINDING_ROLE)[0]["valueCode"] for finding in impression["finding"]]
    texts = [finding["itemCodeableConcept"]["text"] for finding in impression["finding"]]
    assert roles == ["red-flag", "red-flag", "cause", "cause", "cause"]
    assert texts == [
        "Fever with headache and stiff neck",
        "Rash that does not blanch",
        "Bacterial meningitis",
        "Migraine",
        "Tension-type headache",
    ]


def test_only_causes_have_a_certainty(impression):
    certainties = [[extension["valueCode"] for extension in _extensions(f, FINDING_CERTAINTY)] for f in impression["finding"]]
    assert certainties == [[], [], ["probable"], ["meets-criteria"], ["possible"]]


def test_only_verified_codes_go_out(impression):
    assert impression["finding"][2]["itemCodeableConcept"]["coding"] == [
        {"system": SNOMED_CT, "code": "95883001", "display": "Bacterial meningitis"}
    ]


def test_each_finding_names_its_rule_and_its_sources(impression):
    flag = impression["finding"][0]
    assert _parts(_extensions(flag, FINDING_RULE)[0]) == [
        ("id", "rf-fever-meningism"),
        ("canonical", "https://nuchal.example.org/fhir/PlanDefinition/small|0.1.0"),
    ]
    assert _extensions(flag, FINDING_SOURCE)[0]["valueRelatedArtifact"] == {
        "type": "citation",
        "display": "Fever with a stiff neck calls for treatment at once.",
        "citation": "Institute of Fevers. Meningitis. Guideline 1. 2024. doi:10.1000/182.",
        "url": "https://doi.org/10.1000/182",
    }


def test_each_criterion_has_its_state_and_the_inputs_behind_it(impression):
    criteria = [_parts(extension) for extension in _extensions(impression["finding"][2], FINDING_CRITERION)]
    assert criteria == [
        [
            ("id", "required"),
            ("text", "fever"),
            ("state", "met"),
            ("evidence", {"reference": "Observation/fever", "display": "Fever: present"}),
            ("evidence", {"reference": "Observation/temperature", "display": "Temperature: 39.2 °C"}),
        ],
        [
            ("id", "group-1.1"),
            ("text", "rash"),
            ("state", "absent"),
            ("evidence", {"reference": "Condition/rash", "display": "Rash: absent"}),
        ],
        [("id", "group-1.2"), ("text", "drowsiness"), ("state", "unknown")],
    ]


@pytest.mark.parametrize(("detail_full", "explained"), [(False, 5), (True, 6)])
def test_criteria_are_shown_for_the_first_five_causes_and_on_request_for_all(context_parts, detail_full, explained):
    causes = tuple(context_parts["listed"](id_, Certainty.POSSIBLE) for id_ in ("migraine", "tension-type-headache") * 3)
    bundle = answer_bundle(context_parts["assessment"](causes=causes), context_parts["chart"](), detail_full=detail_full)
    (impression,) = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "ClinicalImpression"]
    assert [bool(_extensions(finding, FINDING_CRITERION)) for finding in impression["finding"]] == [place < explained for place in range(6)]


def test_what_was_recognised_by_text_or_is_unconfirmed_says_so(impression):
    criteria = _extensions(impression["finding"][0], FINDING_CRITERION)
    assert _parts(criteria[1])[3] == (
        "evidence",
        {"reference": "Observation/neck", "display": "Neck stiffness: present (unconfirmed, by text)"},
    )


@pytest.mark.parametrize(
    ("place", "basis"),
    [
        (
            0,
            (
                "Raised because fever and neck stiffness (unconfirmed) are present; temperature is 39.2 °C "
                "(source: Institute of Fevers, 2024)."
            ),
        ),
        (
            2,
            (
                "Probable because fever is present; temperature is 39.2 °C (source: Institute of Fevers, 2024). "
                "Named by the red flag “Fever with headache and stiff neck”. Absent: rash. Not known: drowsiness."
            ),
        ),
        (
            3,
            (
                "Meets criteria because fever is present; temperature is 39.2 °C (source: Institute of Fevers, 2024). "
                "Known: it is on the problem list as confirmed. Absent: rash. Not known: drowsiness."
            ),
        ),
        (
            4,
            (
                "Possible because fever is present; temperature is 39.2 °C (source: Institute of Fevers, 2024). "
                "Listed only because it is named by the red flag “Fever with headache and stiff neck”. Not met: rash. "
                "The patient is younger than 12, the age from which this rule is written. Absent: rash. Not known: drowsiness."
            ),
        ),
    ],
)
def test_the_basis_is_a_sentence_with_what_holds_and_its_source(impression, place, basis):
    assert impression["finding"][place]["basis"] == basis


def test_inputs_stand_where_clinical_impression_may_hold_them(impression):
    assert impression["problem"] == [{"reference": "Condition/headache"}, {"reference": "Condition/rash"}]
    assert [item["reference"] for item in impression["investigation"][0]["item"]] == [
        "Observation/fever",
        "Observation/neck",
        "Observation/temperature",
    ]


def test_it_is_completed_without_an_assessor_and_names_the_ruleset(impression):
    assert impression["status"] == "completed"
    assert "assessor" not in impression
    assert impression["protocol"] == ["https://nuchal.example.org/fhir/PlanDefinition/small|0.1.0"]
    assert impression["effectiveDateTime"] == "2026-11-20T08:00:00Z"


def test_without_a_clinical_time_none_is_made_up(answer_to):
    assert "effectiveDateTime" not in answer_to("two_pains_and_nothing_else").one("ClinicalImpression")


@pytest.mark.parametrize(
    ("kind", "summary"),
    [
        (
            "emergency",
            (
                "Red flags: Fever with headache and stiff neck; Rash that does not blanch. "
                "First of 3 causes: Bacterial meningitis (probable); disposition: emergency (now). "
                "Do first: Emergency department; Lumbar puncture; CT head."
            ),
        ),
        (
            "two_pains_and_nothing_else",
            (
                "No red flag is raised by what is recorded; 2 topics of the screen are still open. "
                "No cause fits what is recorded; disposition: routine."
            ),
        ),
        (
            "head_only",
            (
                "No red flag is raised by what is recorded. No cause fits what is recorded; disposition: routine. "
                "Back pain is not recorded; ask for it. Ask next: Has there been a fever?"
            ),
        ),
        (
            "neither",
            (
                "No red flag is raised by what is recorded. "
                "Neither headache nor back pain is known to be active, so no causes were weighed. "
                "Headache is not recorded; ask for it. Back pain is recorded as absent."
            ),
        ),
    ],
)
def test_the_summary_says_flags_first_cause_disposition_and_what_to_do_or_to_ask(answer_to, kind, summary):
    assert answer_to(kind).one("ClinicalImpression")["summary"] == summary


@pytest.mark.parametrize(
    ("kind", "remark"),
    [
        ("emergency", "2 further benign causes would fit and are not listed."),
        ("hostile", "The input is incomplete, as its sender says; what is missing was not weighed."),
        ("hostile", "Some resources were refused, see the remarks on the input, and not weighed."),
        ("two_pains_and_nothing_else", "Neck stiffness counts as back pain here."),
        ("two_pains_and_nothing_else", "No listed cause explains the back pain."),
        ("two_pains_and_nothing_else", "Recorded, but weighed by no raised red flag and no listed cause: rash."),
        ("two_pains_and_nothing_else", "Still open in the screen for red flags: fever and focal deficit."),
        ("two_pains_and_nothing_else", "Of 2 red flags 1 can neither be raised nor ruled out by what is recorded."),
        (
            "child",
            "The patient is younger than 12: a cause written for older patients is listed only when a raised red flag names it.",
        ),
    ],
)
def test_what_no_finding_can_hold_is_noted_and_told_in_the_narrative(answer_to, kind, remark):
    impression = answer_to(kind).one("ClinicalImpression")
    assert any(remark in note["text"] for note in impression["note"])
    assert remark in impression["text"]["div"]


def test_the_narrative_tells_flags_causes_with_what_is_unknown_questions_and_limits(impression):
    div = impression["text"]["div"]
    for text in [
        "Emergency (now): Fever with headache and stiff neck",
        "Bacterial meningitis (probable)",
        "Migraine (meets criteria, known)",
        "Not known: drowsiness.",
        "Is the neck stiff?",
        "Ruleset small 0.1.0, not reviewed by a clinician.",
    ]:
        assert text in div


def test_texts_on_head_neck_or_back_that_were_not_understood_are_told_where_neither_pain_is_known(answer_to):
    neither = answer_to("neither")
    notes = tuple(
        Note(kind=NoteKind.NOT_UNDERSTOOD, message="Asserts nothing.", verbatim=text, is_on_pains=on_pains)
        for text, on_pains in (("flibble of the head", True), ("flibble", False))
    )
    context = Context(assessment=neither.assessment, chart=replace(neither.chart, notes=notes), detail_full=False)
    assert "But 1 text on head, neck or back was not understood: ask for both pains." in summary_of(context)
