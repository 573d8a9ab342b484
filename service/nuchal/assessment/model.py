"""The assessment of one patient: what a clinician reads, in words of the ruleset."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from nuchal.findings import Finding
from nuchal.inference.outcome import Certainty, Conclusions
from nuchal.rules.model import Activity, Cause, Disposition, RedFlag, Region, Ruleset


class CriterionState(StrEnum):
    """A criterion's truth in the clinician's words."""

    MET = "met"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class CriterionRole(StrEnum):
    """Where in its rule a criterion stands."""

    WHEN = "when"  # of a red flag
    REQUIRED = "required"
    GROUP = "group"
    CONFIRMATORY = "confirmatory"
    CARDINAL = "cardinal"
    SUPPORTING = "supporting"
    EXCLUDING = "excluding"
    CONTRAINDICATION = "contraindication"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion with its state and the statements that decide it.

    `id` is stable within the rule (``required``, ``group-2.1``); `text` is the condition
    in plain words; `group` names the k-of-n group it belongs to.
    """

    id: str
    text: str
    role: CriterionRole
    state: CriterionState
    evidence: tuple[Finding, ...] = ()
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedFlag:
    """A red flag that is raised, with its criteria."""

    flag: RedFlag
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeterminedFlag:
    """A red flag that is neither raised nor ruled out; `missing` are the words it waits for, looked up for a full answer only."""

    flag: RedFlag
    missing: tuple[str, ...]
    holds_specific: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCause:
    """A cause in its rank.

    `named_by` are raised emergency or urgent flags that name it; `by_name` says that
    only this lists it. `known` says that it is on the problem list as confirmed.
    `excluded_by` are excluding criteria that are met, `failed` its failed parts.
    """

    cause: Cause
    certainty: Certainty
    support: int
    score: int
    criteria: tuple[Criterion, ...]
    named_by: tuple[str, ...]
    by_name: bool
    known: bool
    below_min_age: bool
    excluded_by: tuple[Criterion, ...]
    failed: tuple[Criterion, ...]


class Asking(StrEnum):
    """Why a question is asked, in the order of DESIGN 4."""

    SCREEN = "screen"
    UNCONFIRMED = "unconfirmed"
    RED_FLAG = "red-flag"
    CAUSE = "cause"
    WITHHELD = "withheld"
    GENERAL_RED_FLAG = "general-red-flag"
    OTHER_PAIN = "other-pain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A finding worth asking for, why, and for which rules."""

    word: str
    text: str
    why: Asking
    rules: tuple[str, ...] = ()


class Withholding(StrEnum):
    """Why an activity is withheld."""

    CONTRAINDICATED = "contraindicated"
    MEDICATION_OVERUSE = "medication-overuse"
    ANTICOAGULATION_UNKNOWN = "anticoagulation-unknown"
    PREGNANCY_UNKNOWN = "pregnancy-unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedActivity:
    """Something proposed.

    `rules` are the flags and causes it comes from (none for a default appointment),
    `cautions` those that are true, `unknown_contraindications` the words to ask for
    before it is done.
    """

    activity: Activity
    rules: tuple[str, ...]
    cautions: tuple[Criterion, ...] = ()
    unknown_contraindications: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldActivity:
    """Something that would have been proposed and is not, with the reason."""

    activity: Activity
    rules: tuple[str, ...]
    why: Withholding
    because: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do, in order, and what was withheld."""

    activities: tuple[PlannedActivity, ...]
    withheld: tuple[WithheldActivity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The outcome of one evaluation.

    `active` are the pains that are present (neck pain counts as back where there is no
    back pain, see `back_by_equivalent`); `unexplained` those that no listed cause
    explains; `unweighed` are present words that nothing listed reads.
    `benign_not_listed` counts causes beyond the limit. `screen_open` are the topics that
    apply and nobody answered. `disposition` and `plan` are None when neither pain is
    active and no flag is raised. `unlisted` explains each cause that is not listed, for
    ``detail=full``.
    """

    ruleset: Ruleset
    conclusions: Conclusions
    active: frozenset[Region]
    back_by_equivalent: str | None
    flags: tuple[RaisedFlag, ...]
    undetermined: tuple[UndeterminedFlag, ...]
    causes: tuple[ListedCause, ...]
    benign_not_listed: int
    unlisted: Mapping[str, tuple[Criterion, ...]]
    unexplained: frozenset[Region]
    unweighed: tuple[str, ...]
    screen_open: tuple[str, ...]
    disposition: Disposition | None
    plan: Plan | None
    questions: tuple[Question, ...]
