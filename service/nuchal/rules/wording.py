"""Conditions in plain words, for clinicians."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import assert_never

from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, Condition, FlagRaised, NotPresent, Operator, Word
from nuchal.rules.vocabulary import VocabularyWord

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
_DECIMALS = 2  # more is noise to a reader; comparisons use the exact number
# How units of UCUM are said; the others are said as they are written.
_UNITS: Mapping[str, str] = {
    "1": "",
    "mg/mg": "",
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
    "umol/L": "µmol/L",
    "10*3/uL": "\N{MULTIPLICATION SIGN} 10⁹/L",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "[degF]": "°F",
}


_NUMBERS: Mapping[int, str] = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


class Wordings:
    """The wordings of the groups of one ruleset, each made once; conditions live as long as their ruleset."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._groups: dict[int, tuple[Condition, str]] = {}  # by identity: to hash a condition takes longer

    def of(self, condition: Condition) -> str:
        """The wording of `condition`."""
        if not isinstance(condition, All | AnyOf | AtLeast):
            return wording(condition, self._vocabulary)
        if id(condition) not in self._groups:
            self._groups[id(condition)] = (condition, wording(condition, self._vocabulary))
        return self._groups[id(condition)][1]


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


def title_in_sentence(word: VocabularyWord) -> str:
    """The title as it stands inside a sentence: Fever becomes fever; abbreviations (CT, C-reactive) and names (Horner) stay.

    A first word is a name when the question, too, writes it with a capital.
    """
    return _in_sentence(word.title, word.question)


@cache
def _in_sentence(title: str, question: str) -> str:
    first = title.split(" ", 1)[0]
    is_abbreviation = first[1:2].isupper() or first[1:2] == "-"
    is_name = re.search(rf"\s{re.escape(first)}\b", question) is not None
    return title if is_abbreviation or is_name else title[0].lower() + title[1:]


def _title(word: str, vocabulary: Vocabulary) -> str:
    return title_in_sentence(vocabulary[word])


def unit_name(unit: str) -> str:
    """A unit of UCUM as a person reads it; empty for what is only counted or scored."""
    return "" if unit.startswith("{") else _UNITS.get(unit, unit)


def amount(value: float, word: VocabularyWord) -> str:
    """A number of `word` with its unit, as a person reads it; the unit is left out when the title says it (days a month)."""
    unit = unit_name(word.quantity.unit) if word.quantity else ""
    is_in_title = f" {unit} " in f" {word.title.lower()} "
    return f"{round(value, _DECIMALS):g} {'' if is_in_title else unit}".rstrip()


def _amount(comparison: Comparison, vocabulary: Vocabulary) -> str:
    return amount(comparison.value, vocabulary[comparison.word])


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
