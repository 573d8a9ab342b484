"""The input as it was read: each resource with what it said, and the remarks on it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from nuchal.fhir.context import Context
from nuchal.fhir.narrative import plain
from nuchal.fhir.phrases import statement
from nuchal.findings import Finding, Note, NoteKind
from nuchal.intake.entries import resource_of
from nuchal.web.page.criteria_shown import anchor

_MOST: Final = 200  # more resources make a page that no browser likes


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownResource:
    """One resource: `anchor` is its id on the page, `said` what was read, `remarks` what was not, or was doubtful."""

    anchor: str
    label: str
    said: tuple[str, ...]
    remarks: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownInput:
    """The resources in their order; `more` counts those that are not shown, of which nothing was read before others."""

    resources: tuple[ShownResource, ...]
    more: int


def shown_input(context: Context, bundle: Mapping[str, Any]) -> ShownInput:
    """The resources of `bundle`, those inside Bundles included; what says something goes first where there are too many."""
    findings: dict[str, list[Finding]] = defaultdict(list)
    for finding in context.chart.findings.statements:
        findings[resource_of(finding.expression or "") or ""].append(finding)
    notes: dict[str, list[Note]] = defaultdict(list)
    for note in context.chart.notes:
        notes[resource_of(note.expression or "") or ""].append(note)
    found = list(_resources(bundle, "Bundle"))
    kept = sorted(range(len(found)), key=lambda number: (found[number][0] not in findings, number))[:_MOST]
    shown = [_shown(context, *found[number], findings[found[number][0]], notes[found[number][0]]) for number in sorted(kept)]
    return ShownInput(resources=tuple(shown), more=len(found) - len(shown))


def _resources(bundle: Mapping[str, Any], place: str) -> list[tuple[str, Mapping[str, Any]]]:
    found: list[tuple[str, Mapping[str, Any]]] = []
    for number, entry in enumerate(bundle.get("entry") or ()):
        resource, where = entry.get("resource"), f"{place}.entry[{number}].resource"
        if not resource:
            continue
        found += _resources(resource, where) if resource.get("resourceType") == "Bundle" else [(where, resource)]
    return found


def _shown(context: Context, place: str, resource: Mapping[str, Any], findings: Sequence[Finding], notes: Sequence[Note]) -> ShownResource:
    kind, identity = str(resource["resourceType"]), resource.get("id")
    return ShownResource(
        anchor=anchor(place),
        label=plain(f"{kind}/{identity}" if identity else kind),
        said=tuple(dict.fromkeys(statement(finding, context.vocabulary) for finding in findings)),
        remarks=tuple(dict.fromkeys(_remark(note) for note in notes if note.kind is not NoteKind.BY_TEXT)),
        text=orjson.dumps(resource, option=orjson.OPT_INDENT_2).decode(),
    )


def _remark(note: Note) -> str:
    return f"{note.message}: “{plain(note.verbatim)}”" if note.verbatim else note.message
