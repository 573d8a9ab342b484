"""All definitions of one ruleset and this software."""

from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import Any, Final

import orjson

from nuchal.conformance.activity_definitions import activity_definitions
from nuchal.conformance.capability_statement import Capabilities, capability_statement
from nuchal.conformance.concept_map import concept_map
from nuchal.conformance.intake_form import questionnaire
from nuchal.conformance.library import library
from nuchal.conformance.operation import operation_definition
from nuchal.conformance.plan_definition import plan_definition
from nuchal.conformance.vocabulary import code_system, value_sets
from nuchal.content import profiles
from nuchal.rules.model import Ruleset

TYPES: Final = (
    "ActivityDefinition",
    "CapabilityStatement",
    "CodeSystem",
    "ConceptMap",
    "Library",
    "OperationDefinition",
    "PlanDefinition",
    "Questionnaire",
    "StructureDefinition",
    "ValueSet",
)


def definitions(ruleset: Ruleset, capabilities: Capabilities) -> Iterator[dict[str, Any]]:
    """Every definition, one after the other: what is generated, then the files of fhir_profiles/."""
    yield from generated(ruleset, capabilities)
    yield from _in_files(profiles())


def generated(ruleset: Ruleset, capabilities: Capabilities) -> Iterator[dict[str, Any]]:
    """What follows from the ruleset and the software."""
    yield capability_statement(ruleset, capabilities)
    yield operation_definition(ruleset)
    yield library(ruleset)
    yield plan_definition(ruleset)
    yield from activity_definitions(ruleset)
    yield questionnaire(ruleset)
    yield code_system(ruleset)
    yield from value_sets(ruleset)
    yield concept_map(ruleset)


def _in_files(folder: Traversable) -> Iterator[dict[str, Any]]:
    """The definitions below `folder`; examples of other types lie there too."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _in_files(entry)
        elif entry.name.endswith(".json"):
            resource = orjson.loads(entry.read_bytes())
            if resource.get("resourceType") in TYPES:
                yield resource
