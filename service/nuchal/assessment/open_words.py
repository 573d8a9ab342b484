"""What a condition that is neither true nor false still waits for, and what it already holds."""

from collections import Counter
from collections.abc import Iterator
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
    Truth,
    Word,
)
from nuchal.rules.truths import Truths


def open_leaves(condition: Condition, truths: Truths) -> Iterator[Word | Comparison]:
    """The unknown words and comparisons that keep `condition` unknown, left to right; none when it is decided."""
    match condition:
        case FlagRaised() | NotPresent():
            return  # two-valued: these wait for nothing
        case _ if truths.of(condition) is not Truth.UNKNOWN:
            return
        case Word() | Comparison():
            yield condition
        case All(members) | AnyOf(members) | AtLeast(_, members):
            if not truths.has_heard_of(condition):
                yield from condition.reach.waits_for
                return
            for member in members:
                yield from open_leaves(member, truths)
        case Absent(operand):
            yield from open_leaves(operand, truths)
        case _:
            assert_never(condition)


def open_words(condition: Condition, truths: Truths) -> tuple[str, ...]:
    """The words of `open_leaves`, each once."""
    return tuple(dict.fromkeys(leaf.word for leaf in open_leaves(condition, truths)))


def sufficient_words(condition: Condition, truths: Truths) -> frozenset[str]:
    """Words of an unknown `condition` among which are all whose presence alone could make it true.

    Under `absent` a word counts without a closer look; whoever asks tries it.
    """
    if truths.of(condition) is not Truth.UNKNOWN:
        return frozenset()
    if not truths.has_heard_of(condition):
        return condition.reach.sufficient
    match condition:
        case All(members):
            needed = sum(truths.of(member) is Truth.UNKNOWN for member in members)
        case AtLeast(count, members):
            needed = count - sum(truths.holds(member) for member in members)
        case AnyOf(members):
            needed = 1
        case _:
            return condition.reach.sufficient
    served = Counter(word for member in members for word in sufficient_words(member, truths))
    return frozenset(word for word, times in served.items() if times >= needed)


def holds_specific(condition: Condition, truths: Truths, specific: frozenset[str]) -> bool:
    """Whether one of the words `specific` makes a part of `condition` true, while the whole may be open; absent never counts.

    `specific` are known words that are not general.
    """
    match condition:
        case Word(word) | Comparison(word):
            return word in specific and truths.holds(condition)
        case All(members) | AnyOf(members) | AtLeast(_, members):
            return not condition.reach.words.isdisjoint(specific) and any(holds_specific(member, truths, specific) for member in members)
        case Absent() | NotPresent() | FlagRaised():
            return False
        case _:
            assert_never(condition)
