"""Publications as FHIR names them."""

from typing import Any

from nuchal.fhir.elements import filled
from nuchal.rules.model import Reference


def citation(reference: Reference, supports: str | None = None) -> dict[str, Any]:
    """A publication as a RelatedArtifact, with what it supports."""
    address = f"https://doi.org/{reference.doi}" if reference.doi else None
    return filled({"type": "citation", "display": supports, "citation": reference.citation, "url": address})
