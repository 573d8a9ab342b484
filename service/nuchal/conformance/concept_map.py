"""The ConceptMap from words of the vocabulary to the codes of others."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from nuchal.conformance.publication import CODES_OF_OTHERS, canonical, of_ruleset
from nuchal.conformance.vocabulary import VOCABULARY_ID
from nuchal.fhir.elements import filled
from nuchal.rules.model import Ruleset
from nuchal.rules.vocabulary import CodeMapping, Match
from nuchal.terminology import VOCABULARY

# http://hl7.org/fhir/R4/valueset-concept-map-equivalence.html says how the target relates to the source: a code that
# implies a word is a special case of it.
_EQUIVALENCES: Final = {Match.EQUIVALENT: "equivalent", Match.IMPLIES: "specializes", Match.BROADER: "subsumes"}


def concept_map(ruleset: Ruleset) -> dict[str, Any]:
    """The ConceptMap of R4 4.0.1: one group for each code system, verified codes only."""
    return {
        **of_ruleset(
            ruleset,
            "ConceptMap",
            VOCABULARY_ID,
            title="Words of the rules in other code systems",
            description=(
                "By which codes of SNOMED CT, LOINC, ICD-10-CM and others a word is understood. A code that specializes a word asserts it, "
                "and its absence says nothing on the word; a code that subsumes a word never asserts it."
            ),
        ),
        "copyright": CODES_OF_OTHERS,
        "sourceCanonical": canonical("ValueSet", VOCABULARY_ID),
        "group": [
            {"source": VOCABULARY, "target": system, "element": [_element(word, ruleset, codes) for word, codes in by_word.items()]}
            for system, by_word in sorted(_by_system(ruleset).items())
        ],
    }


def _by_system(ruleset: Ruleset) -> Mapping[str, Mapping[str, list[CodeMapping]]]:
    found: dict[str, dict[str, list[CodeMapping]]] = defaultdict(lambda: defaultdict(list))
    for word in ruleset.vocabulary.values():
        for mapping in word.codes:
            if mapping.coding.verified:
                found[mapping.coding.system][word.id].append(mapping)
    return found


def _element(word: str, ruleset: Ruleset, codes: list[CodeMapping]) -> dict[str, Any]:
    return {"code": word, "display": ruleset.vocabulary[word].title, "target": [_target(mapping) for mapping in codes]}


def _target(mapping: CodeMapping) -> dict[str, Any]:
    return filled(
        {"code": mapping.coding.code, "display": mapping.coding.display, "equivalence": _EQUIVALENCES[mapping.match]},
    )
