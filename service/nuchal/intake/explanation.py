"""What became of each resource of the input, for those who connect an EHR."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nuchal.findings import Chart, Finding, Note, NoteKind
from nuchal.intake.entries import Entry, resource_of
from nuchal.intake.knowledge import PassedOver


class Fate(StrEnum):
    """What became of a resource, in one word or two."""

    READ = "read"
    REFUSED = "refused"
    MISSING = "missing"  # the sender did not get what the entry stands for
    NOT_UNDERSTOOD = "not understood"
    NOT_USED = "not used"  # too old, over, ahead, without a usable value
    IGNORED = "ignored"
    PASSED_OVER = "passed over"
    EMPTY = "says nothing here"


# The first kind of remark that a resource without findings has decides its fate.
_FATES: Final = {
    NoteKind.REFUSED: Fate.REFUSED,
    NoteKind.MISSING: Fate.MISSING,
    NoteKind.NOT_UNDERSTOOD: Fate.NOT_UNDERSTOOD,
    NoteKind.UNUSABLE: Fate.NOT_USED,
    NoteKind.OUTDATED: Fate.NOT_USED,
    NoteKind.OVER: Fate.NOT_USED,
    NoteKind.IGNORED: Fate.IGNORED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedResource:
    """One resource of the input; a place without one (an entry without resource, the next page) has no type.

    `notes` are all that was said of it, each with its own place: those of the chart say
    what many resources share once.
    """

    expression: str
    resource_type: str | None
    reference: str | None
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    passed_over: tuple[str, ...]
    known_causes: tuple[str, ...] = ()

    @property
    def fate(self) -> Fate:
        """What became of it, on the whole."""
        if self.findings or self.known_causes:
            return Fate.READ
        kinds = {note.kind for note in self.notes}
        told = next((fate for kind, fate in _FATES.items() if kind in kinds), None)
        return told or (Fate.PASSED_OVER if self.passed_over else Fate.EMPTY)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One chart, and the remarks on every place that it was read from."""

    chart: Chart
    entries: Sequence[Entry]
    statements: Mapping[str, Sequence[Finding]]  # by the FHIRPath of the resource
    notes: Sequence[Note]
    passed_over: Sequence[PassedOver]
    known_causes: Mapping[str, frozenset[str]]  # by the FHIRPath of the resource

    def resources(self) -> tuple[ExplainedResource, ...]:
        """Each resource in the order of the input, then the places of remarks that belong to none."""
        notes: dict[str, list[Note]] = defaultdict(list)
        for note in dict.fromkeys(self.notes):
            notes[_place(note)].append(note)
        passed_over: dict[str, list[str]] = defaultdict(list)
        for passed in self.passed_over:
            passed_over[passed.expression].append(passed.what)
        resources = {entry.expression: entry for entry in self.entries}
        return tuple(
            ExplainedResource(
                expression=place,
                resource_type=entry.resource_type if entry else None,
                reference=entry.reference if entry else None,
                findings=tuple(dict.fromkeys(self.statements.get(place, ()))),
                notes=tuple(notes[place]),
                passed_over=tuple(passed_over[place]),
                known_causes=tuple(sorted(self.known_causes.get(place, ()))),
            )
            for place, entry in (resources | {place: resources.get(place) for place in notes}).items()
        )


def _place(note: Note) -> str:
    """The resource that a remark is on, or its own place when that is in none."""
    place = note.expression or "Bundle"
    return resource_of(place) or place
