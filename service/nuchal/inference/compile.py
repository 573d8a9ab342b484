"""A ruleset becomes stages of single-fact rules for the engine. Pure: no engine, no patient.

The order of stages is that of DESIGN 4, Forward chaining: derived findings by depth,
criteria, groups by depth, red flags and parts of causes, certainty, disposition, activities.
"""

from collections.abc import Iterable, Iterator, Mapping

from nuchal.findings import Presence
from nuchal.inference.compile_decisions import DISPOSITION, activity_rules, certainty_rules, disposition_rules
from nuchal.inference.network import NetworkBuilder, Refs, refusal
from nuchal.inference.stage import Clause, EngineRule, Stage, at_least, none
from nuchal.inference.waves import (
    FAILED,
    HELD,
    MET,
    SPECIFIC,
    STATED,
    ActivityNodes,
    CauseNodes,
    CompiledRuleset,
    Derivation,
    DerivedNodes,
    DerivedWave,
    FlagNodes,
    MainWave,
    PartNodes,
    PlanWave,
    Specific,
)
from nuchal.rules.conditions import Absent, All, AtLeast, Condition, Truth, Word, words
from nuchal.rules.model import Activity, Cause, Derived, Ruleset, Sex, Weight


def compile_ruleset(ruleset: Ruleset) -> CompiledRuleset:
    """Turn the rules that fire into stages.

    Raises:
        RulesetError: a rule cannot be given to the engine: an unknown word, a threshold it
            cannot read, a count that cannot matter, a cycle of derived words, or one of the
            engine's limits.
    """
    derived = {rule.id: rule for rule in ruleset.derived.values() if rule.fires}
    return CompiledRuleset(
        derived=tuple(_derived_wave(ruleset, depth, rules) for depth, rules in enumerate(by_depth(derived), start=1)),
        main=_main_wave(ruleset),
        disposition=Stage(DISPOSITION, tuple(disposition_rules())),
        plan=_plan_wave(ruleset),
    )


def by_depth(derived: Mapping[str, Derived]) -> list[list[Derived]]:
    """Derived words in layers; each reads only stated words and earlier layers.

    Raises:
        RulesetError: the words depend on each other in a circle.
    """
    waiting = dict(derived)
    layers: list[list[Derived]] = []
    while waiting:
        ready = [rule for rule in waiting.values() if waiting.keys().isdisjoint(_read_by(rule))]
        if not ready:
            raise refusal(f"derived words depend on each other in a circle: {', '.join(waiting)}")
        layers.append(ready)
        for rule in ready:
            del waiting[rule.id]
    return layers


def _read_by(rule: Derived) -> frozenset[str]:
    return frozenset(word for condition in (rule.present_when, rule.absent_when) if condition for word in words(condition))


def _derived_wave(ruleset: Ruleset, depth: int, rules: Iterable[Derived]) -> DerivedWave:
    builder = NetworkBuilder(ruleset.vocabulary, flags_allowed=False)
    nodes = tuple(
        DerivedNodes(
            rule=rule,
            key=f"d{number}",
            present=builder.true(rule.present_when) if rule.present_when else None,
            absent=builder.true(rule.absent_when) if rule.absent_when else None,
        )
        for number, rule in enumerate(rules)
    )
    stage = Stage(f"derived-{depth}", tuple(rule for each in nodes for rule in _derived_rules(each)))
    return DerivedWave(builder.network(f"derived-{depth} "), nodes, stage)


def _derived_rules(nodes: DerivedNodes) -> Iterator[EngineRule[Derivation]]:
    key, derived = nodes.key, nodes.rule
    if derived.present_when:
        present = Derivation(Presence.PRESENT, derived.present_when)
        yield EngineRule(f"{key}-{MET}", key, (at_least(MET, 1),), derived.id, present)
    if derived.absent_when:
        absent = Derivation(Presence.ABSENT, derived.absent_when)
        yield EngineRule(f"{key}-{FAILED}", key, (at_least(FAILED, 1), none(MET), none(STATED)), derived.id, absent)


def _main_wave(ruleset: Ruleset) -> MainWave:
    builder = NetworkBuilder(ruleset.vocabulary, flags_allowed=False)
    flags = tuple(
        FlagNodes(flag, _part(builder, f"f{number}", flag.when))
        for number, flag in enumerate(flag for flag in ruleset.red_flags.values() if flag.fires)
    )
    causes = tuple(
        _cause_nodes(builder, f"k{number}", cause, ruleset.roles.female)
        for number, cause in enumerate(cause for cause in ruleset.causes.values() if cause.fires)
    )
    rules: list[EngineRule[Truth | Specific]] = [rule for nodes in flags for rule in _truth_rules(nodes.part.key, nodes.flag.id)]
    rules += [rule for nodes in causes for part in nodes.parts for rule in _part_rules(nodes.cause, part)]
    return MainWave(
        network=builder.network(""),
        flags=flags,
        causes=causes,
        flags_and_parts=Stage("flags and parts", tuple(rules)),
        certainty=Stage("certainty", tuple(rule for nodes in causes for rule in certainty_rules(nodes.key, nodes.cause))),
    )


