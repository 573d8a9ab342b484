"""ServiceRequests for the orders, referrals and procedures of the plan."""

from typing import Any, Final

from nuchal.assessment.model import Plan, PlannedActivity
from nuchal.fhir.concepts import concept
from nuchal.fhir.context import Context
from nuchal.fhir.device import DEVICE
from nuchal.fhir.elements import filled
from nuchal.fhir.narrative import bullets, narrative, paragraph
from nuchal.fhir.notes import notes
from nuchal.fhir.proposals import clinical_wording, definition, is_requested, patient_wording, reason_titles, reasons, request_name, speed
from nuchal.rules.model import Disposition

PRIORITIES: Final = {
    Disposition.EMERGENCY: "stat",
    Disposition.URGENT: "asap",
    Disposition.SOON: "urgent",
    Disposition.ROUTINE: "routine",
    Disposition.SELF_CARE: "routine",
}


def service_requests(context: Context, plan: Plan) -> list[dict[str, Any]]:
    """The ServiceRequests in the order of the plan."""
    return [service_request(context, planned) for planned in plan.activities if is_requested(planned)]


def service_request(context: Context, planned: PlannedActivity) -> dict[str, Any]:
    """The ServiceRequest of R4 4.0.1 for one planned activity, a draft proposal."""
    activity, name = planned.activity, request_name(planned)
    priority, wording, for_patient = PRIORITIES[speed(context, planned)], clinical_wording(context, planned), patient_wording(planned)
    text = narrative(
        paragraph(f"Proposed, not ordered ({priority}): {activity.title}"),
        bullets([wording, f"For: {'; '.join(reason_titles(context, planned))}.", f"For the patient: {for_patient}"]),
    )
    return filled(
        {
            **context.head("ServiceRequest", name, text),
            "identifier": [context.identifier(name)],
            "instantiatesCanonical": [definition(context, planned)],
            "status": "draft",
            "intent": "proposal",
            "priority": priority,
            "code": concept(activity.codings, activity.title),
            "subject": context.inputs.subject,
            "encounter": context.inputs.encounter,
            "authoredOn": context.moment,
            "requester": context.ours(DEVICE),
            **reasons(context, planned),
            "note": notes(context, [wording]),
            "patientInstruction": for_patient,
        }
    )
