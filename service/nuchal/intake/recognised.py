"""What a code or a text is recognised as."""

from dataclasses import dataclass, replace

from nuchal.findings import Recognition
from nuchal.intake.durations import Told
from nuchal.intake.times import Moment
from nuchal.rules.vocabulary import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What a phrase says beside its finding: the level or score (of 10) of its severity, its time, how many weeks it has lasted."""

    level: str | None = None
    score: float | None = None
    told: Told | None = None
    weeks: float | None = None

    def moment(self, moment: Moment) -> Moment:
        """The moment of what was told at `moment`: since then, or then and not after it. A time beside the text goes first."""
        span = self.told.span(moment.observed) if self.told and moment.since is None else None
        if span is None or self.told is None:
            return moment
        return replace(moment, observed=span.end) if self.told.is_past else replace(moment, since=span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A word that a code or text names, and how; `negated` when the text denies it, not `is_sure` when it doubts it."""

    word: str
    match: Match
    how: Recognition
    negated: bool = False
    is_sure: bool = True
    detail: Detail | None = None


@dataclass(frozen=True, slots=True)
class TextReading:
    """What a text says, and the parts of it that say nothing to us."""

    words: tuple[Recognised, ...] = ()
    leftovers: tuple[str, ...] = ()
