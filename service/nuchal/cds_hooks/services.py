"""What is offered to CDS clients: two services, and the data that each asks for (CDS Hooks 2.0.1, Discovery)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

CDS_HOOKS_VERSION: Final = "2.0.1"
LATEST_OBSERVATIONS: Final = 1000


class Hook(StrEnum):
    """The hooks that are answered; each further one needs its context fields in `_CONTEXTS` and a service."""

    PATIENT_VIEW = "patient-view"
    ENCOUNTER_START = "encounter-start"


@dataclass(frozen=True, slots=True)
class Template:
    """One prefetch key. Without `query` a read of the one resource that the context names, else a search within the patient.

    Without a `needed` key there is no answer (412); any other may be left out, and the
    cards say that it was.
    """

    key: str
    resource_type: str
    query: str | None = ""
    needed: bool = False
    of: str = "patientId"
    latest: int | None = None

    @property
    def text(self) -> str:
        """As discovery shows it, in the subset that prefetch queries may use (Prefetch query restrictions)."""
        return self._path(f"{{{{context.{self.of}}}}}")

    def path(self, context: Mapping[str, str]) -> str:
        """Filled with the ids of a call; these are FHIR ids, so nothing has to be escaped."""
        return self._path(context[self.of])

    @property
    def is_read(self) -> bool:
        """Whether it reads one resource by its id."""
        return self.query is None

    def _path(self, of: str) -> str:
        if self.query is None:
            return f"{self.resource_type}/{of}"
        parameters = [f"patient={of}", *([self.query] if self.query else []), *([f"_count={self.latest}"] if self.latest else [])]
        return f"{self.resource_type}?{'&'.join(parameters)}"


PATIENT: Final = Template("patient", "Patient", None, needed=True)
ORDERS: Final = Template("serviceRequests", "ServiceRequest")
_CHART: Final = (
    PATIENT,
    Template("conditions", "Condition", needed=True),
    Template("observations", "Observation", "_sort=-date", needed=True, latest=LATEST_OBSERVATIONS),
    Template("encounters", "Encounter"),
    Template("procedures", "Procedure"),
    Template("medicationRequests", "MedicationRequest"),
    Template("medicationStatements", "MedicationStatement"),
    Template("medicationAdministrations", "MedicationAdministration"),
    Template("allergies", "AllergyIntolerance"),
    Template("familyHistory", "FamilyMemberHistory"),
    Template("questionnaireResponses", "QuestionnaireResponse"),
    ORDERS,
    Template("flags", "Flag"),
    Template("lists", "List"),
    Template("reports", "DiagnosticReport"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of discovery. `templates` are what it reads of a chart."""

    id: str
    hook: Hook
    title: str
    description: str
    templates: tuple[Template, ...]

    @property
    def prefetch(self) -> Mapping[str, str]:
        """The prefetch templates as discovery shows them."""
        return {template.key: template.text for template in self.templates}


_DOES: Final = (
    "For a patient whose back (or neck) and head hurt: raised red flags, causes that fit, how soon the patient must be seen, "
    "a proposed plan, and what to ask next. Silent where neither pain is active or there is nothing to say."
)

# One id for each hook: the public sandbox, for one, keeps a single service for an id.
SERVICES: Final[Mapping[str, Service]] = {
    service.id: service
    for service in (
        Service(
            id="back-pain-headache",
            hook=Hook.PATIENT_VIEW,
            title="Back pain with headache",
            description=_DOES,
            templates=_CHART,
        ),
        Service(
            id="back-pain-headache-encounter-start",
            hook=Hook.ENCOUNTER_START,
            title="Back pain with headache, at the start of an encounter",
            description=_DOES,
            templates=(*_CHART, Template("encounter", "Encounter", None, of="encounterId")),
        ),
    )
}

_USAGE: Final = (
    "Needs the keys {needed}, by prefetch or from a FHIR server that this service is set up to call; the others add to the answer. "
    "Written for clinicians; for patients and relatives it gives no card."
)


def services() -> dict[str, Any]:
    """The answer of discovery."""
    return {"services": [_described(service) for service in SERVICES.values()]}


def _described(service: Service) -> dict[str, Any]:
    return {
        "hook": service.hook.value,
        "title": service.title,
        "description": service.description,
        "id": service.id,
        "prefetch": dict(service.prefetch),
        "usageRequirements": _USAGE.format(needed=_enumerated(template.key for template in service.templates if template.needed)),
        "version": CDS_HOOKS_VERSION,
        "hookVersion": "1.0",
    }


def _enumerated(keys: Iterable[str]) -> str:
    *most, last = keys
    return f"{', '.join(most)} and {last}"
