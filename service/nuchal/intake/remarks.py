"""What is said of a whole chart: each remark once, and contradictions."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from nuchal.findings import Finding, Findings, Note, NoteKind, Presence, View
from nuchal.rules.vocabulary import VocabularyWord

_OF_THE_PAST: Final = frozenset({NoteKind.OUTDATED, NoteKind.OVER})
_EACH_NAMED: Final = frozenset({NoteKind.REFUSED, NoteKind.MISSING})  # where the one is says nothing on the other


def remarks(notes: Iterable[Note], findings: Findings, vocabulary: Mapping[str, VocabularyWord]) -> tuple[Note, ...]:
    """Notes in an order that does not depend on that of the Bundle; repeated ones as one, with the first place and their number.

    What is over or too old is said only of words that nothing newer was read of.
    """
    states = findings.states(View.SAFETY)
    known = {word for word, state in states.items() if state.presence is not Presence.UNKNOWN}
    said = [note for note in notes if note.kind not in _OF_THE_PAST or note.word not in known]
    once = _grouped([*said, *_contradictions(findings, vocabulary)])
    return tuple(sorted(once, key=lambda note: (note.kind, note.message, note.verbatim or "", note.expression or "")))


def told_as_used(notes: Iterable[Note], statements: Iterable[Finding]) -> list[Note]:
    """`notes`, in which what was understood by its text and gave no statement says so."""
    used = {(finding.word, finding.expression) for finding in statements if finding.presence is not Presence.UNKNOWN}
    return [
        replace(note, message=f"{note.message}; it is not used")
        if note.kind is NoteKind.BY_TEXT and (note.word, note.expression) not in used
        else note
        for note in notes
    ]


def _grouped(notes: Iterable[Note]) -> list[Note]:
    groups: dict[Hashable, list[Note]] = {}
    for note in dict.fromkeys(notes):
        groups.setdefault(_shared(note), []).append(note)
    return [_first(group) for group in groups.values()]


def _shared(note: Note) -> Hashable:
    """What makes remarks one: the same code with the same words, whatever its display and wherever it stands."""
    if note.kind in _EACH_NAMED:
        return note
    coding = (note.coding.system, note.coding.code, note.coding.verified) if note.coding else None
    return (note.kind, note.message, note.word, note.verbatim, coding, note.is_on_pains)


def _first(group: list[Note]) -> Note:
    first = group[0]
    if len(group) == 1:
        return first
    display = min((note.coding.display for note in group if note.coding and note.coding.display), default=None)
    coding = replace(first.coding, display=display) if first.coding else None
    return replace(first, coding=coding, message=f"{first.message} ({len(group)} places, of which this is the first)")


def _contradictions(findings: Findings, vocabulary: Mapping[str, VocabularyWord]) -> list[Note]:
    message = "is stated to be present and absent, or with two values, at the same moment"
    return [
        Note(
            kind=NoteKind.CONTRADICTORY,
            message=f"{vocabulary[word].title} {message}",
            word=word,
            expression=findings.statements_on(word)[-1].expression,
        )
        for word in findings.contradictions
    ]
