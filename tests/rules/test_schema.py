"""The JSON schemas for editors say the same as the reader."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from nuchal.rules.schema import KINDS, json_schema, schema_text

RULESETS = Path(__file__).parents[2] / "rulesets"
FOLDERS = {"red_flags": "red_flag", "causes": "cause", "activities": "activity", "derived": "derived", "vocabulary": "vocabulary"}
FILES = sorted((RULESETS / "back_pain_headache").rglob("*.yaml"))


def kind_of(path):
    if path.stem in {"ruleset", "references", "language", "not_covered"}:
        return path.stem
    return FOLDERS[path.parent.name]


def as_an_editor_sees_it(value):
    """Editors read YAML as JSON: a date is a text there."""
    if isinstance(value, dict):
        return {str(key): as_an_editor_sees_it(member) for key, member in value.items()}
    if isinstance(value, list):
        return [as_an_editor_sees_it(member) for member in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def faults(kind, text):
    document = as_an_editor_sees_it(yaml.safe_load(text))
    return [error.message for error in Draft202012Validator(json_schema(kind)).iter_errors(document)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_a_schema(kind):
    Draft202012Validator.check_schema(json_schema(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_of_a_schema_is_current(kind):
    assert (RULESETS / "schema" / f"{kind}.json").read_text(encoding="utf-8") == schema_text(kind), (
        "run `nuchal rules schema rulesets/schema`"
    )


def test_every_kind_of_file_has_a_schema_and_no_other():
    assert {path.stem for path in (RULESETS / "schema").iterdir()} == set(KINDS) == {kind_of(path) for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_that_the_reader_takes_fits_its_schema(path):
    assert faults(kind_of(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("file", "kind", "old", "new"),
    [
        ("red_flags/rf-meningism.yaml", "red_flag", "rationale:", "rationle:"),
        ("red_flags/rf-meningism.yaml", "red_flag", "id: rf-meningism", "id: meningism"),
        ("red_flags/rf-meningism.yaml", "red_flag", "disposition: emergency", "disposition: emergent"),
        ("red_flags/rf-meningism.yaml", "red_flag", "{any: [fever, neck-stiffness]}", "{any: []}"),
        ("red_flags/rf-meningism.yaml", "red_flag", "{any: [fever, neck-stiffness]}", "{flag: rf-other}"),
        ("red_flags/rf-meningism.yaml", "red_flag", "{headache: present}", "{headache: perhaps}"),
        ("causes/meningitis.yaml", "cause", "explains: [head, neck]", "explains: [nek]"),
        ("causes/meningitis.yaml", "cause", "system: snomed", "system: snomet"),
        ("activities/no-heat.yaml", "activity", "prohibits: yes", "prohibits: perhaps"),
        ("derived/fever.yaml", "derived", "op: '>='", "op: '=>'"),
        ("vocabulary/words.yaml", "vocabulary", "look_back: P30D", "look_back: 30 days"),
        ("vocabulary/language.yaml", "language", "level: severe", "level: bad"),
        ("ruleset.yaml", "ruleset", "version: 1.2.3", "version: one"),
        ("references.yaml", "references", "year: 2004", "year: long ago"),
    ],
)
def test_what_the_reader_refuses_does_not_fit_either(tiny, file, kind, old, new):
    path = tiny.folder / file
    assert faults(kind, path.read_text(encoding="utf-8")) == []
    tiny.edit(file, old, new)
    assert faults(kind, path.read_text(encoding="utf-8"))
