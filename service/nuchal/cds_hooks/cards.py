"""A conclusion becomes a card (CDS Hooks 2.0.1, Card Attributes)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from nuchal.assessment.model import PlannedActivity
from nuchal.cds_hooks.conclusions import Conclusion
from nuchal.cds_hooks.delivery import Delivery
from nuchal.cds_hooks.detail import detail
from nuchal.cds_hooks.limits import limited
from nuchal.cds_hooks.orders import Orders
from nuchal.cds_hooks.proposals import ProposalContext, proposed_order, proposed_plan
from nuchal.fhir.concepts import CERTAINTY, SPEED, coded
from nuchal.fhir.elements import filled
from nuchal.fhir.proposals import is_requested
from nuchal.fhir.statements import count
from nuchal.rules.model import Disposition
from nuchal.terminology import CANONICAL_BASE

TOPICS: Final = f"{CANONICAL_BASE}/CodeSystem/card-topic"

_INDICATORS: Final = {
    Disposition.EMERGENCY: "critical",
    Disposition.URGENT: "warning",
    Disposition.SOON: "warning",
    Disposition.ROUTINE: "info",
    Disposition.SELF_CARE: "info",
}

# A short choice of HL7's codes: what clinicians give as reasons, each said so that this card can learn from it.
_REASONS_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
_REASONS: Final = (
    ("patient-ineligible", "Patient does not meet eligibility for recommended action"),
    ("indication-order-exists", "Patient has indication/order for intended action"),
    ("action-completed", "Recommended action was already completed"),
    ("need-more-info", "Could not address recommended action due to need for more information/pending results/pending consult"),
    ("recipient-disagrees-evidence", "Recipient disagrees with recommendation because of issues with the evidence"),
    ("risk-benefit-ratio", "Recipient assessment of risk/benefit ratio"),
    ("patient-contraindication", "Patient has contraindication to recommended action"),
    ("patient-refuses", "Patient refuses/declines (no context given)*"),
    ("service-not-available", "Treatment or service is not practically available"),
    ("wrong-time-workflow", "PC CDS delivered at wrong time in workflow or patient lifecycle"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Absolute URLs that cards name."""

    rule_page: Callable[[str], str]
    icon: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMaker:
    """Makes the cards of one call."""

    context: ProposalContext
    hook_instance: UUID
    deliveries: tuple[Delivery, ...]
    orders: Orders
    addresses: Addresses

    def cards(self, conclusions: Iterable[Conclusion]) -> list[dict[str, Any]]:
        """The cards for `conclusions`, within the limits."""
        return limited(self.card(conclusion) for conclusion in conclusions)

    def card(self, conclusion: Conclusion) -> dict[str, Any]:
        """The card for one conclusion."""
        suggestions = list(self._suggestions(conclusion)) if conclusion.leads else []
        return filled(
            {
                "uuid": self.uuid(conclusion.name),
                "summary": summary(conclusion),
                "detail": detail(self.context, conclusion, self.deliveries),
                "indicator": _INDICATORS[conclusion.disposition],
                "source": self._source(conclusion),
                "suggestions": suggestions,
                "selectionBehavior": "any" if suggestions else None,
                "overrideReasons": [coded(_REASONS_SYSTEM, code, display) for code, display in _REASONS],
                "links": list(self._links(conclusion)),
            }
        )

    def uuid(self, name: str) -> str:
        """The same for the same input, ruleset, moment and hookInstance (DESIGN 1.4)."""
        return str(uuid5(self.hook_instance, self.context.id_of(name)))

    def _source(self, conclusion: Conclusion) -> dict[str, Any]:
        topic = coded(TOPICS, *_topic(conclusion))
        return filled(
            {
                "label": f"Nuchal, ruleset {self.context.ruleset.label}",
                "url": self.addresses.rule_page(conclusion.rules[0]) if conclusion.rules else None,
                "icon": self.addresses.icon,
                "topic": topic,
            }
        )

    def _links(self, conclusion: Conclusion) -> Iterator[dict[str, Any]]:
        ruleset = self.context.ruleset
        for rule in conclusion.rules:
            title = (ruleset.red_flags.get(rule) or ruleset.causes[rule]).title
            yield {"label": f"The rule and its evidence: {title}", "url": self.addresses.rule_page(rule), "type": "absolute"}

    def _suggestions(self, conclusion: Conclusion) -> Iterator[dict[str, Any]]:
        """The plan as a whole, then each order of it that does not stand already."""
        plan = self.context.assessment.plan
        if plan is None:
            return
        title = f"Add the proposed plan: {SPEED[conclusion.disposition]}"
        yield self._suggestion(
            "plan", title, "Create a CarePlan: a draft proposal", proposed_plan(self.context, plan, conclusion.disposition)
        )
        for planned in plan.activities:
            if is_requested(planned) and not self.orders.holds(planned):
                yield self._order(planned)

    def _order(self, planned: PlannedActivity) -> dict[str, Any]:
        activity = planned.activity
        description = f"Create a ServiceRequest: a draft proposal for {activity.title}"
        return self._suggestion(activity.id, f"Propose: {activity.title}", description, proposed_order(self.context, planned))

    def _suggestion(self, name: str, label: str, description: str, resource: dict[str, Any]) -> dict[str, Any]:
        return {
            "label": label,
            "uuid": self.uuid(f"suggestion/{name}"),
            "actions": [{"type": "create", "description": description, "resource": resource}],
        }


def _topic(conclusion: Conclusion) -> tuple[str, str]:
    if conclusion.unread:
        return "not-understood", "Not understood"
    return ("red-flag", "Red flag") if conclusion.flags else ("cause", "Cause of head and back pain")


def summary(conclusion: Conclusion) -> str:
    """One sentence: how soon, and why."""
    if conclusion.unread:
        return f"Not understood, please read: “{conclusion.unread[0]}”"
    speed = SPEED[conclusion.disposition].capitalize()
    if conclusion.cause:
        cause = conclusion.cause
        fits = f"{cause.cause.title} ({CERTAINTY[cause.certainty]})"
        return f"{speed}: {fits} fits best" if conclusion.leads else f"Fits beside the red flags: {fits}"
    more = len(conclusion.flags) - 1
    return f"{speed}: {_lowered(conclusion.flags[0].flag.title)}" + (f", and {count(more, 'more red flag')}" if more else "")


def _lowered(title: str) -> str:
    """A title inside a sentence; abbreviations and codes keep their capitals."""
    return title[0].lower() + title[1:] if title[1:2].islower() or title[1:2] == " " else title
