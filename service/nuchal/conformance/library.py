"""The Library: what belongs to the ruleset, its fingerprint and its literature."""

from typing import Any, Final

from nuchal.conformance.intake_form import questionnaire_id
from nuchal.conformance.publication import of_ruleset, versioned
from nuchal.conformance.vocabulary import VOCABULARY_ID
from nuchal.fhir.canonicals import RULESET_IDENTIFIER
from nuchal.fhir.citations import citation
from nuchal.fhir.concepts import coded
from nuchal.rules.model import Ruleset

_TYPE: Final = "http://terminology.hl7.org/CodeSystem/library-type"


def library(ruleset: Ruleset) -> dict[str, Any]:
    """The Library of R4 4.0.1, type asset-collection; its identifier is the sha256 of the rule files."""
    parts = [
        f"{ruleset.canonical}|{ruleset.version}",
        *(
            versioned(resource_type, identifier, ruleset.version)
            for resource_type, identifier in (
                ("Questionnaire", questionnaire_id(ruleset)),
                ("CodeSystem", VOCABULARY_ID),
                ("ValueSet", VOCABULARY_ID),
                ("ConceptMap", VOCABULARY_ID),
            )
        ),
    ]
    return {
        **of_ruleset(
            ruleset,
            "Library",
            ruleset.id,
            title=f"{ruleset.title}: ruleset",
            description=f"The rules, their words, their questions and their literature. For: {ruleset.population}",
        ),
        "identifier": [{"system": RULESET_IDENTIFIER, "value": ruleset.hash}],
        "type": {"coding": [coded(_TYPE, "asset-collection", "Asset Collection")]},
        "effectivePeriod": {"start": ruleset.effective.isoformat()},
        "relatedArtifact": [
            *({"type": "composed-of", "resource": part} for part in parts),
            *(citation(reference) for reference in ruleset.references.values()),
        ],
    }
