"""What a word of the vocabulary is, for those who map codes to it and those who read a rule."""

from collections.abc import Iterator, Mapping
from typing import Final

from nuchal.rules.model import RuleHead, Ruleset
from nuchal.rules.usage import words_read
from nuchal.rules.vocabulary import VocabularyWord
from nuchal.rules.wording import title_in_sentence
from nuchal.terminology import ATC, ICD_10, ICD_10_CM, ICPC_2, LOINC, RXNORM, SNOMED_CT, Coding

# What people call the code systems.
SYSTEM_NAMES: Final[Mapping[str, str]] = {
    SNOMED_CT: "SNOMED CT",
    LOINC: "LOINC",
    ICD_10_CM: "ICD-10-CM",
    ICD_10: "ICD-10",
    ICPC_2: "ICPC-2",
    RXNORM: "RxNorm",
    ATC: "ATC",
}
_HOURS_A_DAY = 24


def findings_of_rule(rule: RuleHead, ruleset: Ruleset) -> list[VocabularyWord]:
    """The words of its conditions, in order of the vocabulary."""
    read = words_read(rule)
    return [word for word in ruleset.vocabulary.values() if word.id in read]


def look_back(word: VocabularyWord) -> str:
    """For how long a statement on `word` counts."""
    days = word.look_back_days
    if days is None:
        return "for ever"
    number, unit = (days, "day") if days >= 1 else (days * _HOURS_A_DAY, "hour")
    return f"for {number:g} {unit}{'' if number == 1 else 's'}"


def facts(word: VocabularyWord, ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    """What the vocabulary says of `word` beside its codes and synonyms, each with a label."""
    yield "Id", word.id
    yield "Kind", word.kind
    yield "Asked as", word.question
    yield "A statement counts", look_back(word)
    if word.needs_recent_onset:
        yield "A condition counts", "only when it began within that time"
    if word.general:
        yield "General", "yes: it never makes a cause specific"
    if word.screen:
        yield "Screen topic", word.screen
    if word.data_class:
        yield "Class of data (USCDI)", word.data_class.replace("-", " ")
    yield from _number(word)
    yield from _drugs(word)
    yield from _computed(word, ruleset)


def _number(word: VocabularyWord) -> Iterator[tuple[str, str]]:
    quantity = word.quantity
    if quantity is None:
        return
    yield "Unit (UCUM)", quantity.unit
    yield "Believed from", f"{quantity.low:g} to {quantity.high:g}"
    if quantity.molar_mass is not None:
        yield "Molar mass", f"{quantity.molar_mass:g} g/mol"
    if quantity.advances:
        yield "With time", "what was told earlier runs on by whole units"


def _drugs(word: VocabularyWord) -> Iterator[tuple[str, str]]:
    drugs = word.medication
    if drugs is not None:
        yield from _listed({"Drugs by ATC": drugs.atc, "Drugs by RxNorm": drugs.rxnorm, "Ingredients": drugs.ingredients})
        if drugs.combined:
            yield "Or two or more of", "; ".join("/".join(names) for names in drugs.combined)
        yield from _listed({"Not in the form of": drugs.excluded_forms})
        if drugs.least_days is not None:
            yield "Taken for", f"{drugs.least_days:g} days or more"
        if drugs.stopped_days is not None:
            yield "Stopped", f"not longer ago than {drugs.stopped_days:g} days"
    if word.allergy is not None:
        allergy = word.allergy
        if allergy.severe:
            yield "Allergy", "only with a severe reaction"
        yield from _listed({"Allergy to (ATC)": allergy.atc, "Allergy to (RxNorm)": allergy.rxnorm, "Allergy to": allergy.ingredients})


def _computed(word: VocabularyWord, ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    def said(id_: str) -> str:
        return title_in_sentence(ruleset.vocabulary[id_])

    if word.family:
        yield "Said of a relative", ", ".join(said(id_) for id_ in sorted(word.family))
    if word.severity:
        yield "From the severity", f"of {said(word.severity.of)}: {', '.join(sorted(word.severity.levels))}"
    if word.onset:
        yield "From the onset", f"of {said(word.onset.of)}"
    if word.rising:
        yield "From a rise", f"of {said(word.rising.of)}"
    if word.diary:
        yield "Counted from", f"statements on {said(word.diary.of)} on {word.diary.least_days} days or more"
    for dates in word.counted_from:
        yield "Counted from the date of", ", ".join((*(f"{_code(coding)}" for coding in dates.codes), *dates.synonyms))


def _code(coding: Coding) -> str:
    return f"{SYSTEM_NAMES.get(coding.system, coding.system)} {coding.code}"


def _listed(lists: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    yield from ((label, ", ".join(members)) for label, members in lists.items() if members)
