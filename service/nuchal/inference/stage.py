"""One stage of forward chaining as data: rules that read one fact each, and what the engine must never be given. Pure.

The limits are those of durable_rules 2.0.28; `tests/library/test_durable_rules.py` holds
the facts they rest on.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from nuchal.errors import RulesetError, RulesetProblem
from nuchal.inference.outcome import Firing

C_co = TypeVar("C_co", covariant=True)  # what the rules of a stage conclude

KEYS_IN_PACK = 20
CLAUSES_IN_PACK = 48  # the engine fails when one fact passes more than 64 tests at once
MOST_PACKS = 400  # it hangs at 512 different first tests
MOST_RULES = 4000  # it refuses more than 4,080
MOST_RULES_ON_KEY = 50
MOST_CLAUSES = 16
DECIMALS = 4
LIMIT = 1e9  # beyond it numbers are written in forms that the engine does not read

SESSION = "s"
SENTINEL = "sentinel"
# properties of every fact: its id, its session, its pack
_FIXED_NAMES = ("id", "sid", "p", SESSION, SENTINEL)


class Comparator(StrEnum):
    """The only operators that the engine is given; it accepts unknown ones and never fires them."""

    EQUAL = "=="
    AT_LEAST = ">="
    AT_MOST = "<="
    MORE = ">"
    LESS = "<"


Value = str | int | float


class Clause(NamedTuple):
    """One test of one property of the one fact that a rule reads."""

    name: str
    op: Comparator
    value: Value

    def __str__(self) -> str:
        return f"{self.name} {self.op} {self.value}"


def at_least(name: str, number: int) -> Clause:
    """A tally of `number` or more."""
    return Clause(name, Comparator.AT_LEAST, number)


def none(name: str) -> Clause:
    """A tally of zero."""
    return Clause(name, Comparator.AT_MOST, 0)


class EngineRule(NamedTuple, Generic[C_co]):
    """Fires when the fact with `key` passes every clause.

    `about` is what that fact is about, in words of the ruleset, and `conclusion` what
    follows for it; the engine sees neither.
    """

    id: str
    key: str
    clauses: tuple[Clause, ...]
    about: str
    conclusion: C_co

    def __str__(self) -> str:
        return f"{self.id}: {' and '.join(map(str, self.clauses))}"


class Fact(NamedTuple):
    """What is asserted into a stage; `key` is a compiled id, never anything of a patient.

    `names` and `values` go together; what no rule reads is not told. Facts of one key that
    differ by `number` are told one by one, as for several numbers of one moment.
    """

    key: str
    names: tuple[str, ...]
    values: tuple[Value, ...]
    number: int = 0


@dataclass(frozen=True)
class Stage(Generic[C_co]):
    """One engine ruleset, run to quiescence.

    Raises:
        RulesetError: the engine would crash, hang or be silently wrong with these rules.
    """

    name: str
    rules: tuple[EngineRule[C_co], ...]

    def __post_init__(self) -> None:
        problems = [RulesetProblem(file="ruleset.yaml", line=None, message=f"stage {self.name}: {fault}") for fault in self._faults()]
        if problems:
            raise RulesetError(problems)

    @cached_property
    def packs(self) -> Mapping[str, str]:
        """The pack of each key: facts of keys in one pack go to the engine as one, since each costs it as much as twenty properties.

        The pack is also the test that comes first in every rule, and keeps the engine quick.
        """
        sizes: dict[str, int] = {}
        for rule in self.rules:
            sizes[rule.key] = sizes.get(rule.key, 0) + len(rule.clauses)
        pack, keys, clauses = 0, 0, 0
        found: dict[str, str] = {}
        for key, size in sizes.items():
            if keys and (keys == KEYS_IN_PACK or clauses + size > CLAUSES_IN_PACK):
                pack, keys, clauses = pack + 1, 0, 0
            found[key] = f"p{pack}"
            keys, clauses = keys + 1, clauses + size
        return found

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """What each property of each key is called in the engine, which keeps 32 bits of a name: no two are alike to it."""
        taken = {fnv_32(name) for name in self._ids}
        found: dict[str, dict[str, str]] = {}
        for rule in self.rules:
            of_key = found.setdefault(rule.key, {})
            for clause in rule.clauses:
                if clause.name not in of_key:
                    name = f"{rule.key}_{clause.name}"
                    while fnv_32(name) in taken:
                        name += "_"
                    taken.add(fnv_32(name))
                    of_key[clause.name] = name
        return found

    @property
    def _ids(self) -> set[str]:
        return {rule.id for rule in self.rules} | set(self.packs.values()) | set(_FIXED_NAMES)

    @cached_property
    def firings(self) -> Sequence[Firing]:
        """What the trace says when a rule fires, in order of the rules."""
        return tuple(Firing(stage=self.name, rule=str(rule), fact=rule.about) for rule in self.rules)

    def _faults(self) -> Iterator[str]:
        if len(self.rules) > MOST_RULES:
            yield f"{len(self.rules)} rules, {MOST_RULES} are possible"
        for key, count in Counter(rule.key for rule in self.rules).items():
            if count > MOST_RULES_ON_KEY:
                yield f"{count} rules read {key}, {MOST_RULES_ON_KEY} are possible"
        for id_, count in Counter(rule.id for rule in self.rules).items():
            if count > 1:
                yield f"{count} rules are called {id_}"
        for rule in self.rules:
            yield from (f"{rule.id}: {fault}" for fault in _clause_faults(rule))
        if len(set(self.packs.values())) > MOST_PACKS:
            yield f"{len(set(self.packs.values()))} packs of facts, {MOST_PACKS} are possible"
        yield from _collisions(self._ids)


def _clause_faults(rule: EngineRule[object]) -> Iterator[str]:
    if len(rule.clauses) + 2 > MOST_CLAUSES:
        yield f"{len(rule.clauses)} clauses on one fact"
    for clause in rule.clauses:
        if not isinstance(clause.op, Comparator):
            yield f"operator {clause.op} is not one the engine knows"
        if not isinstance(clause.value, str) and not is_readable(clause.value):
            yield f"{clause.value} is not a finite number below a thousand million with at most {DECIMALS} decimals"


def is_readable(number: float) -> bool:
    """Whether engine and witness read `number` alike: finite, bounded, rounded to four decimals."""
    return math.isfinite(number) and abs(number) < LIMIT and round(number, DECIMALS) == number


def _collisions(names: set[str]) -> Iterator[str]:
    """Names that the engine would take for each other: it keeps 32 bits of each."""
    hashed = sorted((fnv_32(name), name) for name in names)
    for (first_hash, first), (second_hash, second) in pairwise(hashed):
        if first_hash == second_hash:
            yield f"the engine cannot tell {first} from {second}; rename one"


def fnv_32(text: str) -> int:
    """FNV-1a of 32 bits, by which the engine knows property names, sessions and fact ids."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value
