"""Two causes at once, red flags over a benign picture, mimics: `examples/interactions`; `interactions.csv` says what must come out."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nuchal.evaluation import Evaluator

PATIENTS = Path(__file__).parents[2] / "examples" / "interactions"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIRST = 3

with (Path(__file__).parent / "interactions.csv").open(encoding="utf-8", newline="") as file:
    EXPECTED = list(csv.DictReader(file))


def test_every_patient_has_an_expectation():
    assert sorted(path.stem for path in PATIENTS.glob("*.json")) == sorted(row["patient"] for row in EXPECTED)


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: row["patient"])
def test_the_causes_come_first_and_the_red_flags_decide(evaluator: Evaluator, row):
    body = (PATIENTS / f"{row['patient']}.json").read_bytes()
    assessment = evaluator.evaluate(body, {"asOf": "2026-11-24"}, now=NOW).assessment
    raised = {raised.flag.id for raised in assessment.flags}
    expected = set(row["red_flags"].split())
    assert assessment.disposition == row["disposition"]
    assert set(row["causes"].split()) <= {listed.cause.id for listed in assessment.causes[:FIRST]}
    assert expected <= raised
    assert expected or not raised, "a patient without an expected red flag raises none"
