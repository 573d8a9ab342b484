"""From the findings of a patient to derived words, red flags and the certainty of causes, through the engine."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from nuchal.findings import UNKNOWN, Findings, Presence, State, View
from nuchal.inference import compile_decisions as names
from nuchal.inference.chaining import Fired, Run, fire_network
from nuchal.inference.outcome import CauseOutcome, CauseTally, Conclusions
from nuchal.inference.stage import Fact
from nuchal.inference.waves import (
    FAILED,
    HELD,
    MET,
    SPECIFIC,
    STATED,
    CauseNodes,
    CompiledRuleset,
    DerivedNodes,
    DerivedWave,
    MainWave,
    PartNodes,
    Way,
)
from nuchal.rules.basis import evidence
from nuchal.rules.conditions import Truth
from nuchal.rules.model import RedFlag
from nuchal.rules.truths import Truths

_DERIVED, _PART = (MET, FAILED, STATED), (MET, FAILED, HELD, SPECIFIC)  # what the facts of derived words and of parts tell


def conclude(compiled: CompiledRuleset, run: Run, findings: Findings) -> Conclusions:
    """Chain forward from `findings`; once where both views see the same, which is the rule.

    Raises:
        StageFault: the engine must not be used again.
    """
    safety = _View(compiled, run, findings, View.SAFETY)
    strict = safety if safety.stated == findings.states(View.STRICT) else _View(compiled, run, findings, View.STRICT)
    parts = _Parts(compiled.main, run, safety.fired, strict.fired)
    flags = {nodes.flag.id: parts.truth(nodes.part) for nodes in compiled.main.flags}
    raised = [nodes.flag for nodes in compiled.main.flags if flags[nodes.flag.id] is Truth.TRUE]
    causes = _causes(compiled.main, run, strict.fired, parts, raised)
    return Conclusions(states={View.SAFETY: safety.states, View.STRICT: strict.states}, flags=flags, causes=causes, trace=tuple(run.trace))


class _View:
    """What one view makes of the statements: `states` with derived words, and the nodes that `fired` on them."""

    def __init__(self, compiled: CompiledRuleset, run: Run, findings: Findings, view: View) -> None:
        self.stated = findings.states(view)
        self.states = dict(self.stated)
        for wave in compiled.derived:
            _derive(wave, run, self.states)
        self.fired = fire_network(run, compiled.main.network, self.states)


def _derive(wave: DerivedWave, run: Run, states: dict[str, State]) -> None:
    """Write the derived words of one depth into `states`."""
    fired = fire_network(run, wave.network, states)
    asserted = [nodes for nodes in wave.words if fired.has(nodes.present) or fired.has(nodes.absent)]
    facts = [_derived_fact(nodes, fired, states.get(nodes.rule.id, UNKNOWN)) for nodes in asserted]
    for rule in run.fire(wave.stage, facts):
        word, (presence, because) = rule.about, rule.conclusion
        values = states.get(word, UNKNOWN).values if presence is Presence.PRESENT else ()
        states[word] = State(presence, values, evidence(because, Truths(states)))


def _derived_fact(nodes: DerivedNodes, fired: Fired, stated: State) -> Fact:
    """`STATED` when somebody said present or absent and the view hears it; a contradiction is said, too."""
    contradicted = any(finding.confirmed and finding.presence is not Presence.UNKNOWN for finding in stated.evidence)
    heard = stated.presence is not Presence.UNKNOWN or contradicted
    return Fact(nodes.key, _DERIVED, (int(fired.has(nodes.present)), int(fired.has(nodes.absent)), int(heard)))


class _Parts:
    """Red flags and parts of causes, decided by the engine; one that nothing is known of is open."""

    def __init__(self, main: MainWave, run: Run, safety: Fired, strict: Fired) -> None:
        facts = [*_part_facts(main.flags_by_node, safety), *_part_facts(main.parts_by_node, strict)]
        self._truths: dict[str, Truth] = {}
        self._specific: set[str] = set()
        for rule in run.fire(main.flags_and_parts, facts):
            if isinstance(rule.conclusion, Truth):
                self._truths[rule.key] = rule.conclusion
            else:
                self._specific.add(rule.key)

    def truth(self, part: PartNodes) -> Truth:
        return self._truths.get(part.key, Truth.UNKNOWN)

    def is_specific(self, part: PartNodes) -> bool:
        return part.key in self._specific


def _part_facts(by_node: Mapping[str, Sequence[PartNodes]], fired: Fired) -> Iterator[Fact]:
    """The tallies of the parts that something is known of; one that counts nothing says nothing."""
    touched = {part.key: part for node in fired.true for part in by_node.get(node, ())}
    for key, part in touched.items():
        met, failed = int(fired.has(part.met)), int(fired.has(part.failed))
        held = sum(fired.has_specific(leaf) for leaf in part.leaves)
        if met or failed or held:
            yield Fact(key, _PART, (met, failed, held, int(fired.has_specific(part.met))))


def _causes(main: MainWave, run: Run, fired: Fired, parts: _Parts, raised: Sequence[RedFlag]) -> dict[str, CauseOutcome]:
    firing = {nodes.cause.id for nodes in main.causes}
    meant = [[id_ for id_ in flag.may_mean if id_ in firing] for flag in raised if flag.disposition.is_serious]
    named = {id_ for ids in meant for id_ in ids}
    first_named = {ids[0] for ids in meant if ids}
    tallies = {
        nodes.key: _cause_tally(nodes, fired, parts, named=nodes.cause.id in named, first_named=nodes.cause.id in first_named)
        for nodes in main.causes
    }
    best: dict[str, Way] = {}
    for rule in run.fire(main.certainty, [fact for key, tally in tallies.items() for fact in _certainty_facts(key, tally)]):
        best.setdefault(rule.key, rule.conclusion)  # rules are defined best first
    return {nodes.cause.id: _outcome(tallies[nodes.key], best.get(nodes.key)) for nodes in main.causes}


def _cause_tally(nodes: CauseNodes, fired: Fired, parts: _Parts, *, named: bool, first_named: bool) -> CauseTally:
    if not named and fired.true.isdisjoint(nodes.nodes):
        return _untouched(len(nodes.groups))
    groups = [parts.truth(group) for group in nodes.groups]
    return CauseTally(
        required=parts.truth(nodes.required),
        groups_met=groups.count(Truth.TRUE),
        groups_failed=groups.count(Truth.FALSE),
        groups_open=groups.count(Truth.UNKNOWN),
        cardinal=fired.any(nodes.cardinal),
        cardinal_specific=fired.any_specific(nodes.cardinal),
        specific=any(parts.is_specific(part) for part in nodes.parts)
        or fired.any_specific(nodes.cardinal)
        or fired.any_specific(nodes.supporting),
        major=fired.any(nodes.major),
        excluded=fired.any(nodes.excluding),
        impossible_sex=fired.has(nodes.impossible_sex),
        named=named,
        first_named=first_named,
    )


@cache
def _untouched(groups: int) -> CauseTally:
    """The tally of a cause of which nothing is known."""
    return CauseTally(
        required=Truth.UNKNOWN,
        groups_met=0,
        groups_failed=0,
        groups_open=groups,
        cardinal=False,
        cardinal_specific=False,
        specific=False,
        major=False,
        excluded=False,
        impossible_sex=False,
        named=False,
        first_named=False,
    )


def _certainty_facts(key: str, tally: CauseTally) -> Iterable[Fact]:
    """The tally of a cause; only those with a cardinal or a name can have a certainty."""
    if not (tally.cardinal or tally.named):
        return
    required = (tally.required is Truth.TRUE, tally.required is Truth.FALSE, tally.required is Truth.UNKNOWN)
    yield Fact(key, names.TALLIED, tuple(map(int, (*required, *tally[1:]))))


def _outcome(tally: CauseTally, way: Way | None) -> CauseOutcome:
    if way is None:
        return CauseOutcome(tally=tally, certainty=None, by_name=False)
    return CauseOutcome(tally=tally, certainty=way.certainty, by_name=way.by_name)
