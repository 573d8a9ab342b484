"""Each cause has a patient in `examples/patients` who comes out as a clinician expects; `patients.csv` says how."""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from nuchal.evaluation import Evaluation, Evaluator
from nuchal.findings import NoteKind
from nuchal.rules.model import Ruleset

PATIENTS = Path(__file__).parents[2] / "examples" / "patients"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOT_READ = {NoteKind.NOT_UNDERSTOOD, NoteKind.UNUSABLE, NoteKind.CONTRADICTORY, NoteKind.REFUSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The cause is among the first `within`, and at least `red_flags` are raised."""

    cause: str
    within: int
    disposition: str
    red_flags: frozenset[str]


def _read() -> list[Expected]:
    with (Path(__file__).parent / "patients.csv").open(encoding="utf-8", newline="") as file:
        return [
            Expected(
                cause=row["cause"], within=int(row["within"]), disposition=row["disposition"], red_flags=frozenset(row["red_flags"].split())
            )
            for row in csv.DictReader(file)
        ]


EXPECTED = _read()
for_each_patient = pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected.cause)


@pytest.fixture(scope="module")
def evaluation_of(evaluator: Evaluator):
    @cache
    def evaluate(cause: str) -> Evaluation:
        return evaluator.evaluate((PATIENTS / f"{cause}.json").read_bytes(), {"asOf": "2026-11-24"}, now=NOW)

    return evaluate


def test_every_cause_has_a_patient(ruleset: Ruleset):
    firing = {cause.id for cause in ruleset.causes.values() if cause.fires}
    assert {path.stem for path in PATIENTS.glob("*.json")} == {expected.cause for expected in EXPECTED} == firing


@for_each_patient
def test_everything_in_the_chart_is_understood(evaluation_of, expected):
    notes = evaluation_of(expected.cause).chart.notes
    assert [note for note in notes if note.kind in NOT_READ] == []


@for_each_patient
def test_the_cause_is_among_the_first(evaluation_of, expected):
    ranked = [listed.cause.id for listed in evaluation_of(expected.cause).assessment.causes]
    assert expected.cause in ranked[: expected.within], ranked


@for_each_patient
def test_the_patient_is_seen_soon_enough_and_not_too_soon(evaluation_of, expected):
    assert evaluation_of(expected.cause).assessment.disposition == expected.disposition


@for_each_patient
def test_the_red_flags_are_raised(evaluation_of, expected):
    raised = {raised.flag.id for raised in evaluation_of(expected.cause).assessment.flags}
    assert expected.red_flags <= raised


@pytest.mark.parametrize(
    "expected", [expected for expected in EXPECTED if expected.disposition in {"routine", "self-care"}], ids=lambda expected: expected.cause
)
def test_nobody_who_can_wait_raises_a_red_flag(evaluation_of, expected):
    assert [raised.flag.id for raised in evaluation_of(expected.cause).assessment.flags] == []
