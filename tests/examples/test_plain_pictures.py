"""Plain, harmless pictures: nobody is sent to hospital for them; `plain_pictures.csv` says what must come out."""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nuchal.evaluation import Evaluation, Evaluator
from nuchal.findings import NoteKind
from nuchal.rules.model import Ruleset

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOT_READ = {NoteKind.NOT_UNDERSTOOD, NoteKind.UNUSABLE, NoteKind.CONTRADICTORY, NoteKind.REFUSED}
BELL_PALSY_OF_2021 = {
    "resourceType": "Condition",
    "id": "palsy",
    "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "G51.0", "display": "Bell's palsy"}]},
    "subject": {"reference": "Patient/p"},
    "onsetDateTime": "2021-03-02",
}

with (Path(__file__).parent / "plain_pictures.csv").open(encoding="utf-8", newline="") as file:
    PICTURES = list(csv.DictReader(file))
KNOWN_PALSY = {**PICTURES[0], "picture": "known Bell palsy"}


def _patient(picture: Mapping[str, str]) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "p", "gender": picture["sex"], "birthDate": f"{2026 - int(picture['age'])}-01-01"}


def _observations(picture: Mapping[str, str], ruleset: Ruleset) -> Iterator[dict[str, Any]]:
    """One for each word of `picture`, by the first text that means it."""
    for word in picture["present"].split():
        yield _observation(word, ruleset, {"valueBoolean": True})
    for word in picture["absent"].split():
        yield _observation(word, ruleset, {"valueBoolean": False})
    for word, _, number in (each.partition("=") for each in picture["numbers"].split()):
        quantity = ruleset.vocabulary[word].quantity
        assert quantity is not None
        yield _observation(word, ruleset, {"valueQuantity": {"value": float(number), "unit": quantity.unit, "code": quantity.unit}})


def _observation(word: str, ruleset: Ruleset, value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": word,
        "status": "final",
        "code": {"text": ruleset.vocabulary[word].synonyms[0]},
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": "2026-11-24T09:00:00Z",
        **value,
    }


@pytest.fixture
def evaluate(evaluator: Evaluator, ruleset: Ruleset):
    def evaluation(picture: Mapping[str, str], *others: Mapping[str, Any]) -> Evaluation:
        resources = [_patient(picture), *_observations(picture, ruleset), *others]
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}
        return evaluator.evaluate(json.dumps(bundle).encode(), {"asOf": "2026-11-24"}, now=NOW)

    return evaluation


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture["picture"])
def test_a_plain_picture_is_understood_and_can_wait(evaluate, picture):
    told = evaluate(picture)
    assert [note for note in told.chart.notes if note.kind in NOT_READ] == []
    assert told.assessment.disposition == picture["disposition"]
    assert [raised.flag.id for raised in told.assessment.flags if raised.flag.disposition.is_serious] == []


def test_a_palsy_of_the_face_from_years_ago_changes_nothing(evaluate):
    told = evaluate(KNOWN_PALSY, BELL_PALSY_OF_2021)
    assert told.assessment.disposition == KNOWN_PALSY["disposition"]
    assert told.assessment.flags == ()
