"""Forward chaining through the engine: what fires in one stage is tallied and asserted into the next."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

from nuchal.findings import Presence, State
from nuchal.inference.engine import Engine
from nuchal.inference.network import HIGH, LOW, RAISED, SILENT, SPECIFIC, STATE, TRUE, VALUE, Kind, Network, Ref, Refs, Side, Source
from nuchal.inference.outcome import Firing
from nuchal.inference.stage import EngineRule, Fact, Stage
from nuchal.rules.conditions import States

C = TypeVar("C")

_STATED, _RANGE, _VALUED, _TALLIED = (STATE,), (LOW, HIGH), (VALUE,), (TRUE, SPECIFIC)  # what the facts of a network tell


class Run:
    """One run on an engine that nobody else uses meanwhile; `trace` grows with it. Any call may raise StageFault."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.trace: list[Firing] = []

    def fire(self, stage: Stage[C], facts: Sequence[Fact]) -> list[EngineRule[C]]:
        """The rules of `stage` that fire on `facts`, in order of definition."""
        fired = self._engine.run(stage, facts)
        firings, rules = stage.firings, stage.rules
        self.trace.extend([firings[place] for place in fired])
        return [rules[place] for place in fired]


class Fired:
    """Which nodes of a network have fired, and which by a word that is not general."""

    def __init__(self) -> None:
        self._true: set[str] = set()
        self._specific: set[str] = set()

    def add(self, side: Side) -> None:
        """Note that a side of a node has fired."""
        if side.is_true:
            self._true.add(side.node)
        if side.is_specific:
            self._specific.add(side.node)

    @property
    def true(self) -> AbstractSet[str]:
        """The nodes that are true, in no order."""
        return self._true

    def has(self, ref: Ref | None) -> bool:
        """Whether the condition behind `ref` is true."""
        return ref is not None and ref.node in self._true

    def has_specific(self, ref: Ref) -> bool:
        """Whether it is true by a word that is not general."""
        return ref.specific and ref.node in self._specific

    def any(self, refs: Refs) -> bool:
        """Whether any of `refs` is true."""
        return not self._true.isdisjoint(refs.nodes)

    def any_specific(self, refs: Refs) -> bool:
        """Whether any of `refs` is true by a word that is not general."""
        return not self._specific.isdisjoint(refs.specific_nodes)

    def count(self, refs: Iterable[Ref]) -> int:
        """How many of `refs` are true."""
        return sum(ref.node in self._true for ref in refs)


def fire_network(run: Run, network: Network, states: States, raised: frozenset[str] = frozenset()) -> Fired:
    """Decide every node of `network`: criteria on known words first, then groups by depth."""
    fired = Fired()
    facts = [*_word_facts(network, states), *_flag_facts(network, raised)]
    known = {fact.key for fact in facts}
    tallies: list[dict[str, list[int]]] = [{} for _ in network.groups]
    _tally(network, run.fire(network.criteria, facts), fired, tallies)
    for stage, tallied, complements in zip(network.groups, tallies, network.complements, strict=True):
        for id_, number in complements.items():
            if number is None or network.keys[number] in known:
                tallied.setdefault(id_, [0, 0])
        group_facts = [Fact(id_, _TALLIED, tuple(tally)) for id_, tally in tallied.items()]
        _tally(network, run.fire(stage, group_facts), fired, tallies)
    return fired


def _tally(network: Network, rules: Iterable[EngineRule[Side]], fired: Fired, tallies: Sequence[dict[str, list[int]]]) -> None:
    """Note what fired and add it to the tallies, true and specific, of the groups that it is a member of."""
    for rule in rules:
        fired.add(rule.conclusion)
        node, is_true, is_specific = rule.conclusion
        for depth, parent, counts_as_specific in network.parents.get(node, ()):
            tally = tallies[depth].get(parent)
            if tally is None:
                tally = tallies[depth][parent] = [0, 0]
            tally[0] += is_true
            tally[1] += is_specific and counts_as_specific


def _word_facts(network: Network, states: States) -> Iterator[Fact]:
    for word, state in states.items():
        for source, key in network.by_word.get(word, ()):
            yield from _facts(source, key, state)


def _facts(source: Source, key: str, state: State) -> Iterator[Fact]:
    """The fact that `source` makes of a word: none when it is not known."""
    if source.kind is Kind.STATE:
        if state.presence is not Presence.UNKNOWN:
            yield Fact(key, _STATED, (state.presence.value,))
    elif source.kind is Kind.NUMBER:
        if state.values:
            yield Fact(key, _RANGE, (float(min(state.values)), float(max(state.values))))
    else:
        for number, value in enumerate(state.values):
            yield Fact(key, _VALUED, (float(value),), number)


def _flag_facts(network: Network, raised: frozenset[str]) -> Iterator[Fact]:
    for source in network.flags:
        key = network.keys[source]
        yield Fact(key, _STATED, (RAISED if source.word in raised else SILENT,))
