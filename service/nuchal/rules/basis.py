"""What a condition rests on: the statements that decide it, and whether more than general words make it true."""

from collections.abc import Iterator, Mapping
from typing import assert_never

from nuchal.findings import Finding
from nuchal.rules.conditions import (
    Absent,
    All,
    AnyOf,
    AtLeast,
    Comparison,
    Condition,
    FlagRaised,
    NotPresent,
    Truth,
    Word,
)
from nuchal.rules.truths import Truths
from nuchal.rules.vocabulary import VocabularyWord


def evidence(condition: Condition, truths: Truths) -> tuple[Finding, ...]:
    """The statements that make `condition` what it is, each once, in order of the condition; empty when unknown.

    A raised flag by itself adds no statement.
    """
    return tuple(dict.fromkeys(_deciding(condition, truths.of(condition), truths)))


def _deciding(condition: Condition, truth: Truth, truths: Truths) -> Iterator[Finding]:
    if truth is Truth.UNKNOWN:
        return
    match condition:
        case Word(word) | Comparison(word):
            if word in truths.states:
                yield from truths.states[word].evidence
        case All(members) | AnyOf(members) | AtLeast(_, members):
            for member in members:
                if truths.of(member) is truth:
                    yield from _deciding(member, truth, truths)
        case Absent(operand) | NotPresent(operand):
            yield from _deciding(operand, truths.of(operand), truths)
        case FlagRaised():
            return
        case _:
            assert_never(condition)


def is_specific(condition: Condition, truths: Truths, vocabulary: Mapping[str, VocabularyWord]) -> bool:
    """Whether `condition` is true by a word that is not general (DESIGN 4); absent and not_present never make it so."""
    if not truths.holds(condition):
        return False
    match condition:
        case Word(word) | Comparison(word):
            return not vocabulary[word].general
        case All(members) | AnyOf(members) | AtLeast(_, members):
            return any(is_specific(member, truths, vocabulary) for member in members)
        case Absent() | NotPresent() | FlagRaised():
            return False
        case _:
            assert_never(condition)
