"""The GuidanceResponse: whether the answer is whole, and what would make it better."""

from typing import Any, Final

from nuchal.fhir.care_plan import CARE_PLAN
from nuchal.fhir.context import Context
from nuchal.fhir.data_requirements import data_requirements
from nuchal.fhir.device import DEVICE
from nuchal.fhir.elements import filled
from nuchal.fhir.narrative import narrative, numbered, paragraph, section, words
from nuchal.fhir.operation_outcome import REMARKS
from nuchal.fhir.statements import something_was_not_read

GUIDANCE_RESPONSE: Final = "guidance-response"

_SAID: Final = {
    "success": "The evaluation is complete.",
    "data-requested": "The evaluation is complete; more is worth asking.",
    "data-required": "No disposition is possible: something that was sent could not be read.",
}


def guidance_response(context: Context) -> dict[str, Any]:
    """The GuidanceResponse of R4 4.0.1."""
    status = _status(context)
    questions = section("What to ask next", numbered(words(question.text) for question in context.assessment.questions))
    return filled(
        {
            **context.head("GuidanceResponse", GUIDANCE_RESPONSE, narrative(paragraph(_SAID[status]), questions)),
            "identifier": [context.identifier(GUIDANCE_RESPONSE)],
            "moduleCanonical": context.ruleset.versioned_canonical,
            "status": status,
            "subject": context.inputs.subject,
            "encounter": context.inputs.encounter,
            "occurrenceDateTime": context.moment,
            "performer": context.ours(DEVICE),
            "evaluationMessage": [context.ours(REMARKS)],
            "result": context.ours(CARE_PLAN) if context.assessment.plan else None,
            "dataRequirement": data_requirements(context),
        }
    )


def _status(context: Context) -> str:
    """DESIGN 5. Neither pain active is an answer, unless what was sent on it could not be read (DESIGN 1.1)."""
    assessment = context.assessment
    if assessment.disposition is None:
        return "data-required" if something_was_not_read(context) else "success"
    return "data-requested" if assessment.questions else "success"
