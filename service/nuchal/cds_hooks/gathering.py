"""The deliveries of a call become one Bundle that intake reads, and what is wrong in it is told by the client's own places."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from nuchal.cds_hooks.call import HookCall
from nuchal.cds_hooks.delivery import Delivery, Resource, State, prefetched
from nuchal.cds_hooks.fhir_server import FhirServers
from nuchal.cds_hooks.services import PATIENT
from nuchal.errors import DataNotAvailable, InvalidInput, Problem

_ENTRY: Final = re.compile(r"Bundle\.entry\[(\d+)\]\.resource")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known of the patient of one call, key by key."""

    deliveries: tuple[Delivery, ...]
    patient_id: str

    def bundle(self) -> bytes:
        """All of it as one Bundle, the Patient first."""
        entries = [self._patient_entry(), *({"resource": page} for _, page in self._pages())]
        return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})

    def resources(self, key: str) -> list[Resource]:
        """The resources of one key."""
        return [resource for delivery in self.deliveries if delivery.key == key for resource in delivery.resources]

    def located(self, error: InvalidInput) -> InvalidInput:
        """`error` of the Bundle, with its places in the call."""
        problems = [Problem(problem.message, self._place(problem.expression)) for problem in error.problems]
        return type(error)(problems)

    def unavailable(self) -> DataNotAvailable | None:
        """The error that names each key of which data are known to be missing; None when all came that was asked for."""
        failed = [delivery for delivery in self.deliveries if delivery.state.is_known_failure]
        return _not_available(failed) if failed else None

    def _patient_entry(self) -> dict[str, Any]:
        """The Patient with the id of the call; where there is none, one of whom nothing else is known."""
        sent = (resource for resource in self.resources(PATIENT.key) if resource.get("id") == self.patient_id)
        resource = next(sent, {"resourceType": "Patient", "id": self.patient_id})
        return {"fullUrl": f"urn:uuid:{self.patient_id}", "resource": resource} if _is_uuid(self.patient_id) else {"resource": resource}

    def _pages(self) -> list[tuple[Delivery, Resource]]:
        """Each page with its key, without the links to pages that came as well or were not asked for."""
        others = (delivery for delivery in self.deliveries if delivery.template is not PATIENT)
        return [(delivery, page if delivery.state is State.PARTIAL else _alone(page)) for delivery in others for page in delivery.pages]

    def _place(self, expression: str | None) -> str | None:
        found = _ENTRY.match(expression or "")
        if found is None or expression is None:
            return expression
        number, rest = int(found[1]), expression[found.end() :]
        return f"prefetch.{PATIENT.key}{rest}" if number == 0 else f"prefetch.{self._pages()[number - 1][0].key}{rest}"


def gather(call: HookCall, servers: FhirServers) -> Gathered:
    """What the client sent, and what its FHIR server adds.

    Raises:
        UnusableHookCall: a prefetch value that is neither a resource nor null.
        DataNotAvailable: without a key that is needed there is no answer.
    """
    deliveries = servers.complete(prefetched(call.service.templates, call.prefetch, call.patient_id), call)
    missing = [delivery for delivery in deliveries if delivery.template.needed and delivery.state in {State.NOT_SENT, State.FAILED}]
    if missing:
        raise _not_available(missing)
    return Gathered(tuple(deliveries), call.patient_id)


def _not_available(deliveries: Sequence[Delivery]) -> DataNotAvailable:
    return DataNotAvailable([Problem(f"{one.key} is not available: {one.why}", f"prefetch.{one.key}") for one in deliveries])


def _alone(page: Resource) -> Resource:
    """A page without what it says of others."""
    return {name: value for name, value in page.items() if name not in {"link", "total"}} if page["resourceType"] == "Bundle" else page


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
