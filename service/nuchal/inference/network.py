"""Conditions as a network of criteria and k-of-n groups, in negation normal form; equal parts are one node. Pure.

The engine knows no negation that it can be trusted with, so `absent` is pushed down to
the words: not `all` is any of the nots, not k of n is n-k+1 of the nots, and so on.
A node fires when its condition is true. That a condition is false is a node of its own.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple, assert_never

from nuchal.errors import RulesetError, RulesetProblem
from nuchal.inference.stage import Clause, Comparator, EngineRule, Stage, at_least, none
from nuchal.rules.conditions import (
    Absent,
    All,
    AnyOf,
    AtLeast,
    Comparison,
    Condition,
    FlagRaised,
    NotPresent,
    Operator,
    Word,
)
from nuchal.rules.vocabulary import VocabularyWord

STATE, LOW, HIGH, VALUE, TRUE, SPECIFIC = "state", "low", "high", "value", "true", "specific"
PRESENT, ABSENT, RAISED, SILENT = "present", "absent", "raised", "silent"

# Several numbers may stand for one moment. A comparison is true when any of them meets
# it, so it reads the extreme that meets it first; its negation must hold for that extreme.
_READS = {Operator.AT_LEAST: HIGH, Operator.MORE: HIGH, Operator.AT_MOST: LOW, Operator.LESS: LOW, Operator.EQUAL: VALUE}
_NEGATED = {
    Operator.AT_LEAST: Comparator.LESS,
    Operator.MORE: Comparator.AT_MOST,
    Operator.AT_MOST: Comparator.MORE,
    Operator.LESS: Comparator.AT_LEAST,
}


class Kind(Enum):
    """What a fact about a word says."""

    STATE = "s"
    NUMBER = "n"  # the lowest and the highest
    VALUE = "v"  # each number by itself, for equality
    FLAG = "f"


class Source(NamedTuple):
    """The fact that a criterion reads; `word` is the id of a flag for FLAG."""

    kind: Kind
    word: str


class Criterion(NamedTuple):
    """A leaf: one test on one fact."""

    source: Source
    clause: Clause


class Ref(NamedTuple):
    """A node as seen from one condition; `specific` says whether its firing can make that condition specific."""

    node: str
    specific: bool


@dataclass(frozen=True)
class Refs:
    """Several conditions of one rule of which one is enough."""

    refs: tuple[Ref, ...]

    @cached_property
    def nodes(self) -> frozenset[str]:
        """The nodes behind them."""
        return frozenset(ref.node for ref in self.refs)

    @cached_property
    def specific_nodes(self) -> frozenset[str]:
        """Those whose firing can make the rule specific."""
        return frozenset(ref.node for ref in self.refs if ref.specific)


class Side(NamedTuple):
    """What the firing of a rule says of its node: that it is true, that it is specific. A criterion says both."""

    node: str
    is_true: bool
    is_specific: bool


class Group(NamedTuple):
    """Fires when `needed` members have fired; its specific side, when one of them is specific, too."""

    needed: int
    members: tuple[Ref, ...]


class Complement(NamedTuple):
    """Fires when its member has not: always tallied, or only when the number it compares is known."""

    member: str
    number: Source | None


Node = Criterion | Group | Complement


@dataclass(frozen=True)
class Network:
    """The nodes of one wave by id, and the stages that decide them: criteria first, then groups by depth."""

    name: str
    nodes: Mapping[str, Node]
    levels: Mapping[str, int]  # 0 for criteria

    @cached_property
    def criteria(self) -> Stage[Side]:
        """The stage that reads words, numbers and flags."""
        rules = [
            EngineRule(id_, self.keys[node.source], (node.clause,), node.source.word, Side(id_, is_true=True, is_specific=True))
            for id_, node in self.nodes.items()
            if isinstance(node, Criterion)
        ]
        return Stage(f"{self.name}criteria", tuple(rules))

    @cached_property
    def keys(self) -> Mapping[Source, str]:
        """The key of the fact for each source that a criterion reads."""
        sources = dict.fromkeys(node.source for node in self.nodes.values() if isinstance(node, Criterion))
        return {source: f"{source.kind.value}{number}" for number, source in enumerate(sources)}

    @cached_property
    def by_word(self) -> Mapping[str, Sequence[tuple[Source, str]]]:
        """The facts that are read of a word, with their keys."""
        found: dict[str, list[tuple[Source, str]]] = defaultdict(list)
        for source, key in self.keys.items():
            if source.kind is not Kind.FLAG:
                found[source.word].append((source, key))
        return dict(found)

    @cached_property
    def flags(self) -> tuple[Source, ...]:
        """The flags that are read."""
        return tuple(source for source in self.keys if source.kind is Kind.FLAG)

    @cached_property
    def groups(self) -> tuple[Stage[Side], ...]:
        """The stages of groups and complements, by depth."""
        depth = max(self.levels.values(), default=0)
        return tuple(
            Stage(f"{self.name}groups-{level}", tuple(rule for id_ in self.nodes if self.levels[id_] == level for rule in self._rules(id_)))
            for level in range(1, depth + 1)
        )

    @cached_property
    def parents(self) -> Mapping[str, Sequence[tuple[int, str, bool]]]:
        """The groups that tally a node: the place of their stage, their id, whether they count it as specific; once for each membership."""
        found: dict[str, list[tuple[int, str, bool]]] = defaultdict(list)
        for id_, node in self.nodes.items():
            if isinstance(node, Group):
                for member in node.members:
                    found[member.node].append((self.levels[id_] - 1, id_, member.specific))
            elif isinstance(node, Complement):
                found[node.member].append((self.levels[id_] - 1, id_, False))
        return dict(found)

    @cached_property
    def complements(self) -> tuple[Mapping[str, Source | None], ...]:
        """The nodes of each depth that are tallied although no member fired."""
        return tuple(
            {id_: node.number for id_, node in self.nodes.items() if isinstance(node, Complement) and self.levels[id_] == level}
            for level in range(1, len(self.groups) + 1)
        )

    def _rules(self, id_: str) -> list[EngineRule[Side]]:
        true = Side(id_, is_true=True, is_specific=False)
        match self.nodes[id_]:
            case Group(needed, members) as group:
                about = ", ".join(member.node for member in members)
                fires = EngineRule(id_, id_, (at_least(TRUE, needed),), about, true)
                if not _can_be_specific(group):
                    return [fires]
                clauses = (at_least(TRUE, needed), at_least(SPECIFIC, 1))
                return [fires, EngineRule(f"{id_}x", id_, clauses, about, Side(id_, is_true=False, is_specific=True))]
            case Complement(member):
                return [EngineRule(id_, id_, (none(TRUE),), member, true)]
            case Criterion():
                return []


def _can_be_specific(node: Node) -> bool:
    return isinstance(node, Group) and any(member.specific for member in node.members)


class NetworkBuilder:
    """Grows the network of one wave."""

    def __init__(self, vocabulary: Mapping[str, VocabularyWord], *, flags_allowed: bool) -> None:
        self._vocabulary = vocabulary
        self._flags_allowed = flags_allowed
        self._ids: dict[Node, str] = {}
        self._levels: dict[str, int] = {}

    def network(self, name: str) -> Network:
        """What has grown so far."""
        return Network(name, {id_: node for node, id_ in self._ids.items()}, dict(self._levels))

    def true(self, condition: Condition) -> Ref:
        """The node that fires when `condition` is true."""
        match condition:
            case Word(word):
                return self._state(word, PRESENT)._replace(specific=not self._vocabulary[word].general)
            case Comparison(word, op, value):
                kind = Kind.VALUE if op is Operator.EQUAL else Kind.NUMBER
                clause = Clause(_READS[op], Comparator(op.value), value)
                return self._criterion(Source(kind, word), clause)._replace(specific=not self._vocabulary[word].general)
            case All(members):
                return self._group(len(members), members, self.true)
            case AnyOf(members):
                return self._group(1, members, self.true)
            case AtLeast(count, members):
                return self._group(count, members, self.true)
            case Absent(operand):
                return self.false(operand)
            case NotPresent(operand):
                return self._complement(self.true(operand).node, None)
            case FlagRaised(flag):
                return self._flag(flag, RAISED)
            case _:
                assert_never(condition)

    def false(self, condition: Condition) -> Ref:
        """The node that fires when `condition` is false; never specific."""
        match condition:
            case Word(word):
                return self._state(word, ABSENT)
            case Comparison(word, Operator.EQUAL):
                number = Source(Kind.VALUE, word)
                return self._complement(self.true(condition).node, number)
            case Comparison(word, op, value):
                return self._criterion(Source(Kind.NUMBER, word), Clause(_READS[op], _NEGATED[op], value))
            case All(members):
                return self._group(1, members, self.false)
            case AnyOf(members):
                return self._group(len(members), members, self.false)
            case AtLeast(count, members):
                return self._group(len(members) - count + 1, members, self.false)
            case Absent(operand):
                return self.true(operand)._replace(specific=False)
            case NotPresent(operand):
                return self.true(operand)._replace(specific=False)
            case FlagRaised(flag):
                return self._flag(flag, SILENT)
            case _:
                assert_never(condition)

    def _state(self, word: str, state: str) -> Ref:
        return self._criterion(Source(Kind.STATE, word), Clause(STATE, Comparator.EQUAL, state))

    def _flag(self, flag: str, state: str) -> Ref:
        if not self._flags_allowed:
            raise refusal(f"{flag} is read outside the contraindications of activities")
        return self._criterion(Source(Kind.FLAG, flag), Clause(STATE, Comparator.EQUAL, state))

    def _criterion(self, source: Source, clause: Clause) -> Ref:
        if source.kind is not Kind.FLAG and source.word not in self._vocabulary:
            raise refusal(f"{source.word} is not in the vocabulary")
        return self._add(Criterion(source, clause), "c", 0)

    def _group(self, count: int, members: Sequence[Condition], compile_member: Callable[[Condition], Ref]) -> Ref:
        if not 1 <= count <= len(members):
            raise refusal(f"at least {count} of {len(members)} is always true or never")
        refs = tuple(sorted(compile_member(member) for member in members))
        if len(refs) == 1:
            return refs[0]
        group = Group(count, refs)
        level = 1 + max(self._levels[ref.node] for ref in refs)
        return self._add(group, "g", level)._replace(specific=_can_be_specific(group))

    def _complement(self, member: str, number: Source | None) -> Ref:
        return self._add(Complement(member, number), "g", 1 + self._levels[member])

    def _add(self, node: Node, letter: str, level: int) -> Ref:
        id_ = self._ids.setdefault(node, f"{letter}{len(self._ids)}")
        self._levels[id_] = level
        return Ref(id_, specific=False)


def refusal(message: str) -> RulesetError:
    """What cannot be given to the engine."""
    return RulesetError([RulesetProblem(file="ruleset.yaml", line=None, message=message)])
