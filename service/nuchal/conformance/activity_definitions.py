"""An ActivityDefinition for each suggestion of the ruleset."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from nuchal.conformance.publication import of_ruleset
from nuchal.fhir.care_plan import KINDS
from nuchal.fhir.citations import citation
from nuchal.fhir.concepts import concept
from nuchal.fhir.elements import filled
from nuchal.fhir.service_requests import PRIORITIES
from nuchal.rules.conditions import Condition
from nuchal.rules.model import Activity, ActivityKind, Ruleset

ACTIVITY_DEFINITION: Final = "ActivityDefinition"


def activity_definitions(ruleset: Ruleset) -> Iterator[dict[str, Any]]:
    """The ActivityDefinitions of R4 4.0.1, in the order of the ruleset."""
    return (activity_definition(activity, ruleset) for activity in ruleset.activities.values() if activity.fires)


def activity_definition(activity: Activity, ruleset: Ruleset) -> dict[str, Any]:
    """What a CarePlan activity or a ServiceRequest of an answer instantiates; when it is fitting stands in `usage`."""
    what = concept(activity.codings, activity.title)
    is_drug = activity.kind is ActivityKind.MEDICATION and not activity.prohibits
    return filled(
        {
            **of_ruleset(ruleset, ACTIVITY_DEFINITION, activity.id, title=activity.title, description=_as_sentence(activity.clinical_text)),
            "purpose": f"For the patient: {activity.patient_text.strip()}",
            "usage": _usage(activity, ruleset),
            "effectivePeriod": {"start": activity.effective.isoformat()},
            "relatedArtifact": [citation(ruleset.references[source.ref], source.supports) for source in activity.sources],
            "kind": KINDS[activity.kind],
            "code": None if is_drug else what,
            "intent": "proposal" if KINDS[activity.kind] else None,
            "priority": PRIORITIES[activity.appointment] if activity.appointment and KINDS[activity.kind] else None,
            "doNotPerform": True if activity.prohibits else None,
            "productCodeableConcept": what if is_drug else None,
        }
    )


def _usage(activity: Activity, ruleset: Ruleset) -> str:
    indicated = [activity.indicated_when] if activity.indicated_when else []
    sentences = (
        _sentence("Only when", indicated, ruleset),
        _sentence("Withheld when", activity.contraindications, ruleset),
        _sentence("With a caution when", activity.cautions, ruleset),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _sentence(opening: str, conditions: Sequence[Condition], ruleset: Ruleset) -> str:
    return f"{opening}: {'; or '.join(ruleset.wordings.of(condition) for condition in conditions)}." if conditions else ""


def _as_sentence(text: str) -> str:
    stripped = text.strip()
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."
