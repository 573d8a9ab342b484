"""What inference concludes, free of the engine: the same types for the engine and for its witness."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from nuchal.findings import State, View
from nuchal.rules.conditions import Truth
from nuchal.rules.model import Disposition
from nuchal.rules.truths import Truths


class Certainty(StrEnum):
    """How well a cause fits, best first (DESIGN 4)."""

    MEETS_CRITERIA = "meets-criteria"
    PROBABLE = "probable"
    POSSIBLE = "possible"

    @property
    def rank(self) -> int:
        """0 for meets-criteria to 2 for possible."""
        return _CERTAINTIES.index(self)


_CERTAINTIES = tuple(Certainty)


class CauseTally(NamedTuple):
    """Everything the certainty of one cause is decided on (DESIGN 4, Certainty), in the STRICT view.

    `groups_*` count its groups of role required. `specific` says whether a met part,
    cardinal or supporting expression holds more than general words. `named` says whether
    a raised emergency or urgent flag names the cause, `first_named` whether it is the
    first of such a flag.
    """

    required: Truth
    groups_met: int
    groups_failed: int
    groups_open: int
    cardinal: bool
    cardinal_specific: bool
    specific: bool
    major: bool
    excluded: bool
    impossible_sex: bool
    named: bool
    first_named: bool


class CauseOutcome(NamedTuple):
    """The certainty of one cause, None when it has none.

    `by_name` is True when it is possible only because a raised flag names it, whatever
    its cardinal, failed parts or exclusions say.
    """

    tally: CauseTally
    certainty: Certainty | None
    by_name: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One rule that fired: in which stage, which rule, on which fact (words and tallies only, nothing of a patient)."""

    stage: str
    rule: str
    fact: str


@dataclass(frozen=True, kw_only=True)
class Conclusions:
    """What both evaluators agree on for one patient.

    `states` holds the words as stated and as derived, per view. `flags` gives the truth
    of each red flag, `causes` the outcome of each cause; retired rules are in neither.
    `trace` tells which rule fired on which fact, stage by stage. `decided` is what the
    witness made of the conditions on its way, so that nobody need decide them again.
    """

    states: Mapping[View, Mapping[str, State]]
    flags: Mapping[str, Truth]
    causes: Mapping[str, CauseOutcome]
    trace: tuple[Firing, ...]
    decided: Mapping[View, Truths] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def truths(self) -> Mapping[View, Truths]:
        """What conditions are in each view, while the flags are raised that are."""
        return self.decided or {view: Truths(states, self.raised) for view, states in self.states.items()}

    @cached_property
    def raised(self) -> frozenset[str]:
        """Ids of the red flags that are raised."""
        return frozenset(flag for flag, truth in self.flags.items() if truth is Truth.TRUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionTally:
    """Everything the disposition is decided on (DESIGN 4, Disposition).

    `flags` counts raised flags and `meeting` listed causes that meet criteria, by speed;
    a speed that is not in a mapping counts zero. `serious_listed` counts emergency or
    urgent causes listed as probable or possible. `first` is the urgency of the
    first-ranked cause. `screen_open` counts screen topics that apply and are not
    answered. `active_pains` counts headache and back pain.
    """

    flags: Mapping[Disposition, int]
    meeting: Mapping[Disposition, int]
    serious_listed: int
    first: Disposition | None
    screen_open: int
    active_pains: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One activity proposed by raised flags or listed causes.

    `from_flag` is True when a raised flag proposes it as an immediate action;
    `from_meeting_cause` when a cause that meets its criteria proposes it.
    """

    activity: str
    from_flag: bool
    from_meeting_cause: bool


class Verdict(StrEnum):
    """What becomes of a candidate."""

    ALLOWED = "allowed"
    CAUTIONED = "cautioned"
    WITHHELD = "withheld"
    LEFT_OUT = "left-out"
