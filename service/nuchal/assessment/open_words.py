"""What a condition that is neither true nor false still waits for, and what it already holds."""

from collections.abc import Iterator, Mapping
from typing import assert_never

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


def open_leaves(condition: Condition, states: States, flags: frozenset[str] = _NO_FLAGS) -> Iterator[Word | Comparison]:
    """The unknown words and comparisons that keep `condition` unknown while `flags` are raised, left to right; none when it is decided."""
    match condition:
        case FlagRaised() | NotPresent():
            return  # two-valued: these wait for nothing
        case _ if evaluate(condition, states, flags) is not Truth.UNKNOWN:
            return
        case Word() | Comparison():
            yield condition
        case All(members) | AnyOf(members) | AtLeast(_, members):
            for member in members:
                yield from open_leaves(member, states, flags)
        case Absent(operand):
            yield from open_leaves(operand, states, flags)
        case _:
            assert_never(condition)


def open_words(condition: Condition, states: States, flags: frozenset[str] = _NO_FLAGS) -> tuple[str, ...]:
    """The words of `open_leaves`, each once."""
    return tuple(dict.fromkeys(leaf.word for leaf in open_leaves(condition, states, flags)))


def holds_specific(condition: Condition, states: States, vocabulary: Mapping[str, VocabularyWord]) -> bool:
    """Whether a word of `condition` that is not general is true, even while the whole is open; absent and not_present never count."""
    match condition:
        case Word(word) | Comparison(word):
            return not vocabulary[word].general and evaluate(condition, states) is Truth.TRUE
        case All(members) | AnyOf(members) | AtLeast(_, members):
            return any(holds_specific(member, states, vocabulary) for member in members)
        case Absent() | NotPresent() | FlagRaised():
            return False
        case _:
            assert_never(condition)
