"""Which conclusions of an assessment are worth a card: the raised flags, else the first cause; rarely a second one.

Decides nothing clinical: it picks by rank, certainty and disposition, which the rules gave.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nuchal.assessment.model import Assessment, Criterion, CriterionRole, CriterionState, ListedCause, RaisedFlag
from nuchal.findings import Finding, Presence
from nuchal.inference.outcome import Certainty
from nuchal.rules.model import Disposition, Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What one card tells: red flags of one disposition, one cause, or texts not understood. The one that `leads` brings the plan."""

    disposition: Disposition
    leads: bool
    flags: tuple[RaisedFlag, ...] = ()
    cause: ListedCause | None = None
    unread: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of its rules, in their order."""
        return (*(raised.flag.id for raised in self.flags), *((self.cause.cause.id,) if self.cause else ()))

    @property
    def name(self) -> str:
        """What its ids are made of, stable within one answer."""
        if self.unread:
            return "unread"
        return "red-flags" if self.flags else f"cause/{self.rules[0]}"

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria of its rules; what speaks against a cause (excluding) is none of them."""
        criteria = (self.cause.criteria if self.cause else ()) if not self.flags else [c for raised in self.flags for c in raised.criteria]
        return tuple(criterion for criterion in criteria if criterion.role is not CriterionRole.EXCLUDING)

    @property
    def is_critical(self) -> bool:
        """Whether it is an emergency; only such a card interrupts, and it is never held back."""
        return self.disposition is Disposition.EMERGENCY


def conclusions(assessment: Assessment) -> list[Conclusion]:
    """The conclusions, the leading one first; none without a disposition."""
    if assessment.disposition is None:
        return []
    if assessment.flags:
        lead = Conclusion(disposition=assessment.disposition, leads=True, flags=_most_urgent(assessment.flags))
        return [lead, *_beside(assessment)]
    cause = next(_worth_telling(assessment), None)
    return [Conclusion(disposition=assessment.disposition, leads=True, cause=cause)] if cause else []


def _most_urgent(flags: Iterable[RaisedFlag]) -> tuple[RaisedFlag, ...]:
    flags = tuple(flags)
    most = min(raised.flag.disposition.rank for raised in flags)
    return tuple(raised for raised in flags if raised.flag.disposition.rank == most)


def _beside(assessment: Assessment) -> Iterator[Conclusion]:
    """Beside flags that are no emergency: the first cause when it is likely and no flag already names it."""
    first = assessment.causes[0] if assessment.causes else None
    if first is None or assessment.disposition is Disposition.EMERGENCY or first.named_by or first.known:
        return
    if first.certainty is not Certainty.POSSIBLE:
        yield Conclusion(disposition=Disposition.ROUTINE, leads=False, cause=first)


def _worth_telling(assessment: Assessment) -> Iterator[ListedCause]:
    """The first cause, and behind it those that must not be missed; what is on the problem list is known already."""
    for place, listed in enumerate(assessment.causes):
        if not listed.known and (place == 0 or listed.cause.urgency.is_serious):
            yield listed


def rests_on_something_special(conclusion: Conclusion, ruleset: Ruleset) -> bool:
    """Whether a finding that is present makes it true, and for a cause one that not everybody with such pain has.

    Without one a cause is true of everybody, and what rests on silence only is true of nobody in particular.
    """
    found = _present(conclusion.criteria)
    return any(not ruleset.vocabulary[finding.word].general for finding in found) or bool(conclusion.flags and found)


def special_sources(criteria: Iterable[Criterion], ruleset: Ruleset) -> set[str | None]:
    """The resources behind what is present and not everybody with such pain has."""
    return {finding.source for finding in _present(criteria) if not ruleset.vocabulary[finding.word].general}


def _present(criteria: Iterable[Criterion]) -> list[Finding]:
    met = (criterion for criterion in criteria if criterion.state is CriterionState.MET)
    return [finding for criterion in met for finding in criterion.evidence if finding.presence is Presence.PRESENT]
