"""Laboratory values and vital signs of data/laboratory.csv become numbers of the vocabulary, whichever units they come in."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from nuchal.findings import Chart
from nuchal.intake import Intake, read_request
from nuchal.rules.model import Ruleset
from nuchal.rules.vocabulary import Quantity
from nuchal.terminology import LOINC

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A LOINC code with a value as it is sent, and the word and number that it must become."""

    code: str
    value: float
    unit: str
    word: str
    expected: float
    by_molar_mass: bool


def _read() -> list[Value]:
    with (Path(__file__).parent / "data" / "laboratory.csv").open(encoding="utf-8", newline="") as file:
        return [
            Value(
                code=row["code"],
                value=float(row["value"]),
                unit=row["unit"],
                word=row["word"],
                expected=float(row["expected"]),
                by_molar_mass=row["molar_mass"] == "yes",
            )
            for row in csv.DictReader(file)
        ]


VALUES = _read()
KNOWS_MOLAR_MASS = "molar_mass" in {field.name for field in fields(Quantity)}


@pytest.fixture(scope="module")
def read(ruleset: Ruleset) -> Callable[[Value], Chart]:
    intake = Intake(ruleset)

    def chart(sent: Value) -> Chart:
        observation = {
            "resourceType": "Observation",
            "status": "final",
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}],
            "code": {"coding": [{"system": LOINC, "code": sent.code}]},
            "effectiveDateTime": "2026-11-20T10:00:00Z",
            "valueQuantity": {"value": sent.value, "unit": sent.unit},
        }
        patient = {"resourceType": "Patient", "id": "p", "gender": "female"}
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}, {"resource": observation}]}
        return intake.read_chart(read_request(orjson.dumps(bundle), {"asOf": "2026-11-20T12:00:00Z"}, now=AS_OF))

    return chart


@pytest.mark.parametrize("sent", VALUES, ids=lambda sent: f"{sent.code} {sent.value:g} {sent.unit}")
def test_a_value_becomes_the_number_of_its_word(read, sent):
    if sent.by_molar_mass and not KNOWS_MOLAR_MASS:
        pytest.skip("masses are not turned into amounts of substance yet")
    values = {finding.word: finding.value for finding in read(sent).findings.statements if finding.value is not None}
    assert values == {sent.word: pytest.approx(sent.expected, abs=0.001)}


def test_every_laboratory_word_comes_in_both_unit_systems():
    units = {word: {sent.unit for sent in VALUES if sent.word == word} for word in ("blood-glucose", "creatinine", "crp", "platelet-count")}
    assert all(len(seen) > 1 for seen in units.values())
