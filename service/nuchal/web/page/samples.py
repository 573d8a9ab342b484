"""The made-up patients of examples/, to choose from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import orjson

from nuchal.content import examples

SAMPLE_MOMENT: Final = "2026-11-24"  # examples/README.md: the moment at which the patients are seen
_TOLD: Final = re.compile(r"^\| `([\w/-]+)\.json` \| ([^|]+?) \|", re.MULTILINE)  # the table of examples/README.md
_GROUPS: Final = {
    "": "First patients",
    "interactions/": "Two causes at once, and mimics",
    "patients/": "One patient for each cause",
    "cds_hooks/": "CDS Hooks requests",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One made-up patient; `id` is the path below examples/ without its ending, `description` what its README says, `text` the JSON."""

    id: str
    group: str
    description: str
    text: str

    @property
    def title(self) -> str:
        """What to call it."""
        return self.id.rpartition("/")[2].replace("-", " ").capitalize()

    @property
    def as_of(self) -> str:
        """The moment to evaluate it at; empty where it brings its own."""
        return "" if orjson.loads(self.text).get("resourceType") == "Parameters" else SAMPLE_MOMENT


@cache
def samples() -> Mapping[str, Sample]:
    """Every sample by its id, in the order of the groups."""
    told = dict(_TOLD.findall((examples() / "README.md").read_text("utf-8")))
    found = [
        Sample(id=id_, group=group, description=told.get(id_, ""), text=(examples() / f"{id_}.json").read_text("utf-8"))
        for folder, group in _GROUPS.items()
        for id_ in _ids(folder)
    ]
    return {sample.id: sample for sample in found}


def _ids(folder: str) -> list[str]:
    names = sorted(file.name.removesuffix(".json") for file in (examples() / folder).iterdir() if file.name.endswith(".json"))
    return [f"{folder}{name}" for name in names]
