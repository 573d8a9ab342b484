"""Conditions in plain words, for clinicians."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, Condition, FlagRaised, NotPresent, Operator, Word
from nuchal.rules.model import VocabularyWord

Vocabulary = Mapping[str, VocabularyWord]

_COMPARED: Mapping[Operator, str] = {
    Operator.AT_LEAST: "at least",
    Operator.AT_MOST: "at most",
    Operator.MORE: "more than",
    Operator.LESS: "less than",
    Operator.EQUAL: "exactly",
}
_OPPOSITE: Mapping[Operator, str] = {
    Operator.AT_LEAST: "less than",
    Operator.AT_MOST: "more than",
    Operator.MORE: "at most",
    Operator.LESS: "at least",
    Operator.EQUAL: "other than",
}
# How units of UCUM are said; the others are said as they are written.
_UNITS: Mapping[str, str] = {
    "1": "",
    "Cel": "°C",
    "mm[Hg]": "mmHg",
    "a": "years",
    "mo": "months",
    "wk": "weeks",
    "d": "days",
    "h": "hours",
    "min": "minutes",
    "s": "seconds",
    "/min": "a minute",
    "d/mo": "days a month",
    "d/wk": "days a week",
    "/mo": "a month",
    "/wk": "a week",
    "/d": "a day",
    "h/d": "hours a day",
    "kg/m2": "kg/m²",
    "[degF]": "°F",
}


_NUMBERS: Mapping[int, str] = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def wording(condition: Condition, vocabulary: Vocabulary) -> str:
    """`condition` as a part of an English sentence: "fever, and at least one of: neck stiffness, rash, seizure".

    A group inside a group stands in parentheses. "no ..." means recorded as absent,
    "no known ..." absent or not asked.
    """
    match condition:
        case Word(word):
            return _title(word, vocabulary)
        case Comparison(word, op):
            return f"{_title(word, vocabulary)} {_COMPARED[op]} {_amount(condition, vocabulary)}"
        case All(members):
            return _all(members, vocabulary)
        case AnyOf(members):
            return _at_least(1, members, vocabulary)
        case AtLeast(count, members):
            return _at_least(count, members, vocabulary)
        case Absent(operand):
            return _absent(operand, vocabulary)
        case NotPresent(operand):
            return _not_present(operand, vocabulary)
        case FlagRaised(flag):
            return f"red flag {flag} is raised"
        case _:
            assert_never(condition)


def _title(word: str, vocabulary: Vocabulary) -> str:
    """The title inside a sentence; capitals (CT, C-reactive) and names, which the question shows, keep their first letter."""
    title, question = vocabulary[word].title, vocabulary[word].question
    first = title.split(" ", 1)[0]
    keeps = first[1:2].isupper() or first[1:2] == "-" or f" {first}" in question
    return title if keeps else title[0].lower() + title[1:]


def _amount(comparison: Comparison, vocabulary: Vocabulary) -> str:
    """The limit with its unit, which is left out when the title says it: headache days a month at least 15."""
    word = vocabulary[comparison.word]
    unit = "" if word.quantity is None or word.quantity.unit.startswith("{") else _UNITS.get(word.quantity.unit, word.quantity.unit)
    return f"{comparison.value:g} {'' if f' {unit} ' in f'{word.title} ' else unit}".rstrip()


def _is_group(condition: Condition) -> bool:
    match condition:
        case All(members) | AnyOf(members) | AtLeast(_, members):
            return len(members) > 1
        case Absent(operand) | NotPresent(operand):
            return _is_group(operand)
        case _:
            return False


def _inner(condition: Condition, vocabulary: Vocabulary) -> str:
    said = wording(condition, vocabulary)
    return f"({said})" if _is_group(condition) else said


def _list(members: tuple[Condition, ...], vocabulary: Vocabulary) -> str:
    return _listed([_inner(member, vocabulary) for member in members])


def _listed(said: Sequence[str]) -> str:
    """Members one after the other; semicolons where a member holds a comma itself."""
    return ("; " if any("," in member for member in said) else ", ").join(said)


def _all(members: tuple[Condition, ...], vocabulary: Vocabulary) -> str:
    *first, last = members
    if not first:
        return wording(last, vocabulary)
    said = [_inner(member, vocabulary) for member in first]
    comma = "," if any("," in member for member in said) or any(_is_group(member) for member in members) else ""
    return f"{_listed(said)}{comma} and {wording(last, vocabulary)}"


def _at_least(count: int, members: tuple[Condition, ...], vocabulary: Vocabulary) -> str:
    if count == len(members):
        return _all(members, vocabulary)
    if count == 1 and len(members) == 2:
        return " or ".join(_inner(member, vocabulary) for member in members)
    return f"at least {_number(count)} of: {_list(members, vocabulary)}"


def _number(count: int) -> str:
    return _NUMBERS.get(count, str(count))


def _absent(operand: Condition, vocabulary: Vocabulary) -> str:
    match operand:
        case Word(word):
            return f"no {_title(word, vocabulary)}"
        case Comparison(word, op):
            return f"{_title(word, vocabulary)} {_OPPOSITE[op]} {_amount(operand, vocabulary)}"
        case All((member,)) | AnyOf((member,)):
            return _absent(member, vocabulary)
        case All(members):
            return f"not all of: {_list(members, vocabulary)}"
        case AnyOf(members):
            return f"none of: {_list(members, vocabulary)}"
        case AtLeast(count, members):
            return f"fewer than {_number(count)} of: {_list(members, vocabulary)}"
        case Absent(inner) | NotPresent(inner):  # twice denied; only the second loses the unknown, which is said elsewhere
            return wording(inner, vocabulary)
        case FlagRaised(flag):
            return f"red flag {flag} is not raised"
        case _:
            assert_never(operand)


def _not_present(operand: Condition, vocabulary: Vocabulary) -> str:
    match operand:
        case Word(word):
            return f"no known {_title(word, vocabulary).removeprefix('known ')}"
        case Comparison(word, op):
            return f"{_title(word, vocabulary)} not known to be {_COMPARED[op]} {_amount(operand, vocabulary)}"
        case AnyOf(members) if len(members) > 1:
            return f"none known of: {_list(members, vocabulary)}"
        case All((member,)) | AnyOf((member,)):
            return _not_present(member, vocabulary)
        case _:
            return f"not known: {wording(operand, vocabulary)}"
