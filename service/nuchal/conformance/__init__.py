"""What Nuchal is and knows, as FHIR R4 definitions: the ruleset, its words, its questions, and what the service can do."""

from nuchal.conformance.capability_statement import CAPABILITIES_ID, CAPABILITY_STATEMENT, SEARCH_PARAMETERS, Capabilities
from nuchal.conformance.definitions import TYPES, definitions, generated
from nuchal.conformance.intake_form import NO, UNKNOWN, YES, questionnaire
from nuchal.conformance.shelf import Definition, Shelf
from nuchal.conformance.summaries import summary

__all__ = [
    "CAPABILITIES_ID",
    "CAPABILITY_STATEMENT",
    "NO",
    "SEARCH_PARAMETERS",
    "TYPES",
    "UNKNOWN",
    "YES",
    "Capabilities",
    "Definition",
    "Shelf",
    "definitions",
    "generated",
    "questionnaire",
    "summary",
]
