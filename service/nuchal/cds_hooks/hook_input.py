"""A CDS Hooks request as an input: the Bundle that its prefetch comes to. No FHIR server is called."""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from nuchal.cds_hooks.call import read_call
from nuchal.cds_hooks.fhir_server import FhirServers
from nuchal.cds_hooks.gathering import Gathered, gather
from nuchal.cds_hooks.services import SERVICES, Service
from nuchal.errors import InvalidInput, Problem

_NO_SERVERS: Final = FhirServers((), seconds=0, most_bytes=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HookInput:
    """One request, what came with it, and the service that it is for."""

    service: Service
    gathered: Gathered

    @property
    def subject(self) -> str:
        """The patient that the request is about."""
        return f"Patient/{self.gathered.patient_id}"


def hook_input(body: bytes) -> HookInput | None:
    """The CDS Hooks request in `body`, None when it is something else.

    Raises:
        NuchalError: a request that no service here can answer, or without data that are needed.
    """
    document = _document(body)
    if document is None:
        return None
    service = next((service for service in SERVICES.values() if service.hook == document["hook"]), None)
    if service is None:
        raise InvalidInput(
            [Problem(f"No service answers this hook; there are {', '.join(each.hook for each in SERVICES.values())}", "hook")]
        )
    return HookInput(service=service, gathered=gather(read_call(document, service), _NO_SERVERS))


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None  # whoever reads it as a Bundle says where it stops being JSON
    return document if isinstance(document, dict) and "hook" in document and "resourceType" not in document else None
