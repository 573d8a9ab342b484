"""The CarePlan: how soon the patient must be seen, what to do, what not to do, what was withheld and why."""

from typing import Any, Final

from nuchal.assessment.model import Plan, PlannedActivity
from nuchal.fhir.basis import confirmations, withheld_basis
from nuchal.fhir.canonicals import CARE_PLAN_CATEGORY
from nuchal.fhir.clinical_impression import CLINICAL_IMPRESSION
from nuchal.fhir.concepts import SPEED, coded, concept, disposition_concept
from nuchal.fhir.context import Context
from nuchal.fhir.detected_issues import issue_name
from nuchal.fhir.device import DEVICE
from nuchal.fhir.elements import filled
from nuchal.fhir.narrative import untagged
from nuchal.fhir.notes import notes
from nuchal.fhir.plan_narrative import plan_narrative
from nuchal.fhir.proposals import clinical_wording, definition, is_requested, patient_wording, reasons, request_name
from nuchal.fhir.statements import limits
from nuchal.fhir.summary import foundation
from nuchal.rules.model import ActivityKind, Disposition

CARE_PLAN: Final = "care-plan"

# http://hl7.org/fhir/ValueSet/care-plan-activity-kind; advice and self-care have none (DESIGN 5)
KINDS: Final = {
    ActivityKind.ORDER: "ServiceRequest",
    ActivityKind.REFERRAL: "ServiceRequest",
    ActivityKind.PROCEDURE: "ServiceRequest",
    ActivityKind.MEDICATION: "MedicationRequest",
    ActivityKind.APPOINTMENT: "Appointment",
    ActivityKind.COMMUNICATION: "CommunicationRequest",
    ActivityKind.EDUCATION: None,
}


def care_plan(context: Context, plan: Plan, disposition: Disposition) -> dict[str, Any]:
    """The CarePlan of R4 4.0.1, a draft proposal; the disposition is one of its categories."""
    return filled(
        {
            **context.head("CarePlan", CARE_PLAN, plan_narrative(context, plan, disposition)),
            "identifier": [context.identifier(CARE_PLAN)],
            "instantiatesCanonical": [context.ruleset.versioned_canonical],
            "status": "draft",
            "intent": "proposal",
            "category": [
                {"coding": [coded(CARE_PLAN_CATEGORY, "assess-plan", "Assessment and Plan of Treatment")]},
                disposition_concept(disposition),
            ],
            "title": f"Proposed plan: {SPEED[disposition]}",
            "description": untagged(foundation(context)),
            "subject": context.inputs.subject,
            "encounter": context.inputs.encounter,
            "created": context.moment,
            "author": context.ours(DEVICE),
            "addresses": list(context.proposed_conditions.values()),
            "supportingInfo": [
                context.ours(CLINICAL_IMPRESSION),
                *(context.ours(issue_name(withheld)) for withheld in plan.withheld),
            ],
            "activity": [_activity(context, planned) for planned in plan.activities],
            "note": notes(
                context,
                [
                    *(withheld_basis(context, withheld) for withheld in plan.withheld),
                    *(f"How it is confirmed. {text}" for text in confirmations(context)),
                    *limits(context),
                ],
            ),
        }
    )


def _activity(context: Context, planned: PlannedActivity) -> dict[str, Any]:
    if is_requested(planned):
        return {"reference": context.ours(request_name(planned))}
    return {"detail": activity_detail(context, planned)}


def activity_detail(context: Context, planned: PlannedActivity) -> dict[str, Any]:
    """CarePlan.activity.detail, where no ServiceRequest stands for the activity."""
    activity = planned.activity
    # Whoever overlooks doNotPerform must still read "Do not".
    what = concept(activity.codings, activity.clinical_text.strip() if activity.prohibits else activity.title)
    is_drug = activity.kind is ActivityKind.MEDICATION and not activity.prohibits
    return filled(
        {
            "kind": KINDS[activity.kind],
            "instantiatesCanonical": [definition(context, planned)],
            "code": None if is_drug else what,
            **reasons(context, planned),
            "status": "not-started",
            "doNotPerform": True if activity.prohibits else None,
            "scheduledString": SPEED[activity.appointment] if activity.appointment else None,
            "productCodeableConcept": what if is_drug else None,
            "description": f"{clinical_wording(context, planned)} For the patient: {patient_wording(planned)}",
        }
    )
