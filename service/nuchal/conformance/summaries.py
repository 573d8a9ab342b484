"""What a definition is in short: the elements that R4 marks as its summary."""

from collections.abc import Mapping
from typing import Any, Final

from nuchal.fhir.concepts import coded

# isSummary in the StructureDefinitions of R4 4.0.1 of the types that are served, and what each resource needs
_ELEMENTS: Final = frozenset(
    [
        *("resourceType", "id", "meta", "implicitRules", "url", "identifier", "version", "name", "title", "status", "experimental", "date"),
        *("publisher", "contact", "useContext", "jurisdiction", "effectivePeriod", "kind", "type", "code", "base", "baseDefinition"),
        *("derivation", "abstract", "context", "contextInvariant", "keyword", "fhirVersion", "immutable", "caseSensitive", "compositional"),
        *("content", "count", "filter", "hierarchyMeaning", "property", "supplements", "valueSet", "versionNeeded", "sourceUri"),
        *("sourceCanonical", "targetUri", "targetCanonical", "affectsState", "instance", "system", "resource", "doNotPerform"),
        *("subjectType", "document", "format", "implementation", "implementationGuide", "imports", "instantiates", "messaging"),
        *("patchFormat", "rest", "software"),
    ]
)
_DESCRIBED: Final = frozenset({"ActivityDefinition", "Library", "PlanDefinition"})  # of these alone the description is in the summary
_SUBSETTED: Final = coded("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "SUBSETTED")


def summary(resource: Mapping[str, Any]) -> dict[str, Any]:
    """`resource` without what a list does not need, tagged as such (http://hl7.org/fhir/R4/search.html#summary)."""
    is_described = resource["resourceType"] in _DESCRIBED
    kept = {name: value for name, value in resource.items() if name in _ELEMENTS or (name == "description" and is_described)}
    return kept | {"meta": {**resource.get("meta", {}), "tag": [*resource.get("meta", {}).get("tag", []), _SUBSETTED]}}
