"""What is kept: plain values, and nothing of a patient but for what a clinician writes as a comment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

REVIEW_RATE: Final = 0.9  # rules that are overridden more often than this
REVIEW_FIRINGS: Final = 50  # on at least so many cards are listed for review


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One evaluation that was answered.

    `at` is wall time, `as_of` the moment that was asked for with the offset that it came
    with, which decides what a date means.
    `caller` is the client of a token, never a person. `input_hash` is over the sorted
    resources, `answer_hash` the sha256 of the answer as plain JSON. `flags` are the raised
    ones; `causes` pairs the listed ones with their certainty, in rank order.
    `subject_given` says that a subject was chosen; whom is not kept.
    """

    id: str
    at: datetime
    route: str
    caller: str | None
    service_version: str
    ruleset: str
    ruleset_hash: str
    site_map: str | None
    input_hash: str
    as_of: str
    detail_full: bool
    subject_given: bool
    flags: tuple[str, ...]
    causes: tuple[tuple[str, str], ...]
    disposition: str | None
    answer_hash: str
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGiven:
    """A card that was given: `facts` names the conclusion and what it rests on, `suggestions` are uuids."""

    uuid: str
    service: str
    hook: str
    facts: str
    rules: tuple[str, ...]
    ruleset: str
    ruleset_hash: str
    indicator: str
    suggestions: tuple[str, ...]
    given: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What somebody did with a card; `at` is the client's time, `received` ours."""

    card: str
    outcome: str
    suggestions: tuple[str, ...]
    reason_system: str | None
    reason_code: str | None
    comment: str | None
    at: datetime
    received: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRate:
    """How one rule fares: cards that named it, those that were answered, those whose last answer was overridden."""

    rule: str
    ruleset: str
    firings: int
    answered: int
    overridden: int

    @property
    def rate(self) -> float:
        """The share of its cards that were overridden."""
        return self.overridden / self.firings if self.firings else 0.0

    @property
    def is_for_review(self) -> bool:
        """Whether clinicians override it so often that somebody should look at it."""
        return self.firings >= REVIEW_FIRINGS and self.rate > REVIEW_RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether the store can be written to; `problem` says in one sentence why not."""

    kind: str
    problem: str | None

    @property
    def is_well(self) -> bool:
        """Whether it can."""
        return self.problem is None
