"""Which causes are listed, and in which order (DESIGN 4, "Certainty, rank, disposition")."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nuchal.assessment.pains import Pains
from nuchal.assessment.patient import Patient
from nuchal.findings import View
from nuchal.inference.outcome import CauseOutcome, Certainty
from nuchal.rules.basis import is_specific
from nuchal.rules.conditions import All, AtLeast, Condition, Truth
from nuchal.rules.model import Cause, Disposition, RedFlag, Region, Weight

MOST_BENIGN = 5
_BONUS = {Certainty.MEETS_CRITERIA: 2, Certainty.PROBABLE: 1, Certainty.POSSIBLE: 0}
_SUPPORT = {Weight.MAJOR: 3, Weight.MINOR: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedCause:
    """A listed cause before it is explained; `named_by` are the raised emergency or urgent flags that name it."""

    cause: Cause
    outcome: CauseOutcome
    certainty: Certainty
    support: int
    named_by: tuple[str, ...]
    below_min_age: bool

    @property
    def score(self) -> int:
        """What counts for the rank: support and a bonus for certainty."""
        return self.support + _BONUS[self.certainty]

    @property
    def rank_key(self) -> tuple[bool, int, int, int, str]:
        """Sorts named and specific causes first, then by score, certainty, prevalence and id."""
        stands_out = bool(self.named_by) and self.outcome.tally.specific
        return (not stands_out, -self.score, self.certainty.rank, self.cause.prevalence.rank, self.cause.id)


def rank_causes(
    patient: Patient, flags: Sequence[RedFlag], pains: Pains, known_causes: frozenset[str]
) -> tuple[tuple[RankedCause, ...], int]:
    """The listed causes in rank order, and how many benign ones were left out beyond the limit; `flags` are the raised ones.

    Without an active pain nothing is listed. A cause on the problem list (`known_causes`)
    is possible at least. A cause below its `min_age` is listed only when named, a benign
    one beside a raised emergency flag only when named or meeting criteria, and at most
    five benign ones are.
    """
    if not pains.active:
        return (), 0
    emergency = any(flag.disposition is Disposition.EMERGENCY for flag in flags)
    candidates = sorted(_candidates(patient, flags, pains, known_causes), key=lambda ranked: ranked.rank_key)
    eligible = [ranked for ranked in candidates if _is_eligible(ranked, emergency=emergency)]
    benign = [ranked for ranked in eligible if not ranked.cause.urgency.is_serious]
    beyond = {ranked.cause.id for ranked in benign[MOST_BENIGN:]}
    return tuple(ranked for ranked in eligible if ranked.cause.id not in beyond), len(beyond)


def _candidates(patient: Patient, flags: Sequence[RedFlag], pains: Pains, known_causes: frozenset[str]) -> Iterator[RankedCause]:
    ages = patient.state(patient.ruleset.roles.age, View.STRICT).values
    for id_, outcome in patient.conclusions.causes.items():
        # a confirmed diagnosis never vanishes because its criteria are not charted
        certainty = outcome.certainty or (Certainty.POSSIBLE if id_ in known_causes else None)
        if certainty is None:
            continue
        cause = patient.ruleset.causes[id_]
        yield RankedCause(
            cause=cause,
            outcome=outcome,
            certainty=certainty,
            support=support(cause, patient, pains),
            named_by=tuple(flag.id for flag in flags if flag.disposition.is_serious and id_ in flag.may_mean),
            below_min_age=any(age < cause.min_age for age in ages),  # an unknown age hides nothing
        )


def _is_eligible(ranked: RankedCause, *, emergency: bool) -> bool:
    if ranked.named_by:
        return True
    if ranked.below_min_age:
        return False
    return not emergency or ranked.cause.urgency.is_serious or ranked.certainty is Certainty.MEETS_CRITERIA


def support(cause: Cause, patient: Patient, pains: Pains) -> int:
    """How much speaks for `cause`, in points of DESIGN 4, read in the STRICT view.

    + 3 for each met part, or 1 when only general words meet it
    + 1 for each met confirmatory group
    + 3 for each major and 1 for each minor supporting expression that is true
    + 2 when headache and back pain are both active and the cause explains both
    - 1 for each leaf of a part that is false, by words or numbers
    - 1 for each major supporting expression that words, without numbers, make false
    """
    truths = patient.truths[View.STRICT]
    met = [part for part in cause.parts if truths.holds(part)]
    confirmed = [group for group in cause.confirmatory_groups if truths.holds(group.condition)]
    supporting = [each.weight for each in cause.supporting if truths.holds(each.when)]
    denied = [each for each in cause.supporting if each.weight is Weight.MAJOR and patient.spoken.of(each.when) is Truth.FALSE]
    failed = [leaf for part in cause.parts for leaf in part_leaves(part) if truths.of(leaf) is Truth.FALSE]
    return (
        sum(3 if is_specific(part, truths, patient.ruleset.vocabulary) else 1 for part in met)
        + len(confirmed)
        + sum(_SUPPORT[weight] for weight in supporting)
        + (2 if pains.both and cause.explains >= {Region.HEAD, Region.BACK} else 0)
        - len(failed)
        - len(denied)
    )


def part_leaves(part: Condition) -> Iterator[Condition]:
    """The members of `all` and `of`, down to words, comparisons and `any`, which is one leaf: one way of several is enough there."""
    match part:
        case All(members) | AtLeast(_, members):
            for member in members:
                yield from part_leaves(member)
        case _:
            yield part
