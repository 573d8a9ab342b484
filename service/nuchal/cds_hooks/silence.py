"""When to be silent, and why: a card that says what is known teaches clinicians to read none."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from nuchal.assessment.model import Plan
from nuchal.cds_hooks.conclusions import Conclusion, conclusions, rests_on_something_special, special_sources
from nuchal.cds_hooks.orders import Orders
from nuchal.cds_hooks.proposals import ProposalContext
from nuchal.fhir.proposals import is_requested
from nuchal.fhir.statements import not_understood
from nuchal.findings import NoteKind
from nuchal.rules.model import Disposition


class Silence(StrEnum):
    """Why a conclusion, or everything, is held back."""

    USER_IS_NO_CLINICIAN = "user-is-no-clinician"
    NO_ACTIVE_PAIN = "no-active-pain"  # nothing recorded, or only what is old, over, refuted or in error
    NOTHING_SPECIAL = "nothing-special"  # true of everybody with such pain, or resting on unknowns only
    KNOWN = "known"  # on the problem list
    ORDERED = "ordered"
    ANSWERED = "answered"  # the same on the same facts, in this encounter


@dataclass(frozen=True, slots=True)
class Decision:
    """What is told, and why the rest is not."""

    told: tuple[Conclusion, ...]
    silence: tuple[Silence, ...]


def decide(context: ProposalContext, orders: Orders, is_answered: Callable[[Conclusion], bool]) -> Decision:
    """Which conclusions get a card. `is_answered`: whether somebody answered the same on the same facts in this encounter."""
    decision = _on_what_was_read(context, orders, is_answered)
    unread = Conclusion(disposition=Disposition.ROUTINE, leads=False, unread=(*not_understood(context), *_unusable(context)))
    if decision.told or not context.assessment.active or not unread.unread or is_answered(unread):
        return decision
    return Decision((unread,), decision.silence)  # nobody weighed these texts: silence would say that there was nothing in them


def _unusable(context: ProposalContext) -> list[str]:
    """What was said of a finding and could not be used, a value without a unit among it."""
    return list(dict.fromkeys(note.message for note in context.chart.notes if note.kind is NoteKind.UNUSABLE))


def _on_what_was_read(context: ProposalContext, orders: Orders, is_answered: Callable[[Conclusion], bool]) -> Decision:
    assessment = context.assessment
    if not assessment.active:
        return Decision((), (Silence.NO_ACTIVE_PAIN,))
    candidates = conclusions(assessment)
    if not candidates:
        has_known = any(listed.known for listed in assessment.causes)
        return Decision((), (Silence.KNOWN if has_known else Silence.NOTHING_SPECIAL,))
    reasons = [_reason(conclusion, context, orders, is_answered) for conclusion in candidates]
    told = tuple(conclusion for conclusion, reason in zip(candidates, reasons, strict=True) if reason is None)
    return Decision(told, tuple(dict.fromkeys(reason for reason in reasons if reason)))


def _reason(conclusion: Conclusion, context: ProposalContext, orders: Orders, is_answered: Callable[[Conclusion], bool]) -> Silence | None:
    """Why one conclusion is held back; None when it is told. What rests on nothing is never told, an emergency else always."""
    if not rests_on_something_special(conclusion, context.ruleset):
        return Silence.NOTHING_SPECIAL
    if conclusion.is_critical:
        return None
    if _is_known(conclusion, context):
        return Silence.KNOWN
    if conclusion.leads and context.assessment.plan and _is_ordered(context.assessment.plan, orders):
        return Silence.ORDERED
    return Silence.ANSWERED if is_answered(conclusion) else None


def _is_known(conclusion: Conclusion, context: ProposalContext) -> bool:
    """Whether each red flag rests on one entry of the problem list, and points to nothing but what stands there."""
    chart = context.chart
    problems = {entry.reference for entry in chart.entries if entry.resource_type == "Condition"}
    return bool(conclusion.flags) and all(
        len(sources := special_sources(raised.criteria, context.ruleset)) == 1
        and sources <= problems
        and not chart.known_causes.isdisjoint(raised.flag.may_mean)
        for raised in conclusion.flags
    )


def _is_ordered(plan: Plan, orders: Orders) -> bool:
    requested = [planned for planned in plan.activities if is_requested(planned)]
    return bool(requested) and all(orders.holds(planned) for planned in requested)
