"""A DetectedIssue for each drug or measure that is withheld because of a finding, or of a finding nobody recorded."""

from typing import Any

from nuchal.assessment.model import Criterion, Plan, WithheldActivity
from nuchal.fhir.basis import withheld_basis
from nuchal.fhir.context import Context
from nuchal.fhir.device import DEVICE
from nuchal.fhir.elements import filled
from nuchal.fhir.narrative import narrative, paragraph


def issue_name(withheld: WithheldActivity) -> str:
    """The name of the DetectedIssue about it."""
    return f"detected-issue/{withheld.activity.id}"


def detected_issues(context: Context, plan: Plan) -> list[dict[str, Any]]:
    """The DetectedIssues in the order of the plan."""
    return [detected_issue(context, withheld) for withheld in plan.withheld]


def detected_issue(context: Context, withheld: WithheldActivity) -> dict[str, Any]:
    """The DetectedIssue of R4 4.0.1 about one thing withheld."""
    name = issue_name(withheld)
    why = withheld_basis(context, withheld)
    return filled(
        {
            **context.head("DetectedIssue", name, narrative(paragraph(why))),
            "identifier": [context.identifier(name)],
            "status": "final",
            "code": {"text": f"Withheld: {withheld.activity.title}"},
            "patient": context.inputs.subject,
            "identifiedDateTime": context.moment,
            "author": context.ours(DEVICE),
            "evidence": [_evidence(context, criterion) for criterion in withheld.because],
            "detail": why,
        }
    )


def _evidence(context: Context, criterion: Criterion) -> dict[str, Any]:
    details = [context.evidence(finding) for finding in criterion.evidence]
    return filled({"code": [{"text": f"{criterion.text} ({criterion.state})"}], "detail": details})
