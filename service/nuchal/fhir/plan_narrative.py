"""The narrative of the CarePlan: what to do, what not to do, what was withheld; then the words for the patient."""

from collections.abc import Iterable
from typing import Any

from nuchal.assessment.model import Plan, PlannedActivity
from nuchal.fhir.basis import confirmations, withheld_basis
from nuchal.fhir.concepts import SPEED
from nuchal.fhir.context import Context
from nuchal.fhir.narrative import Markup, bullets, emphasis, narrative, numbered, paragraph, section, titled
from nuchal.fhir.proposals import clinical_wording, patient_wording
from nuchal.fhir.statements import limits
from nuchal.fhir.summary import foundation
from nuchal.rules.model import Disposition


def plan_narrative(context: Context, plan: Plan, disposition: Disposition) -> dict[str, Any]:
    """The disposition and what it rests on, the plan in order, the words for the patient, and its limits."""
    return narrative(
        emphasis(SPEED[disposition].capitalize()),
        paragraph(foundation(context)),
        section("Proposed", _planned(context, (planned for planned in plan.activities if not planned.activity.prohibits))),
        section("Do not", _planned(context, (planned for planned in plan.activities if planned.activity.prohibits))),
        section("Withheld", bullets(withheld_basis(context, withheld) for withheld in plan.withheld)),
        section("How these causes are confirmed", bullets(confirmations(context))),
        section("For the patient", bullets(f"{planned.activity.title}: {patient_wording(planned)}" for planned in plan.activities)),
        section("Limits", bullets(limits(context))),
    )


def _planned(context: Context, activities: Iterable[PlannedActivity]) -> Markup:
    return numbered(titled(planned.activity.title, paragraph(clinical_wording(context, planned))) for planned in activities)
