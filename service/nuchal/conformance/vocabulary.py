"""The vocabulary as a CodeSystem, and ValueSets of its words and of the codes that answers hold."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from nuchal.conformance.publication import CODES_OF_OTHERS, canonical, of_ruleset
from nuchal.fhir.elements import filled
from nuchal.rules.model import Ruleset
from nuchal.rules.vocabulary import VocabularyWord, WordKind
from nuchal.terminology import VOCABULARY, Coding

VOCABULARY_ID: Final = "vocabulary"

_PROPERTIES: Final = (
    ("kind", "code", "What the word is about: symptom, sign, history ..."),
    ("unit", "string", "The unit (UCUM) of its number; a word without one is present or absent"),
    ("look-back-days", "decimal", "After so many days a statement says nothing on now; left out: it never expires"),
    ("general", "boolean", "Plain pains, age, sex and vital signs: by themselves they make no cause specific"),
    ("screen", "code", "The topic of the screen for red flags that it answers"),
    ("derived", "boolean", "Whether it also follows from other words"),
)
_KINDS: Final = {
    WordKind.DEMOGRAPHIC: "Age, sex and pregnancy",
    WordKind.SYMPTOM: "Symptoms",
    WordKind.SIGN: "Signs found on examination",
    WordKind.HISTORY: "Known conditions, injuries and treatments",
    WordKind.EXPOSURE: "Circumstances and habits",
    WordKind.MEDICATION: "Drugs",
    WordKind.TEST: "Results of tests and imaging",
    WordKind.NUMBER: "Numbers",
}


def code_system(ruleset: Ruleset) -> dict[str, Any]:
    """The CodeSystem of R4 4.0.1 that holds every word of the vocabulary."""
    return {
        **of_ruleset(
            ruleset,
            "CodeSystem",
            VOCABULARY_ID,
            title="Words of the rules",
            description="The findings that the rules may speak of. The definition of a word is how a clinician is asked for it.",
        ),
        "caseSensitive": True,
        "valueSet": canonical("ValueSet", VOCABULARY_ID),
        "content": "complete",
        "count": len(ruleset.vocabulary),
        "filter": [{"code": "kind", "description": "Words of one kind", "operator": ["="], "value": "A kind"}],
        "property": [{"code": code, "description": meaning, "type": kind} for code, kind, meaning in _PROPERTIES],
        "concept": [_concept(word, ruleset) for word in ruleset.vocabulary.values()],
    }


def _concept(word: VocabularyWord, ruleset: Ruleset) -> dict[str, Any]:
    properties = [
        {"code": "kind", "valueCode": word.kind.value},
        {"code": "general", "valueBoolean": word.general},
        {"code": "derived", "valueBoolean": word.id in ruleset.derived},
    ]
    if word.quantity:
        properties.append({"code": "unit", "valueString": word.quantity.unit})
    if word.look_back_days is not None:
        properties.append({"code": "look-back-days", "valueDecimal": word.look_back_days})
    if word.screen:
        properties.append({"code": "screen", "valueCode": word.screen})
    return {"code": word.id, "display": word.title, "definition": word.question, "property": properties}


def value_sets(ruleset: Ruleset) -> Iterator[dict[str, Any]]:
    """ValueSets of R4 4.0.1: all words, the words of each kind, the codes of the causes and of what is proposed."""
    everything = [{"system": VOCABULARY}]
    yield _value_set(ruleset, VOCABULARY_ID, "All words of the rules", "Every finding that the rules may speak of.", everything)
    for kind in WordKind:
        by_kind = [{"system": VOCABULARY, "filter": [{"property": "kind", "op": "=", "value": kind.value}]}]
        title = _KINDS[kind]
        yield _value_set(ruleset, f"{VOCABULARY_ID}-{kind}", title, f"The words of the rules of the kind {kind}: {title.lower()}.", by_kind)
    causes = (coding for cause in ruleset.causes.values() if cause.fires for coding in cause.codings)
    yield _value_set(ruleset, "causes", "Causes", "The verified codes of the causes that an answer may list.", _enumerated(causes))
    activities = (coding for activity in ruleset.activities.values() if activity.fires for coding in activity.codings)
    yield _value_set(ruleset, "activities", "Suggestions", "The verified codes of what an answer may propose.", _enumerated(activities))


def _value_set(ruleset: Ruleset, identifier: str, title: str, description: str, include: list[dict[str, Any]]) -> dict[str, Any]:
    is_ours = all(part["system"] == VOCABULARY for part in include)
    return filled(
        {
            **of_ruleset(ruleset, "ValueSet", identifier, title=title, description=description),
            "copyright": None if is_ours else CODES_OF_OTHERS,
            "compose": {"include": include},
        }
    )


def _enumerated(codings: Iterable[Coding]) -> list[dict[str, Any]]:
    """The verified codes, each once, by system; recalled codes are understood on input and left out here (DESIGN 3)."""
    verified = {(coding.system, coding.code): coding for coding in codings if coding.verified}
    by_system = groupby(sorted(verified.values(), key=lambda coding: (coding.system, coding.code)), key=lambda coding: coding.system)
    return [
        {"system": system, "concept": [filled({"code": coding.code, "display": coding.display}) for coding in members]}
        for system, members in by_system
    ]
