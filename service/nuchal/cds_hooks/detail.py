"""The detail of a card: what a clinician reads in twenty seconds, in GitHub Flavored Markdown (CDS Hooks 2.0.1, Card Attributes)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from nuchal.assessment.model import CriterionState, ListedCause, PlannedActivity
from nuchal.cds_hooks.conclusions import Conclusion
from nuchal.cds_hooks.delivery import Delivery
from nuchal.cds_hooks.markdown import blocks, bold, bullets, escaped, section
from nuchal.cds_hooks.proposals import ProposalContext
from nuchal.fhir.basis import cause_reason, flag_basis, withheld_basis
from nuchal.fhir.concepts import CERTAINTY, SPEED
from nuchal.fhir.phrases import enumeration, shortened, texts_of
from nuchal.fhir.statements import count, limits, not_understood, pain_not_recorded
from nuchal.findings import NoteKind

_ACTIVITIES: Final = 6
_CAUSES: Final = 3
_QUESTIONS: Final = 3
_CRITERIA: Final = 4
_TEXTS: Final = 3
_SET_ASIDE: Final = frozenset({NoteKind.REFUSED, NoteKind.UNUSABLE, NoteKind.MISSING})
_PROPOSES: Final = "It proposes; a clinician decides. What was not recorded was not weighed."


def detail(context: ProposalContext, conclusion: Conclusion, deliveries: Iterable[Delivery]) -> str:
    """Why, what to do, what else, what to ask; then what was looked at, and the limits."""
    plan = context.assessment.plan if conclusion.leads else None
    activities = plan.activities if plan else ()
    return blocks(
        (
            _why(context, conclusion),
            section("Do", bullets(_shown([_title(planned) for planned in activities if not planned.activity.prohibits], _ACTIVITIES))),
            section("Do not", bullets(_title(planned) for planned in activities if planned.activity.prohibits)),
            section(
                "Withheld:", " ".join(escaped(withheld_basis(context, withheld)) for withheld in plan.withheld[:_TEXTS]) if plan else ""
            ),
            section("Fits:", escaped(_causes(context, conclusion))),
            section("Ask next", bullets(escaped(question.text) for question in context.assessment.questions[:_QUESTIONS])),
            section("Absent:", escaped(_criteria(conclusion, CriterionState.ABSENT))),
            section("Not known:", escaped(_criteria(conclusion, CriterionState.UNKNOWN))),
            section("Read:", escaped(_looked_at(context, tuple(deliveries)))),
            escaped(" ".join([_PROPOSES, *limits(context)[1:]])),
        )
    )


def _why(context: ProposalContext, conclusion: Conclusion) -> str:
    head = bold(f"{SPEED[conclusion.disposition].capitalize()}.") if conclusion.leads else ""
    if conclusion.unread:
        quoted = bullets(_shown([f"“{escaped(text)}”" for text in conclusion.unread], _ACTIVITIES))
        return f"{bold('Not understood and not weighed.')}\n\n{quoted}\n\nNothing that was understood is worth a card."
    if conclusion.cause:
        cause = conclusion.cause
        return f"{head} {bold(f'{cause.cause.title}:')} {escaped(cause_reason(context, cause))}".strip()
    named = conclusion.flags
    if len(named) == 1:
        return f"{head} {escaped(flag_basis(context, named[0]))}"
    return f"{head}\n\n{bullets(f'{bold(one.flag.title)}: {escaped(flag_basis(context, one))}' for one in named)}"


def _title(planned: PlannedActivity) -> str:
    return escaped(planned.activity.title)


def _shown(texts: Sequence[str], limit: int) -> Iterator[str]:
    yield from texts[:limit]
    if len(texts) > limit:
        yield f"and {len(texts) - limit} more, in the plan"


def _causes(context: ProposalContext, conclusion: Conclusion) -> str:
    """The first causes of the whole assessment; of a second card none, since the first tells them."""
    others = [listed for listed in context.assessment.causes if listed is not conclusion.cause] if conclusion.leads else []
    return f"{shortened([_certainty(listed) for listed in others], _CAUSES)}." if others else ""


def _certainty(listed: ListedCause) -> str:
    return f"{listed.cause.title} ({CERTAINTY[listed.certainty]}{', known' if listed.known else ''})"


def _criteria(conclusion: Conclusion, state: CriterionState) -> str:
    texts = texts_of(conclusion.criteria, state)
    return f"{shortened(texts, _CRITERIA)}." if texts else ""


def _looked_at(context: ProposalContext, deliveries: Sequence[Delivery]) -> str:
    """What was looked for, when, what of it was not to be had, and what was not understood."""
    return " ".join(
        sentence
        for sentence in (
            _read(context),
            _not_had(deliveries),
            pain_not_recorded(context),
            _not_understood(context),
            _not_used(context),
        )
        if sentence
    )


def _read(context: ProposalContext) -> str:
    chart = context.chart
    numbers = Counter(entry.resource_type for entry in chart.entries)
    read = [f"{number} {resource_type}" for resource_type, number in sorted(numbers.items())]
    newest = f", the newest statement of {chart.effective:%Y-%m-%d}" if chart.effective else ""
    return f"{enumeration(read) if read else 'nothing'}{newest}; as of {chart.as_of:%Y-%m-%d %H:%M} {chart.as_of.tzname()}."


def _not_had(deliveries: Iterable[Delivery]) -> str:
    missing = [delivery for delivery in deliveries if not delivery.state.is_whole]
    return f"Not to be had: {shortened([f'{one.key} ({one.why})' for one in missing], _TEXTS)}." if missing else ""


def _not_used(context: ProposalContext) -> str:
    """How much of the chart was set aside; why, place by place, is told by the evaluation of the same input."""
    number = sum(note.kind in _SET_ASIDE for note in context.chart.notes)
    return f"Set aside, since they could not be used: {count(number, 'part')} of the chart." if number else ""


def _not_understood(context: ProposalContext) -> str:
    texts = [f"“{text}”" for text in not_understood(context)]
    return f"Not understood and not weighed: {shortened(texts, _TEXTS)}." if texts else ""
