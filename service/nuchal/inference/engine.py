"""durable_rules, caged: the only module that touches it, and the only way in which it may be used.

Used as its own documentation shows, the library crashes, hangs and drops rules. Here it
has no background threads, one session for each stage that is never deleted while serving,
rules that read one fact each, and every fact is taken back after use.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import durable_rules_engine
from durable.engine import Host

from nuchal.inference.stage import SENTINEL, SESSION, Clause, Comparator, EngineRule, Fact, Stage

_STORED, _NOT_READ = 0, 1  # codes of assert_fact; any other is a fault
_NO_FACTS = "[]"
_LIBRARY_FAULTS = (durable_rules_engine.error, MemoryError, KeyError, ValueError)
_SENTINEL_FACT = json.dumps({"id": SENTINEL, "sid": SESSION, "p": SENTINEL})
_OPERATORS = {Comparator.AT_LEAST: "$gte", Comparator.AT_MOST: "$lte", Comparator.MORE: "$gt", Comparator.LESS: "$lt"}


class StageFault(Exception):
    """The engine did something it should not; it must be built anew. Neither message nor fields hold anything of a patient."""

    def __init__(self, stage: str, what: str) -> None:
        super().__init__(f"stage {stage}: {what}")
        self.stage = stage


class _QuietHost(Host):  # type: ignore[misc]  # the library is untyped
    """A host without the timer threads that the library starts; they crash under load."""

    def _run(self) -> None:
        """Start nothing."""


class Engine:
    """The stages of one ruleset, ready to run. Not safe to share between threads; its owner holds a lock."""

    def __init__(self, stages: Iterable[Stage[object]]) -> None:
        self._host = _QuietHost()
        self._loaded = {stage.name: _LoadedStage.of(stage, self._host) for stage in stages if stage.rules}

    def run(self, stage: Stage[object], facts: Sequence[Fact]) -> list[int]:
        """The places of the rules of `stage` that fire on `facts`, in order; nothing stays behind.

        Raises:
            StageFault: the engine must not be used again.
        """
        if not facts or not stage.rules:
            return []
        if stage.name not in self._loaded:
            raise StageFault(stage.name, "the engine is freed")
        return self._loaded[stage.name].run(facts)

    def free(self) -> None:
        """Give back the memory of the library, as far as it lets us; nothing runs here any more."""
        freed, self._loaded = self._loaded, {}
        for loaded in freed.values():
            loaded.free()


@dataclass(frozen=True)
class _LoadedStage:
    """One stage inside the library.

    `order` gives the place of each rule; `texts` are the properties that are no numbers;
    `forms` tells how the properties of a fact are written, by its key and names, made when first needed.
    """

    name: str
    handle: int
    packs: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]
    order: Mapping[str, int]
    texts: frozenset[str]
    forms: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)

    @classmethod
    def of(cls, stage: Stage[object], host: _QuietHost) -> "_LoadedStage":
        rules = {rule.id: _definition(rule, stage) for rule in stage.rules}
        rules[SENTINEL] = _rule([{"p": SENTINEL}])
        try:
            host.register_rulesets({stage.name: rules})
        except _LIBRARY_FAULTS as fault:
            raise StageFault(stage.name, "cannot be built") from fault
        loaded = cls(
            name=stage.name,
            handle=host.get_ruleset(stage.name)._handle,  # noqa: SLF001 - the library has no other way to its functions
            packs=stage.packs,
            names=stage.names,
            order={rule.id: number for number, rule in enumerate(stage.rules)},
            texts=frozenset(clause.name for rule in stage.rules for clause in rule.clauses if isinstance(clause.value, str)),
        )
        loaded.run([])  # makes the session now, once; deleting one in which nothing fired would abort the process
        return loaded

    def run(self, facts: Sequence[Fact]) -> list[int]:
        try:
            session = self._store_sentinel()
            stored = [id_ for id_, (pack, told) in self._packed(facts).items() if self._store(id_, pack, told)]
            fired = self._agenda(session)
            self._take_back([SENTINEL, *stored])
            return sorted(map(self.order.__getitem__, fired))
        except _LIBRARY_FAULTS as fault:
            raise StageFault(self.name, type(fault).__name__) from fault

    def _store_sentinel(self) -> int:
        """The session of this stage."""
        code: int
        session: int
        code, session = durable_rules_engine.assert_fact(self.handle, _SENTINEL_FACT)
        if code != _STORED:
            raise StageFault(self.name, f"code {code} for the sentinel")
        return session

    def _packed(self, facts: Sequence[Fact]) -> dict[str, tuple[str, list[str]]]:
        """What is told in each fact of the engine, by its id, with its pack."""
        told: dict[str, tuple[str, list[str]]] = {}
        for key, names, values, number in facts:
            pack = self.packs[key]
            form = self.forms.get((key, names)) or self._form(key, names)
            id_ = f"{pack}.{key}.{number}" if number else pack
            if id_ not in told:
                told[id_] = (pack, [])
            told[id_][1].append(form % values)
        return told

    def _form(self, key: str, names: tuple[str, ...]) -> str:
        """How the properties of a fact are written; `%.0s` passes over what no rule reads.

        Numbers of a fact are finite, below 1e9 and rounded: Python writes them without an exponent.
        """
        read = self.names[key]
        written = (f',"{read[name]}":{self._written(name)}' if name in read else "%.0s" for name in names)
        form = self.forms[key, names] = "".join(written)
        return form

    def _written(self, name: str) -> str:
        return '"%s"' if name in self.texts else "%s"

    def _store(self, id_: str, pack: str, told: Sequence[str]) -> bool:
        """Whether a rule reads the fact; the engine keeps only those."""
        code = durable_rules_engine.assert_fact(self.handle, f'{{"id":"{id_}","sid":"{SESSION}","p":"{pack}"{"".join(told)}}}')[0]
        if code == _STORED:
            return True
        if code == _NOT_READ:
            return False
        raise StageFault(self.name, f"code {code} for a fact")

    def _agenda(self, session: int) -> list[str]:
        """The rules that fire, each once; the sentinel must be among them."""
        started = durable_rules_engine.start_action_for_state(self.handle, session)
        message = started[1] if started else None
        fired: list[str] = []
        most = len(self.order) + 2
        while message:
            fired.append(message.split('"', 2)[1])  # {"rule":{...
            if len(fired) > most:
                raise StageFault(self.name, "the agenda does not end")
            message = durable_rules_engine.complete_and_start_action(self.handle, session)
        fired.remove(SENTINEL)
        return fired

    def _take_back(self, ids: Sequence[str]) -> None:
        for id_ in ids:
            durable_rules_engine.retract_fact(self.handle, f'{{"id":"{id_}","sid":"{SESSION}"}}')
        if durable_rules_engine.get_facts(self.handle, SESSION) != _NO_FACTS:
            raise StageFault(self.name, "facts stayed behind")

    def free(self) -> None:
        """Delete the session, in which an action has completed, and then the rules; a refusal costs memory and nothing else."""
        with suppress(*_LIBRARY_FAULTS):
            durable_rules_engine.delete_state(self.handle, SESSION)
        with suppress(*_LIBRARY_FAULTS):
            durable_rules_engine.delete_ruleset(self.handle)


def _definition(rule: EngineRule[object], stage: Stage[object]) -> dict[str, Any]:
    names = stage.names[rule.key]
    return _rule([{"p": stage.packs[rule.key]}, *(_clause(names[clause.name], clause) for clause in rule.clauses)])


def _clause(name: str, clause: Clause) -> dict[str, Any]:
    operand = {name: clause.value}
    return operand if clause.op is Comparator.EQUAL else {_OPERATORS[clause.op]: operand}


def _rule(tests: list[dict[str, Any]]) -> dict[str, Any]:
    return {"all": [{"m": {"$and": tests}}], "run": _do_nothing}


def _do_nothing(_context: object) -> None:
    """The agenda says what fired; actions of the library swallow their errors."""