def _part(builder: NetworkBuilder, key: str, condition: Condition) -> PartNodes:
    leaves = dict.fromkeys(builder.true(leaf) for leaf in _leaves(condition))
    return PartNodes(
        key=key,
        met=builder.true(condition),
        failed=builder.false(condition),
        leaves=tuple(ref for ref in leaves if ref.specific),
    )


def _leaves(condition: Condition) -> list[Condition]:
    """Members of `all` and `of`, down to words, comparisons and `any` (DESIGN 4)."""
    if isinstance(condition, All | AtLeast):
        return [leaf for member in condition.members for leaf in _leaves(member)]
    return [condition]


def _cause_nodes(builder: NetworkBuilder, key: str, cause: Cause, female: str) -> CauseNodes:
    def true(conditions: Iterable[Condition]) -> Refs:
        return Refs(tuple(builder.true(condition) for condition in conditions))

    impossible: dict[Sex, Condition] = {Sex.FEMALE: Absent(Word(female)), Sex.MALE: Word(female)}
    return CauseNodes(
        key=key,
        cause=cause,
        required=_part(builder, f"{key}r", cause.required),
        groups=tuple(_part(builder, f"{key}g{number}", group.condition) for number, group in enumerate(cause.required_groups)),
        cardinal=true(cause.cardinal),
        supporting=true(entry.when for entry in cause.supporting),
        major=true(entry.when for entry in cause.supporting if entry.weight is Weight.MAJOR),
        excluding=true(cause.excluding),
        impossible_sex=builder.true(impossible[cause.requires_sex]) if cause.requires_sex else None,
    )


def _truth_rules(key: str, about: str) -> Iterator[EngineRule[Truth]]:
    yield EngineRule(f"{key}-{MET}", key, (at_least(MET, 1),), about, Truth.TRUE)
    yield EngineRule(f"{key}-{FAILED}", key, (at_least(FAILED, 1),), about, Truth.FALSE)


def _part_rules(cause: Cause, part: PartNodes) -> Iterator[EngineRule[Truth | Specific]]:
    """Met, failed, and specific: a met part by what makes it true, an open one by its met members."""

    def specific(name: str, *clauses: Clause) -> EngineRule[Specific]:
        return EngineRule(f"{part.key}-{name}", part.key, clauses, cause.id, Specific.BY_A_WORD)

    yield from _truth_rules(part.key, cause.id)
    if part.met.specific:
        yield specific(SPECIFIC, at_least(MET, 1), at_least(SPECIFIC, 1))
    if part.leaves:
        yield specific(HELD, at_least(HELD, 1), none(MET), none(FAILED))


def _plan_wave(ruleset: Ruleset) -> PlanWave:
    builder = NetworkBuilder(ruleset.vocabulary, flags_allowed=True)
    roles = ruleset.roles
    activities = {
        activity.id: _activity_nodes(builder, f"a{number}", activity, (roles.anticoagulation, roles.pregnancy))
        for number, activity in enumerate(activity for activity in ruleset.activities.values() if activity.fires)
    }
    rules = [rule for nodes in activities.values() for rule in activity_rules(nodes.key, nodes.activity, roles)]
    return PlanWave(
        activities=activities,
        overuse=builder.true(Word(roles.medication_overuse)),
        anticoagulation=_part(builder, "anticoagulation", Word(roles.anticoagulation)),
        pregnancy=_part(builder, "pregnancy", Word(roles.pregnancy)),
        stage=Stage("activities", tuple(rules)),
        network=builder.network("plan "),
    )


def _activity_nodes(builder: NetworkBuilder, key: str, activity: Activity, asked_first: tuple[str, str]) -> ActivityNodes:
    contraindications = [
        (condition, _part(builder, f"{key}c{number}", condition)) for number, condition in enumerate(activity.contraindications)
    ]
    anticoagulation, pregnancy = (
        tuple(nodes for condition, nodes in contraindications if word in words(condition)) for word in asked_first
    )
    return ActivityNodes(
        key=key,
        activity=activity,
        indicated=builder.true(activity.indicated_when) if activity.indicated_when else None,
        contraindications=tuple(nodes for _, nodes in contraindications),
        waits_for=(anticoagulation, pregnancy),
        cautions=tuple(builder.true(condition) for condition in activity.cautions),
    )
