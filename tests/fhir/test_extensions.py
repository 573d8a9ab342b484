"""The extensions of an answer and their published definitions are the same."""

import json
from pathlib import Path

import pytest

from nuchal.fhir import canonicals

DEFINITIONS = Path(__file__).parents[2] / "fhir_profiles" / "extensions"
OURS = {
    value
    for name, value in vars(canonicals).items()
    if name.isupper() and "/StructureDefinition/" in str(value) and value.startswith("http")
}


def _definitions():
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(DEFINITIONS.glob("*.json"))]


def test_each_extension_url_is_defined_in_a_file_of_its_name():
    assert {definition["url"] for definition in _definitions()} == OURS
    assert {f"{path.stem}" for path in DEFINITIONS.glob("*.json")} == {url.rpartition("/")[2] for url in OURS}


@pytest.mark.parametrize("definition", _definitions(), ids=lambda definition: definition["id"])
def test_each_definition_has_a_snapshot_for_validators(definition):
    assert definition["snapshot"]["element"]


def test_the_kinds_of_answer_use_every_extension(answer_to):
    said = answer_to("emergency").text
    assert [url for url in OURS if url not in said] == []
