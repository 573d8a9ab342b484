"""Ways to make a condition true or false: which words must be present, absent, or have which number."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import assert_never

from nuchal.findings import Presence, State
from nuchal.rules.conditions import (
    Absent,
    All,
    AnyOf,
    AtLeast,
    Comparison,
    Condition,
    FlagRaised,
    NotPresent,
    Word,
    leaves,
)
from nuchal.rules.model import Derived
from nuchal.rules.truths import Truths
from nuchal.rules.vocabulary import VocabularyWord

Way = Mapping[str, Presence | float]  # what is stated of each word; nothing is known of the others
Samples = Mapping[str, Sequence[float]]


def number_samples(conditions: Iterable[Condition], vocabulary: Mapping[str, VocabularyWord]) -> Samples:
    """For each number word one value in each region that `conditions` tell apart, inside its plausible range."""
    limits: dict[str, set[float]] = {}
    for condition in conditions:
        for leaf in leaves(condition):
            if isinstance(leaf, Comparison):
                limits.setdefault(leaf.word, set()).add(leaf.value)
    return {word: _regions(values, vocabulary[word]) for word, values in limits.items()}


def _regions(limits: set[float], word: VocabularyWord) -> tuple[float, ...]:
    if word.quantity is None:
        return ()
    low, high = word.quantity.low, word.quantity.high
    edges = sorted({low, high, *(limit for limit in limits if low < limit < high)})
    between = [(first + second) / 2 for first, second in pairwise(edges)]
    return tuple(sorted({*edges, *between}))


class Ways:
    """Searches ways, depth first, leaving a branch as soon as it contradicts itself."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples

    def all_true(self, conditions: Sequence[Condition], way: Way) -> Iterator[Way]:
        """The ways beyond `way` in which every one of `conditions` is true."""
        return self._each(conditions, way, self.true)

    def true(self, condition: Condition, way: Way) -> Iterator[Way]:
        """The ways beyond `way` in which `condition` is true, as far as statements alone decide it."""
        match condition:
            case Word(word):
                return _with(way, word, Presence.PRESENT)
            case Comparison(word, op, value):
                return self._numbers(way, word, lambda number: op.compare(number, value))
            case All(members):
                return self._each(members, way, self.true)
            case AnyOf(members):
                return self._some(1, members, way, self.true)
            case AtLeast(count, members):
                return self._some(count, members, way, self.true)
            case Absent(operand):
                return self.false(operand, way)
            case NotPresent() | FlagRaised():
                return iter((way,))  # silence makes the first true; the second is no statement
            case _:
                assert_never(condition)

    def false(self, condition: Condition, way: Way) -> Iterator[Way]:
        """The ways beyond `way` in which `condition` is false."""
        match condition:
            case Word(word):
                return _with(way, word, Presence.ABSENT)
            case Comparison(word, op, value):
                return self._numbers(way, word, lambda number: not op.compare(number, value))
            case All(members):
                return self._some(1, members, way, self.false)
            case AnyOf(members):
                return self._each(members, way, self.false)
            case AtLeast(count, members):
                return self._some(len(members) - count + 1, members, way, self.false)
            case Absent(operand) | NotPresent(operand):
                return self.true(operand, way)
            case FlagRaised():
                return iter((way,))
            case _:
                assert_never(condition)

    def _each(self, members: Sequence[Condition], way: Way, extend: Callable[[Condition, Way], Iterator[Way]]) -> Iterator[Way]:
        if not members:
            yield way
            return
        for longer in extend(members[0], way):
            yield from self._each(members[1:], longer, extend)

    def _some(self, count: int, members: Sequence[Condition], way: Way, extend: Callable[[Condition, Way], Iterator[Way]]) -> Iterator[Way]:
        for chosen in combinations(members, count):
            yield from self._each(chosen, way, extend)

    def _numbers(self, way: Way, word: str, fits: Callable[[float], bool]) -> Iterator[Way]:
        for number in self._samples.get(word, ()):
            if fits(number):
                yield from _with(way, word, number)


def _with(way: Way, word: str, statement: Presence | float) -> Iterator[Way]:
    if word not in way:
        yield {**way, word: statement}
    elif way[word] == statement:
        yield way


def truths_of(way: Way, derived: Sequence[Derived], flags: frozenset[str] = frozenset()) -> Truths:
    """What conditions are by what `way` states and what follows from it; `derived` in an order in which each needs only earlier ones."""
    states = {word: _state(statement) for word, statement in way.items()}
    truths = Truths(states, flags)
    for rule in derived:
        if rule.present_when is not None and truths.holds(rule.present_when):
            values = states[rule.id].values if rule.id in states else ()
            states[rule.id] = State(Presence.PRESENT, values)
            truths.learn(rule.id)
        elif rule.absent_when is not None and rule.id not in states and truths.holds(rule.absent_when):
            states[rule.id] = State(Presence.ABSENT)
            truths.learn(rule.id)
    return truths


def _state(statement: Presence | float) -> State:
    return State(statement) if isinstance(statement, Presence) else State(Presence.PRESENT, (statement,))
