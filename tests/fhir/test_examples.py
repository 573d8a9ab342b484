"""The answers to the bundled examples, by the real ruleset."""

import json
from datetime import UTC, datetime

import pytest
from fhir.resources.R4B import get_fhir_model_class

NOW = datetime(2026, 11, 25, tzinfo=UTC)  # the day after the examples


@pytest.mark.parametrize("detail", ["", "full"])
def test_the_answer_to_each_example_is_fhir_r4(evaluator, example, detail):
    parameters = {"detail": detail} if detail else {}
    answer = evaluator.evaluate(example.read_bytes(), parameters, now=NOW).answer
    for resource in (answer, *(entry["resource"] for entry in answer["entry"])):
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_the_order_of_the_entries_changes_nothing_but_the_places_named_in_remarks(evaluator, examples):
    bundle = json.loads((examples / "fever-and-stiff-neck.json").read_bytes())
    turned = bundle | {"entry": bundle["entry"][::-1]}
    assert _without_remarks(evaluator, turned) == _without_remarks(evaluator, bundle)


def _without_remarks(evaluator, bundle):
    answer = evaluator.evaluate(json.dumps(bundle).encode(), {}, now=NOW).answer
    return [entry for entry in answer["entry"] if entry["resource"]["resourceType"] != "OperationOutcome"]


def test_an_emergency_is_told_in_the_first_words(evaluator, examples):
    body = (examples / "fever-and-stiff-neck.json").read_bytes()
    answer = evaluator.evaluate(body, {}, now=NOW).answer
    (impression,) = [entry["resource"] for entry in answer["entry"] if entry["resource"]["resourceType"] == "ClinicalImpression"]
    assert impression["summary"].startswith("Red flag")
    assert "disposition: emergency (now)" in impression["summary"]
