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
    States,
    Truth,
    Word,
    evaluate,
)
from nuchal.rules.vocabulary import VocabularyWord

_NO_FLAGS: frozenset[str] = frozenset()


def evidence(condition: Condition, states: States, flags: frozenset[str] = _NO_FLAGS) -> tuple[Finding, ...]:
    """The statements that make `condition` what it is, each once, in order of the condition; empty when unknown.

    `flags` are the red flags that are raised; a flag by itself adds no statement.
    """
    return tuple(dict.fromkeys(_deciding(condition, evaluate(condition, states, flags), states, flags)))


def _deciding(condition: Condition, truth: Truth, states: States, flags: frozenset[str]) -> Iterator[Finding]:
    if truth is Truth.UNKNOWN:
        return
    match condition:
        case Word(word) | Comparison(word):
            if word in states:
                yield from states[word].evidence
        case All(members) | AnyOf(members) | AtLeast(_, members):
            for member in members:
                if evaluate(member, states, flags) is truth:
                    yield from _deciding(member, truth, states, flags)
        case Absent(operand) | NotPresent(operand):
            yield from _deciding(operand, evaluate(operand, states, flags), states, flags)
        case FlagRaised():
            return
        case _:
            assert_never(condition)


def is_specific(condition: Condition, states: States, vocabulary: Mapping[str, VocabularyWord]) -> bool:
    """Whether `condition` is true by a word that is not general (DESIGN 4); absent and not_present never make it so."""
    if evaluate(condition, states) is not Truth.TRUE:
        return False
    match condition:
        case Word(word) | Comparison(word):
            return not vocabulary[word].general
        case All(members) | AnyOf(members) | AtLeast(_, members):
            return any(is_specific(member, states, vocabulary) for member in members)
        case Absent() | NotPresent() | FlagRaised():
            return False
        case _:
            assert_never(condition)
