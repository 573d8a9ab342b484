"""JSON schemas of a ruleset's files, for editors; made from the very forms that read them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from nuchal.rules.format.conditions import condition_definitions
from nuchal.rules.format.language_file import LANGUAGE
from nuchal.rules.format.records import Record
from nuchal.rules.format.rule_files import ACTIVITY, DERIVED, RED_FLAG, cause_record
from nuchal.rules.format.ruleset_files import MANIFEST, NOT_COVERED, REFERENCES
from nuchal.rules.format.vocabulary_files import VOCABULARY

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_FORMS: Final[Mapping[str, Record[Any]]] = {
    "ruleset": MANIFEST,
    "references": REFERENCES,
    "not_covered": NOT_COVERED,
    "vocabulary": VOCABULARY,
    "language": LANGUAGE,
    "derived": DERIVED,
    "red_flag": RED_FLAG,
    "cause": cause_record(0),
    "activity": ACTIVITY,
}
_WITH_CONDITIONS: Final = ("derived", "red_flag", "cause", "activity")
KINDS: Final = tuple(_FORMS)


def json_schema(kind: str) -> dict[str, Any]:
    """The schema of the files of `kind`, one of KINDS. It cannot say the order of keys nor which ids exist."""
    form = _FORMS[kind]
    schema = {"$schema": _DIALECT, "title": form.name, **form.schema()}
    return schema | {"$defs": condition_definitions()} if kind in _WITH_CONDITIONS else schema


def write_schemas(folder: Path) -> None:
    """Write one file for each of KINDS."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        (folder / f"{kind}.json").write_text(schema_text(kind), encoding="utf-8")


def schema_text(kind: str) -> str:
    """The schema of `kind` as it stands in its file."""
    return json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n"
