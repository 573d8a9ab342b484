"""The CapabilityStatement: what this instance of the service can do over FHIR."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nuchal import __version__
from nuchal.conformance.publication import canonical, of_software
from nuchal.fhir.concepts import coded
from nuchal.fhir.elements import filled
from nuchal.rules.model import Ruleset

CAPABILITY_STATEMENT: Final = "CapabilityStatement"
CAPABILITIES_ID: Final = "nuchal"

SEARCH_PARAMETERS: Final[Mapping[str, tuple[str, str]]] = {
    "_id": ("token", "The id of the definition"),
    "url": ("uri", "Its canonical address, with or without |version"),
    "version": ("token", "Its version"),
}
_SECURITY: Final = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_FORMATS: Final = ("application/fhir+json", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an instance serves: read from its routes and its settings.

    `interactions` (read, search-type) hold for each of `types`; `operations` are those of
    the system; `url` is empty when nobody said under which address the service is known.
    """

    types: Sequence[str]
    interactions: Sequence[str]
    operations: Sequence[str]
    url: str
    has_cors: bool
    asks_for_tokens: bool


def capability_statement(ruleset: Ruleset, capabilities: Capabilities) -> dict[str, Any]:
    """The CapabilityStatement of R4 4.0.1, of kind instance."""
    about = f"Decision support: {ruleset.title}, ruleset {ruleset.label}"
    return {
        **of_software(ruleset, CAPABILITY_STATEMENT, CAPABILITIES_ID, title="Nuchal", description=f"{about}. JSON of FHIR R4 only."),
        "kind": "instance",
        "software": {"name": "Nuchal", "version": __version__},
        "implementation": filled({"description": about, "url": capabilities.url}),
        "fhirVersion": "4.0.1",
        "format": list(_FORMATS),
        "rest": [
            filled(
                {
                    "mode": "server",
                    "documentation": "Stores no patients: the operation reads what it is sent, and what can be read are definitions.",
                    "security": _security(capabilities),
                    "resource": [_resource(resource_type, capabilities.interactions) for resource_type in capabilities.types],
                    "operation": [_operation(name) for name in capabilities.operations],
                }
            )
        ],
    }


def _security(capabilities: Capabilities) -> dict[str, Any]:
    if not capabilities.asks_for_tokens:
        return {"cors": capabilities.has_cors, "description": "Nobody is asked for a token; who reaches the service may call it."}
    return {
        "cors": capabilities.has_cors,
        "service": [{"coding": [coded(_SECURITY, "OAuth", "OAuth")]}],
        "description": "Operations ask for a bearer token (OAuth 2.0, RFC 6750); definitions are open to all.",
    }


def _resource(resource_type: str, interactions: Sequence[str]) -> dict[str, Any]:
    parameters = SEARCH_PARAMETERS if "search-type" in interactions else {}
    return filled(
        {
            "type": resource_type,
            "interaction": [{"code": interaction} for interaction in interactions],
            "versioning": "no-version",
            "searchParam": [{"name": name, "type": kind, "documentation": meaning} for name, (kind, meaning) in parameters.items()],
        }
    )


def _operation(name: str) -> dict[str, Any]:
    return {"name": name, "definition": f"{canonical('OperationDefinition', name)}|{__version__}"}
