"""What CarePlan.activity and ServiceRequest say alike of a planned activity."""

from collections.abc import Iterable
from typing import Any, Final

from nuchal.assessment.model import PlannedActivity
from nuchal.fhir.canonicals import ACTIVITY_DEFINITION
from nuchal.fhir.context import Context
from nuchal.fhir.elements import filled
from nuchal.fhir.phrases import because, titles
from nuchal.rules.model import ActivityKind, Disposition

# DESIGN 5: these become a ServiceRequest of their own, unless they are prohibitions
REQUESTED: Final = frozenset({ActivityKind.ORDER, ActivityKind.REFERRAL, ActivityKind.PROCEDURE})


def is_requested(planned: PlannedActivity) -> bool:
    """Whether a ServiceRequest stands for it; a prohibition is always a detail of the CarePlan."""
    return planned.activity.kind in REQUESTED and not planned.activity.prohibits


def request_name(planned: PlannedActivity) -> str:
    """The name of the ServiceRequest that stands for it."""
    return f"service-request/{planned.activity.id}"


def definition(context: Context, planned: PlannedActivity) -> str:
    """The ActivityDefinition that it instantiates, in the version of the ruleset; `nuchal.conformance` publishes it."""
    return f"{ACTIVITY_DEFINITION}/{planned.activity.id}|{context.ruleset.version}"


def reasons(context: Context, planned: PlannedActivity) -> dict[str, Any]:
    """The red flags and known causes it comes from by name, the proposed Conditions by reference."""
    conditions = context.proposed_conditions
    named = [rule for rule in planned.rules if rule not in conditions]
    return filled(
        {
            "reasonCode": [{"text": text} for text in _titles(context, named)],
            "reasonReference": [conditions[rule] for rule in planned.rules if rule in conditions],
        }
    )


def reason_titles(context: Context, planned: PlannedActivity) -> list[str]:
    """The red flags and causes it comes from, by name."""
    return _titles(context, planned.rules)


def _titles(context: Context, rules: Iterable[str]) -> list[str]:
    ruleset = context.ruleset
    return [(ruleset.red_flags.get(rule) or ruleset.causes[rule]).title for rule in rules]


def clinical_wording(context: Context, planned: PlannedActivity) -> str:
    """The wording for the clinician, with the cautions that hold and what to ask first."""
    ruleset = context.ruleset
    sentences = [planned.activity.clinical_text.strip()]
    if planned.cautions:
        sentences.append(f"Caution: {because(planned.cautions, ruleset.vocabulary)}.")
    if planned.unknown_contraindications:
        sentences.append(f"Not recorded, ask first: {'; '.join(titles(planned.unknown_contraindications, ruleset))}.")
    return " ".join(sentences)


def patient_wording(planned: PlannedActivity) -> str:
    """The wording for the patient."""
    return planned.activity.patient_text.strip()


def speed(context: Context, planned: PlannedActivity) -> Disposition:
    """The most urgent of the rules it comes from, but never more urgent than the patient."""
    ruleset = context.ruleset
    patient = context.assessment.disposition or Disposition.ROUTINE
    speeds = [ruleset.red_flags[rule].disposition for rule in planned.rules if rule in ruleset.red_flags]
    speeds += [ruleset.causes[rule].urgency for rule in planned.rules if rule in ruleset.causes]
    most_urgent = min(speeds, key=lambda disposition: disposition.rank, default=patient)
    return max(most_urgent, patient, key=lambda disposition: disposition.rank)
