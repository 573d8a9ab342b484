"""What conditions of rules are made of; `truths.py` says when they are true, false or unknown."""

import operator
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from typing import assert_never

from nuchal.findings import State


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
class Reach:
    """What can be said of a condition before anybody spoke of a patient.

    `words` it reads; `waits_for` are the leaves whose answers it waits for, left to right;
    `minds_silence` when it can be decided although nobody said anything. `sufficient`
    holds every word whose presence alone could make it true. Of the members of a group
    `plain` are the words, which can be looked at all at once, and `others` the rest.
    """

    words: frozenset[str]
    waits_for: tuple["Word | Comparison", ...]
    sufficient: frozenset[str]
    minds_silence: bool = False
    plain: frozenset[str] = frozenset()
    others: tuple["Condition", ...] = ()


def _joint(needed: int, members: tuple["Condition", ...]) -> Reach:
    """The reach of a group that is true when `needed` of its members are."""
    reaches = [member.reach for member in members]
    plain = [member.word for member in members if isinstance(member, Word)]
    if len(set(plain)) < len(plain):
        plain = []  # a word that stands twice counts twice
    served = Counter(word for reach in reaches for word in reach.sufficient)
    return Reach(
        words=frozenset().union(*(reach.words for reach in reaches)),
        waits_for=tuple(leaf for reach in reaches for leaf in reach.waits_for),
        sufficient=frozenset(word for word, times in served.items() if times >= needed),
        minds_silence=not reaches or any(reach.minds_silence for reach in reaches),  # a group of nobody is decided
        plain=frozenset(plain),
        others=tuple(member for member in members if not (plain and isinstance(member, Word))),
    )


def _alone(leaf: "Word | Comparison") -> Reach:
    word = frozenset({leaf.word})
    return Reach(words=word, waits_for=(leaf,), sufficient=word)


@dataclass(frozen=True, slots=True)
class Word:
    """True when the finding is present, false when it is asserted absent."""

    word: str

    @property
    def reach(self) -> Reach:
        """The word."""
        return _alone(self)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares a number of the finding, in the vocabulary's unit; unknown without one."""

    word: str
    op: Operator
    value: float

    @property
    def reach(self) -> Reach:
        """The word."""
        return _alone(self)


@dataclass(frozen=True, slots=True)
class All:
    """Kleene and."""

    members: tuple["Condition", ...]
    reach: Reach = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reach", _joint(len(self.members), self.members))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Kleene or."""

    members: tuple["Condition", ...]
    reach: Reach = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reach", _joint(1, self.members))


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True when `count` members are true, false when fewer than `count` can still become true."""

    count: int
    members: tuple["Condition", ...]
    reach: Reach = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reach", _joint(self.count, self.members))


@dataclass(frozen=True, slots=True)
class Absent:
    """Kleene not: asserted absent. Unknown stays unknown."""

    operand: "Condition"

    @property
    def reach(self) -> Reach:
        """That of its operand; which word alone could make it true needs a closer look at any of them."""
        return replace(self.operand.reach, sufficient=self.operand.reach.words)


@dataclass(frozen=True, slots=True)
class NotPresent:
    """Absent or unknown; never unknown itself. Only where silence must not switch a red flag off."""

    operand: "Condition"

    @property
    def reach(self) -> Reach:
        """That of its operand; silence makes it true."""
        return Reach(words=self.operand.reach.words, waits_for=(), sufficient=frozenset(), minds_silence=True)


@dataclass(frozen=True, slots=True)
class FlagRaised:
    """True when the red flag `flag` is raised, else false; only in contraindications of activities."""

    flag: str

    @property
    def reach(self) -> Reach:
        """No word; it is decided by the red flag."""
        return Reach(words=frozenset(), waits_for=(), sufficient=frozenset(), minds_silence=True)


Condition = Word | Comparison | All | AnyOf | AtLeast | Absent | NotPresent | FlagRaised

States = Mapping[str, State]


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
    return condition.reach.words


def flags(condition: Condition) -> frozenset[str]:
    """The red flags that `condition` asks for."""
    match condition:
        case FlagRaised(flag):
            return frozenset({flag})
        case All(members) | AnyOf(members) | AtLeast(_, members):
            return frozenset().union(*map(flags, members))
        case Absent(operand) | NotPresent(operand):
            return flags(operand)
        case Word() | Comparison():
            return frozenset()
        case _:
            assert_never(condition)
