"""A proposed Condition for each listed cause that is not known already."""

from typing import Any

from nuchal.assessment.model import CriterionRole, CriterionState, ListedCause
from nuchal.fhir.basis import cause_basis
from nuchal.fhir.canonicals import CONDITION_CATEGORY, CONDITION_CLINICAL, CONDITION_VERIFICATION
from nuchal.fhir.concepts import coded, concept
from nuchal.fhir.context import Context, condition_name
from nuchal.fhir.elements import filled
from nuchal.fhir.narrative import narrative, paragraph
from nuchal.inference.outcome import Certainty


def conditions(context: Context) -> list[dict[str, Any]]:
    """The Conditions in the rank of their causes."""
    return [condition(context, listed) for listed in context.assessment.causes if not listed.known]


def condition(context: Context, listed: ListedCause) -> dict[str, Any]:
    """The Condition of R4 4.0.1 for one cause: a differential when it is only possible, else provisional."""
    name = condition_name(listed)
    is_possible = listed.certainty is Certainty.POSSIBLE
    verification = coded(CONDITION_VERIFICATION, *(("differential", "Differential") if is_possible else ("provisional", "Provisional")))
    text = f"Proposed by decision support, not confirmed: {listed.cause.title}. {cause_basis(context, listed)}"
    return filled(
        {
            **context.head("Condition", name, narrative(paragraph(text))),
            "identifier": [context.identifier(name)],
            "clinicalStatus": {"coding": [coded(CONDITION_CLINICAL, "active", "Active")]},
            "verificationStatus": {"coding": [verification]},
            "category": [{"coding": [coded(CONDITION_CATEGORY, "encounter-diagnosis", "Encounter Diagnosis")]}],
            "code": concept(listed.cause.codings, listed.cause.title),
            "subject": context.inputs.subject,
            "encounter": context.inputs.encounter,
            "recordedDate": context.moment,
            "evidence": _evidence(context, listed),
        }
    )


def _evidence(context: Context, listed: ListedCause) -> list[dict[str, Any]]:
    """The inputs behind the criteria that are met, each once."""
    findings = dict.fromkeys(
        finding
        for criterion in listed.criteria
        if criterion.state is CriterionState.MET and criterion.role is not CriterionRole.EXCLUDING
        for finding in criterion.evidence
    )
    details = [context.evidence(finding) for finding in findings]
    return [{"detail": details}] if details else []
