"""Several statements on one word become one state, read cautiously for red flags and strictly for causes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from nuchal.findings.finding import Finding, Presence


class View(StrEnum):
    """How doubtful statements are read (DESIGN 3).

    SAFETY serves red flags, contraindications and cautions: unconfirmed and contradictory
    statements count as present. STRICT serves certainty and rank: only confirmed
    statements count, and a contradiction is unknown.
    """

    SAFETY = "safety"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class State:
    """What is known of one word in one view.

    `values` holds the numbers of the latest moment, in the vocabulary's unit: none, one,
    or in the SAFETY view several that were stated at the same moment; a comparison is
    then true when any of them meets it. `evidence` are the statements it rests on.
    """

    presence: Presence
    values: tuple[float, ...] = ()
    evidence: tuple[Finding, ...] = ()


UNKNOWN = State(Presence.UNKNOWN)
"""The state of a word that nobody spoke of."""


class Findings:
    """All statements about one patient, immutable; the latest on each word wins.

    The order of the statements does not matter.
    """

    def __init__(self, statements: Iterable[Finding]) -> None:
        self.statements = tuple(sorted(statements, key=_order))

    @cached_property
    def _by_word(self) -> Mapping[str, tuple[Finding, ...]]:
        words: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.statements:
            words[finding.word].append(finding)
        return {word: tuple(found) for word, found in words.items()}

    @cached_property
    def _views(self) -> Mapping[View, Mapping[str, State]]:
        return {
            View.SAFETY: {word: _safety(found) for word, found in self._by_word.items()},
            View.STRICT: {word: _strict(found) for word, found in self._by_word.items()},
        }

    def states(self, view: View) -> Mapping[str, State]:
        """The state of each word that anything was said of, in `view`; other words are unknown."""
        return self._views[view]

    def statements_on(self, word: str) -> tuple[Finding, ...]:
        """Every statement on `word`, oldest first."""
        return self._by_word.get(word, ())

    @cached_property
    def contradictions(self) -> tuple[str, ...]:
        """Words whose latest statements disagree, in order of their ids."""
        return tuple(sorted(word for word, found in self._by_word.items() if _contradictory(_latest(found))))


def _order(finding: Finding) -> tuple[float | str, ...]:
    return (
        finding.observed.timestamp(),
        finding.word,
        finding.presence,
        str(finding.value),
        finding.source or "",
        finding.expression or "",
        finding.recognition,
        str(finding.confirmed),
    )


def _latest(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The statements of the latest moment that say something: an unknown never hides an older answer's moment."""
    known = tuple(finding for finding in found if finding.presence is not Presence.UNKNOWN)
    if not known:
        return ()
    moment = max(finding.observed for finding in known)
    return tuple(finding for finding in known if finding.observed == moment)


def _values(found: tuple[Finding, ...]) -> tuple[float, ...]:
    return tuple(sorted({finding.value for finding in found if finding.value is not None}))


def _contradictory(latest: tuple[Finding, ...]) -> bool:
    return len({finding.presence for finding in latest}) > 1 or len(_values(latest)) > 1


def _safety(found: tuple[Finding, ...]) -> State:
    # doubt is presence here, never denial: an unconfirmed absence must not switch a red flag off
    latest = _latest(tuple(finding for finding in found if finding.confirmed or finding.presence is Presence.PRESENT))
    if not latest:
        return State(Presence.UNKNOWN, evidence=found)
    present = any(finding.presence is Presence.PRESENT for finding in latest)
    return State(Presence.PRESENT if present else Presence.ABSENT, _values(latest), latest)


def _strict(found: tuple[Finding, ...]) -> State:
    latest = _latest(tuple(finding for finding in found if finding.confirmed))
    if not latest or _contradictory(latest):
        return State(Presence.UNKNOWN, evidence=latest or found)
    return State(latest[0].presence, _values(latest), latest)
