"""The body of a call becomes what was asked, for whom and by whom (CDS Hooks 2.0.1, Calling a CDS Service)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from nuchal.cds_hooks.services import Hook, Service
from nuchal.errors import Problem, UnusableHookCall

_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")  # http://hl7.org/fhir/R4/datatypes.html#id
_UUID: Final = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_USER: Final = re.compile(r"(Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9.-]{1,64}")
_TOKEN: Final = re.compile(r"[!-~]+")  # RFC 6750 2.1 allows less; what is more could not stand in a header
_CLINICIANS: Final = frozenset({"Practitioner", "PractitionerRole"})
_WITH_ENCOUNTER: Final = frozenset({Hook.ENCOUNTER_START})


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """What opens the client's FHIR server for the time of one call; the token is kept out of every text."""

    token: str = field(repr=False)
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HookCall:
    """One call: ids as the client wrote them, prefetch as it came."""

    service: Service
    hook_instance: UUID
    user_is_clinician: bool
    patient_id: str
    encounter_id: str | None
    prefetch: Mapping[str, Any] = field(repr=False)
    fhir_server: str | None
    authorization: Authorization | None

    @property
    def context(self) -> Mapping[str, str]:
        """The ids by the names of the context's fields."""
        return {"patientId": self.patient_id} | ({"encounterId": self.encounter_id} if self.encounter_id else {})


def read_call(document: Mapping[str, Any], service: Service) -> HookCall:
    """Read a call of `service`; unknown fields are passed over, a null of an optional one is none.

    Raises:
        UnusableHookCall: a field that is missing or is not what CDS Hooks says, each with its place.
    """
    problems = [*_call_problems(document, service), *_context_problems(document.get("context"), service), *_access_problems(document)]
    if problems:
        raise UnusableHookCall(problems)
    context, access = document["context"], document.get("fhirAuthorization")
    return HookCall(
        service=service,
        hook_instance=UUID(document["hookInstance"]),
        user_is_clinician=context["userId"].partition("/")[0] in _CLINICIANS,
        patient_id=context["patientId"],
        encounter_id=context.get("encounterId"),
        prefetch=document.get("prefetch") or {},
        fhir_server=document.get("fhirServer"),
        authorization=Authorization(token=access["access_token"], scope=access["scope"]) if access else None,
    )


def _call_problems(document: Mapping[str, Any], service: Service) -> Iterator[Problem]:
    hook = document.get("hook")
    if not isinstance(hook, str):
        yield Problem("Is required, and is a text", "hook")
    elif hook != service.hook:
        yield Problem(f"This service answers the hook {service.hook}", "hook")
    if not _fits(document.get("hookInstance"), _UUID):
        yield Problem("Is required, and is a UUID", "hookInstance")
    if not isinstance(document.get("prefetch") or {}, dict):
        yield Problem("Must be an object", "prefetch")


def _context_problems(context: object, service: Service) -> Iterator[Problem]:
    if not isinstance(context, dict):
        yield Problem("Is required, and is an object", "context")
        return
    if not _fits(context.get("userId"), _USER):
        yield Problem("Is required: Practitioner, PractitionerRole, Patient or RelatedPerson, with its id", "context.userId")
    if not _fits(context.get("patientId"), _ID):
        yield Problem("Is required: the id of the Patient, without its type", "context.patientId")
    encounter = context.get("encounterId")
    if encounter is None and service.hook in _WITH_ENCOUNTER:
        yield Problem(f"The hook {service.hook} requires it", "context.encounterId")
    elif encounter is not None and not _fits(encounter, _ID):
        yield Problem("Must be the id of an Encounter, without its type", "context.encounterId")


def _access_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    server, access = document.get("fhirServer"), document.get("fhirAuthorization")
    if not isinstance(server, str | None):
        yield Problem("Must be a URL", "fhirServer")
    if access is None:
        return
    if not isinstance(access, dict):
        yield Problem("Must be an object", "fhirAuthorization")
        return
    if server is None:
        yield Problem("Is required where fhirAuthorization is given", "fhirServer")
    if not _fits(access.get("access_token"), _TOKEN):
        yield Problem("Is required, and is a token of printable ASCII", "fhirAuthorization.access_token")
    if not isinstance(access.get("scope"), str):
        yield Problem("Is required, and is a text", "fhirAuthorization.scope")
    if str(access.get("token_type")).lower() != "bearer":
        yield Problem("Is Bearer", "fhirAuthorization.token_type")
    context = document.get("context")
    if isinstance(context, dict) and access.get("patient") not in (None, context.get("patientId")):
        yield Problem("Opens the chart of another patient than context.patientId", "fhirAuthorization.patient")


def _fits(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and bool(pattern.fullmatch(value))
