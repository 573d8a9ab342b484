"""What an answer says of pains that it did not find, and of data that it did not get; with the bundled ruleset."""

import json
from datetime import UTC, datetime

import pytest

HEADACHE, BACK_PAIN, LOW_BACK_PAIN, STIFF_NECK, FEVER = "25064002", "161891005", "279039007", "161882006", "386661006"
RESOLVED = {"clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "resolved"}]}}


def said(code, resource_type="Observation", *, on="2026-11-20", of="Patient/p", **elements):
    dated = {"status": "final", "effectiveDateTime": on} if resource_type == "Observation" else {"recordedDate": on}
    concept = {"coding": [{"system": "http://snomed.info/sct", "code": code}]}
    return {"resourceType": resource_type, "subject": {"reference": of}, "code": concept} | dated | elements


@pytest.fixture
def evaluate(evaluator):
    """Evaluates a chart of these resources."""

    def evaluating(*resources, **elements):
        entries = [{"resource": one} for one in ({"resourceType": "Patient", "id": "p"}, *resources)]
        body = json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries} | elements).encode()
        return evaluator.evaluate(body, {"asOf": "2026-11-20"}, now=datetime.now(UTC))

    return evaluating


@pytest.fixture
def answer(evaluate):
    """The resources of an answer by their types."""

    def answering(*resources, **elements):
        return {one["resource"]["resourceType"]: one["resource"] for one in evaluate(*resources, **elements).answer["entry"]}

    return answering


PAINS = [
    ("nothing said", [], "Headache is not recorded; ask for it."),
    (
        "an old observation",
        [said(HEADACHE, on="2026-01-01")],
        "Headache is recorded, but older than its look-back; ask whether it is present now.",
    ),
    ("resolved", [said(HEADACHE, "Condition", **RESOLVED)], "Headache is recorded, but resolved; ask whether it is present now."),
    (
        "an old one and a resolved one",
        [said(HEADACHE, on="2026-01-01"), said(HEADACHE, "Condition", **RESOLVED)],
        "Headache is recorded, but older than its look-back or resolved; ask whether it is present now.",
    ),
    ("an old denial", [said(HEADACHE, on="2026-01-01", valueBoolean=False)], "Headache is not recorded; ask for it."),
    (
        "absent now, present long ago",
        [said(HEADACHE, on="2026-01-01"), said(HEADACHE, valueBoolean=False)],
        "Headache is recorded as absent.",
    ),
    (
        "an old region of the back",
        [said(HEADACHE), said(LOW_BACK_PAIN, on="2026-01-01")],
        "Back pain is recorded, but older than its look-back; ask whether it is present now.",
    ),
    ("a value that may deny", [said(HEADACHE, valueString="mother has it")], "Headache is not confirmed; ask for it."),
]


@pytest.mark.parametrize(("resources", "sentence"), [case[1:] for case in PAINS], ids=[case[0] for case in PAINS])
def test_a_pain_that_is_not_present_is_said_as_it_was_recorded(answer, resources, sentence):
    assert sentence in answer(*resources)["ClinicalImpression"]["summary"]


FORBIDDEN = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "forbidden"}]}
UNREAD = [
    ("nothing at all", [], {}, "success"),
    ("an old headache", [said(HEADACHE, on="2026-01-01")], {}, "success"),
    ("another page", [], {"link": [{"relation": "next", "url": "u"}]}, "data-required"),
    ("a total of more", [], {"total": 7}, "data-required"),
    ("an error of the sender", [FORBIDDEN], {}, "data-required"),
    ("another patient", [said(HEADACHE, of="Patient/q")], {}, "data-required"),
    ("an unknown modifier", [said(HEADACHE, modifierExtension=[{"url": "u", "valueBoolean": True}])], {}, "data-required"),
    ("our own proposal", [said(HEADACHE, meta={"source": "https://nuchal.example.org/fhir/Device/nuchal"})], {}, "success"),
    ("entered in error", [said(HEADACHE, status="entered-in-error")], {}, "success"),
]


@pytest.mark.parametrize(("resources", "elements", "status"), [case[1:] for case in UNREAD], ids=[case[0] for case in UNREAD])
def test_without_a_disposition_what_was_not_read_makes_data_required(answer, resources, elements, status):
    assert answer(*resources, **elements)["GuidanceResponse"]["status"] == status


VALUES = [("patient denies", False), ("supple", False), ("declined", False), ("mother has it", True), ("reported by patient", True)]


@pytest.mark.parametrize(("value", "is_raised"), VALUES)
def test_a_red_flag_counts_a_finding_whose_value_is_not_understood_and_none_that_is_denied(evaluate, value, is_raised):
    evaluation = evaluate(said(HEADACHE), said(FEVER), said(STIFF_NECK, valueString=value))
    assert ("rf-fever-meningism" in {raised.flag.id for raised in evaluation.assessment.flags}) is is_raised
