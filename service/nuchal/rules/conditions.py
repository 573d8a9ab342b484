"""Conditions of rules in three-valued logic: true, false, unknown.

The truth tables are those of Kleene's strong logic; `tests/rules/test_conditions.py`
holds all of them. This evaluator explains each answer and is the witness of the engine.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, assert_never

from nuchal.findings import Presence, State


class Truth(Enum):
    """A truth value of three-valued logic."""

    FALSE = "false"
    UNKNOWN = "unknown"
    TRUE = "true"


class Operator(StrEnum):
    """How a number is compared; spelled as in the rule files."""

    AT_LEAST = ">="
    AT_MOST = "<="
    MORE = ">"
    LESS = "<"
    EQUAL = "=="

    @property
    def compare(self) -> Callable[[float, float], bool]:
        """The comparison itself: number of the patient first, limit second."""
        return _COMPARE[self]


_COMPARE: dict[Operator, Callable[[float, float], bool]] = {
    Operator.AT_LEAST: operator.ge,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.LESS: operator.lt,
    Operator.EQUAL: operator.eq,
}


@dataclass(frozen=True, slots=True)
class Word:
    """True when the finding is present, false when it is asserted absent."""

    word: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares a number of the finding, in the vocabulary's unit; unknown without one."""

    word: str
    op: Operator
    value: float


@dataclass(frozen=True, slots=True)
class All:
    """Kleene and."""

    members: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Kleene or."""

    members: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True when `count` members are true, false when fewer than `count` can still become true."""

    count: int
    members: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """Kleene not: asserted absent. Unknown stays unknown."""

    operand: "Condition"


@dataclass(frozen=True, slots=True)
class NotPresent:
    """Absent or unknown; never unknown itself. Only where silence must not switch a red flag off."""

    operand: "Condition"


@dataclass(frozen=True, slots=True)
class FlagRaised:
    """True when the red flag `flag` is raised, else false; only in contraindications of activities."""

    flag: str


Condition = Word | Comparison | All | AnyOf | AtLeast | Absent | NotPresent | FlagRaised

States = Mapping[str, State]
_NO_FLAGS: frozenset[str] = frozenset()


def evaluate(condition: Condition, states: States, flags: frozenset[str] = _NO_FLAGS) -> Truth:
    """The truth of `condition` for a patient whose words have `states`; words without a state are unknown."""
    return _EVALUATE[type(condition)](condition, states, flags)


def _word(condition: Word, states: States, _flags: frozenset[str]) -> Truth:
    state = states.get(condition.word)
    if state is None or state.presence is Presence.UNKNOWN:
        return Truth.UNKNOWN
    return Truth.TRUE if state.presence is Presence.PRESENT else Truth.FALSE


def _comparison(condition: Comparison, states: States, _flags: frozenset[str]) -> Truth:
    state = states.get(condition.word)
    if state is None or not state.values:
        return Truth.UNKNOWN
    compare, limit = condition.op.compare, condition.value
    return Truth.TRUE if any(compare(value, limit) for value in state.values) else Truth.FALSE


def _all(condition: All, states: States, flags: frozenset[str]) -> Truth:
    truth = Truth.TRUE
    for member in condition.members:
        found = _EVALUATE[type(member)](member, states, flags)
        if found is Truth.FALSE:
            return found
        if found is Truth.UNKNOWN:
            truth = found
    return truth


def _any_of(condition: AnyOf, states: States, flags: frozenset[str]) -> Truth:
    truth = Truth.FALSE
    for member in condition.members:
        found = _EVALUATE[type(member)](member, states, flags)
        if found is Truth.TRUE:
            return found
        if found is Truth.UNKNOWN:
            truth = found
    return truth


def _at_least(condition: AtLeast, states: States, flags: frozenset[str]) -> Truth:
    members = [evaluate(member, states, flags) for member in condition.members]
    true = members.count(Truth.TRUE)
    if true >= condition.count:
        return Truth.TRUE
    return Truth.FALSE if true + members.count(Truth.UNKNOWN) < condition.count else Truth.UNKNOWN


def _absent(condition: Absent, states: States, flags: frozenset[str]) -> Truth:
    return _NEGATION[evaluate(condition.operand, states, flags)]


def _not_present(condition: NotPresent, states: States, flags: frozenset[str]) -> Truth:
    return Truth.FALSE if evaluate(condition.operand, states, flags) is Truth.TRUE else Truth.TRUE


def _flag_raised(condition: FlagRaised, _states: States, flags: frozenset[str]) -> Truth:
    return Truth.TRUE if condition.flag in flags else Truth.FALSE


_NEGATION = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
# a table and not a match: this is the innermost loop of every evaluation
_EVALUATE: Mapping[type[Condition], Callable[[Any, States, frozenset[str]], Truth]] = {
    Word: _word,
    Comparison: _comparison,
    All: _all,
    AnyOf: _any_of,
    AtLeast: _at_least,
    Absent: _absent,
    NotPresent: _not_present,
    FlagRaised: _flag_raised,
}


def leaves(condition: Condition) -> Iterator[Word | Comparison]:
    """The words and comparisons of `condition`, left to right, those under absent and not_present included."""
    match condition:
        case Word() | Comparison():
            yield condition
        case All(members) | AnyOf(members) | AtLeast(_, members):
            for member in members:
                yield from leaves(member)
        case Absent(operand) | NotPresent(operand):
            yield from leaves(operand)
        case FlagRaised():
            return
        case _:
            assert_never(condition)


def words(condition: Condition) -> frozenset[str]:
    """The words that `condition` reads."""
    return frozenset(leaf.word for leaf in leaves(condition))
