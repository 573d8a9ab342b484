"""References to the input in the input's own form, and among the resources of the answer."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from nuchal.fhir.elements import filled
from nuchal.findings import Chart

_IDENTIFIER_ELEMENTS: Final = ("use", "type", "system", "value", "period")  # the assigner may be a reference that we cannot follow

# R4 clinicalimpression.html: what each element may refer to
_INVESTIGATED: Final = frozenset(
    {"Observation", "QuestionnaireResponse", "FamilyMemberHistory", "DiagnosticReport", "RiskAssessment", "ImagingStudy", "Media"}
)
_PROBLEMS: Final = frozenset({"Condition", "AllergyIntolerance"})


def ours(resource_id: str) -> dict[str, Any]:
    """A reference to a resource of the answer."""
    return {"reference": f"urn:uuid:{resource_id}"}


def input_reference(reference: str, resource_type: str | None, display: str | None = None) -> dict[str, Any]:
    """A reference to a resource of the input.

    A urn:uuid says nothing of the type, so the type stands beside it. What is contained
    in another resource, or named without an address, cannot be reached from here: only
    its type is given.
    """
    is_out_of_reach = not reference or "#" in reference
    return filled(
        {
            "reference": None if is_out_of_reach else reference,
            "type": resource_type if is_out_of_reach or reference.startswith("urn:") else None,
            "display": display or ("known within the request only" if is_out_of_reach else None),
        }
    )


class InputReferences:
    """The resources of one input that were used, and how to refer to them."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        used = {entry.reference: entry.resource_type for entry in chart.entries if entry.reference and entry.words}
        self._used: Mapping[str, str] = used

    @property
    def subject(self) -> dict[str, Any]:
        """The patient; where the reference does not resolve, type and identifier go with it (DESIGN 5)."""
        subject = self._chart.subject
        element = input_reference(subject.reference, "Patient")
        if "type" in element and subject.identifier:
            identifier = {key: subject.identifier[key] for key in _IDENTIFIER_ELEMENTS if subject.identifier.get(key)}
            return element | ({"identifier": identifier} if identifier else {})
        return element

    @property
    def encounter(self) -> dict[str, Any] | None:
        """The encounter of the input, None without one."""
        return input_reference(self._chart.encounter, "Encounter") if self._chart.encounter else None

    def of(self, reference: str, display: str | None = None) -> dict[str, Any]:
        """A reference to one input."""
        return input_reference(reference, self._used.get(reference), display)

    @property
    def investigated(self) -> list[dict[str, Any]]:
        """Used inputs that ClinicalImpression.investigation may hold."""
        return self._among(lambda resource_type: resource_type in _INVESTIGATED)

    @property
    def problems(self) -> list[dict[str, Any]]:
        """Used inputs that ClinicalImpression.problem may hold."""
        return self._among(lambda resource_type: resource_type in _PROBLEMS)

    @property
    def others(self) -> list[dict[str, Any]]:
        """Used inputs for supportingInfo; the Patient is the subject already."""
        return self._among(lambda resource_type: resource_type not in _INVESTIGATED | _PROBLEMS | {"Patient"})

    @property
    def used(self) -> list[dict[str, Any]]:
        """Every input that gave a finding."""
        return self._among(lambda _: True)

    def _among(self, fits: Callable[[str], bool]) -> list[dict[str, Any]]:
        return [input_reference(reference, resource_type) for reference, resource_type in self._used.items() if fits(resource_type)]
