"""The elements that every published definition begins with."""

from datetime import date
from typing import Any, Final

from nuchal import __version__
from nuchal.fhir.narrative import narrative, paragraph
from nuchal.rules.model import Ruleset
from nuchal.terminology import CANONICAL_BASE

PUBLISHER: Final = "Nuchal"  # of what belongs to the software; a ruleset names its own
CODES_OF_OTHERS: Final = (
    "Holds codes of SNOMED CT (SNOMED International), LOINC (Regenstrief Institute), ICD-10 (World Health Organization) "
    "and ICPC-2 (WONCA); who uses these codes needs the licence that their owners ask for."
)


def canonical(resource_type: str, identifier: str) -> str:
    """The address of a definition, without its version."""
    return f"{CANONICAL_BASE}/{resource_type}/{identifier}"


def versioned(resource_type: str, identifier: str, version: str) -> str:
    """The address of a definition in one version, as other definitions name it."""
    return f"{canonical(resource_type, identifier)}|{version}"


def of_ruleset(ruleset: Ruleset, resource_type: str, identifier: str, *, title: str, description: str) -> dict[str, Any]:
    """How a definition begins that is generated from `ruleset`: in its version, a draft until a clinician has signed every rule.

    Its date is the day from which the ruleset is in force.
    """
    review = "" if ruleset.is_reviewed else " No clinician has reviewed it yet."
    return _head(
        resource_type,
        identifier,
        title=title,
        description=description + review,
        version=ruleset.version,
        status="active" if ruleset.is_reviewed else "draft",
        changed=ruleset.effective,
        publisher=ruleset.publisher,
    )


def of_software(ruleset: Ruleset, resource_type: str, identifier: str, *, title: str, description: str) -> dict[str, Any]:
    """How a definition begins that follows from the software: in its version; dated as `ruleset`, so that it does not change by itself."""
    return _head(
        resource_type,
        identifier,
        title=title,
        description=description,
        version=__version__,
        status="active",
        changed=ruleset.effective,
        publisher=PUBLISHER,
    )


def _head(  # noqa: PLR0913  the elements, by name
    resource_type: str, identifier: str, *, title: str, description: str, version: str, status: str, changed: date, publisher: str
) -> dict[str, Any]:
    return {
        "resourceType": resource_type,
        "id": identifier,
        "language": "en",
        "text": narrative(paragraph(title), paragraph(description)),
        "url": canonical(resource_type, identifier),
        "version": version,
        "name": _computer_name(identifier),
        "title": title,
        "status": status,
        "date": changed.isoformat(),
        "publisher": publisher,
        "description": description,
    }


def _computer_name(identifier: str) -> str:
    """The name that programs may use: ct-head becomes CtHead."""
    return "".join(part[:1].upper() + part[1:] for part in identifier.replace(".", "-").split("-"))
