"""The OperationDefinition of $assess."""

from typing import Any, Final

from nuchal.conformance.publication import of_software
from nuchal.fhir.elements import filled
from nuchal.rules.model import Ruleset

ASSESS: Final = "assess"

_DESCRIPTION: Final = (
    "Reads what is known of one patient and answers which causes fit and why, which red flags are raised, how soon the patient must be "
    "seen, what to do, and what to ask next. The Bundle may be posted by itself; the other parameters may then stand in the query. "
    "It stores nothing of the patient."
)
_BUNDLE: Final = "Everything that is known of the patient, as resources of R4; a Bundle of any type."
_AS_OF: Final = "The moment of the assessment, by default now. A date means its last second, in UTC unless it has an offset."
_SUBJECT: Final = "Whom to assess, as the Bundle refers to the Patient; needed where it holds several."
_DETAIL: Final = "full: every criterion, every cause that is not listed, every rule that fired; brief: the default."
_RETURN: Final = (
    "A collection: GuidanceResponse, ClinicalImpression, CarePlan, Conditions, ServiceRequests, DetectedIssues, Device, Provenance, "
    "OperationOutcome."
)


def operation_definition(ruleset: Ruleset) -> dict[str, Any]:
    """The OperationDefinition of R4 4.0.1; what `nuchal.intake.read_request` reads, and no more."""
    return {
        **of_software(
            ruleset,
            "OperationDefinition",
            ASSESS,
            title="Assess a patient with back pain and headache",
            description=_DESCRIPTION,
        ),
        "kind": "operation",
        "affectsState": False,
        "code": ASSESS,
        "system": True,
        "type": False,
        "instance": False,
        "parameter": [
            _parameter("bundle", "in", "Bundle", least=1, documentation=_BUNDLE),
            _parameter("asOf", "in", "dateTime", documentation=_AS_OF),
            _parameter("subject", "in", "string", search_type="reference", documentation=_SUBJECT),
            _parameter("detail", "in", "code", documentation=_DETAIL),
            _parameter("return", "out", "Bundle", least=1, documentation=_RETURN),
        ],
    }


def _parameter(  # noqa: PLR0913  the elements, by name
    name: str, use: str, kind: str, *, documentation: str, least: int = 0, search_type: str | None = None
) -> dict[str, Any]:
    return filled(
        {"name": name, "use": use, "min": least, "max": "1", "documentation": documentation, "type": kind, "searchType": search_type}
    )
