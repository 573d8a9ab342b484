"""The narrative of the CarePlan: what to do, what not to do, what was withheld, what to ask."""

from collections.abc import Iterable
from typing import Any

from nuchal.assessment.model import Plan, PlannedActivity
from nuchal.fhir.basis import withheld_basis
from nuchal.fhir.concepts import SPEED
from nuchal.fhir.context import Context
from nuchal.fhir.narrative import Markup, bullets, narrative, numbered, paragraph, section, titled, words
from nuchal.fhir.proposals import clinical_wording
from nuchal.fhir.statements import limits
from nuchal.rules.model import Disposition


def plan_narrative(context: Context, plan: Plan, disposition: Disposition) -> dict[str, Any]:
    """The disposition, the plan in order, and its limits."""
    return narrative(
        paragraph(f"Disposition: {SPEED[disposition]}."),
        section("Proposed", _planned(context, (planned for planned in plan.activities if not planned.activity.prohibits))),
        section("Do not", _planned(context, (planned for planned in plan.activities if planned.activity.prohibits))),
        section("Withheld", bullets(withheld_basis(context, withheld) for withheld in plan.withheld)),
        section("What to ask next", numbered(words(question.text) for question in context.assessment.questions)),
        section("Limits", bullets(limits(context))),
    )


def _planned(context: Context, activities: Iterable[PlannedActivity]) -> Markup:
    return numbered(_activity(context, planned) for planned in activities)


def _activity(context: Context, planned: PlannedActivity) -> Markup:
    texts = [clinical_wording(context, planned), f"For the patient: {planned.activity.patient_text.strip()}"]
    return titled(planned.activity.title, bullets(texts))
