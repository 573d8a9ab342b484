"""Codes that cannot be right, and codes and texts that would mean two words."""

from collections.abc import Iterator

from nuchal.errors import RulesetProblem
from nuchal.rules.check.rulebook import rules_of
from nuchal.rules.format.files import LANGUAGE_FILE
from nuchal.rules.model import Activity, Cause, Ruleset
from nuchal.rules.places import Places
from nuchal.rules.text import TextKey
from nuchal.rules.vocabulary import Language, Match, VocabularyWord
from nuchal.terminology import ATC, RXNORM
from nuchal.terminology.check_digits import why_not

Code = tuple[str, str]


def code_problems(ruleset: Ruleset, places: Places) -> Iterator[RulesetProblem]:
    """Every code whose check digit or form is wrong, and every code that says the same as two words."""
    for file, owner, (system, code) in _codes(ruleset):
        why = why_not(system, code)
        if why:
            yield places.problem(file, f"{code} cannot be a code of {system}: {why}", owner, code)
    yield from _shared_codes(ruleset, places)


def _codes(ruleset: Ruleset) -> Iterator[tuple[str, str, Code]]:
    """File, the text after which it stands, and code."""
    for word in ruleset.vocabulary.values():
        yield from ((word.file, word.id, code) for code in _codes_of(word))
    for rule in rules_of(ruleset):
        if isinstance(rule, Cause | Activity):
            yield from ((rule.file, "codings", (coding.system, coding.code)) for coding in rule.codings)
    yield from ((LANGUAGE_FILE, "present", code) for code in sorted(_codes_of_language(ruleset.language)))


def _codes_of(word: VocabularyWord) -> Iterator[Code]:
    yield from ((mapping.coding.system, mapping.coding.code) for mapping in word.codes)
    yield from ((coding.system, coding.code) for date in word.counted_from for coding in date.codes)
    for drugs in (word.medication, word.allergy):
        if drugs is not None:
            yield from ((ATC, prefix) for prefix in drugs.atc)
            yield from ((RXNORM, code) for code in drugs.rxnorm)


def _codes_of_language(language: Language) -> frozenset[Code]:
    answers = language.present | language.absent | language.unknown
    parts = language.generic_codes | language.onset_codes | language.severity_component_codes | language.site_component_codes
    named = language.severity_codes.keys() | language.located_codes.keys() | language.site_codes.keys()
    return answers | parts | named | language.no_allergy_codes | language.drug_list_codes | language.pair_codes


def _shared_codes(ruleset: Ruleset, places: Places) -> Iterator[RulesetProblem]:
    owners: dict[Code, str] = {}
    for word in ruleset.vocabulary.values():
        for mapping in word.codes:
            key = (mapping.coding.system, mapping.coding.code)
            if mapping.match is not Match.EQUIVALENT:
                continue
            owner = owners.setdefault(key, word.id)
            if owner != word.id:
                message = f"{key[1]} is equivalent to {word.id} and to {owner}"
                yield places.problem(word.file, message, word.id, key[1], instead="match: implies, where it says more than the word")


def text_problems(ruleset: Ruleset, places: Places) -> Iterator[RulesetProblem]:
    """Every synonym that means two words, or nothing at all, once its spelling and order are folded."""
    text_key = TextKey(ruleset.language)
    owners: dict[str, tuple[str, str]] = {}
    for word in ruleset.vocabulary.values():
        for synonym in word.synonyms:
            key = text_key(synonym)
            owner, theirs = owners.setdefault(key, (word.id, synonym))
            if not key:
                yield places.problem(word.file, f"synonym {synonym} holds no word", word.id, synonym)
            elif owner != word.id:
                yield places.problem(word.file, f"{synonym} of {word.id} reads as {theirs} of {owner}", word.id, synonym)
