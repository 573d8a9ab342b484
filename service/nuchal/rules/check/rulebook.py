"""What the checks ask of a ruleset: its rules that fire, their conditions, its derived words in order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from nuchal.rules.conditions import Condition, words
from nuchal.rules.model import Activity, Cause, Derived, RedFlag, RuleHead, Ruleset


def rules_of(ruleset: Ruleset) -> Iterator[RuleHead]:
    """Every rule, retired ones included, in order of folders and ids."""
    yield from ruleset.derived.values()
    yield from ruleset.red_flags.values()
    yield from ruleset.causes.values()
    yield from ruleset.activities.values()


def named_conditions(rule: RuleHead) -> Iterator[tuple[str, Condition]]:
    """Every condition of a rule with the key under which it stands, in the order of the file."""
    match rule:
        case RedFlag():
            yield "when", rule.when
        case Derived():
            yield from _given([("present_when", rule.present_when), ("absent_when", rule.absent_when)])
        case Activity():
            yield from _given([("indicated_when", rule.indicated_when)])
            yield from (("contraindications", condition) for condition in rule.contraindications)
            yield from (("cautions", condition) for condition in rule.cautions)
        case Cause():
            yield from (("cardinal", condition) for condition in rule.cardinal)
            yield "required", rule.required
            yield from (("groups", member) for group in rule.groups for member in group.members)
            yield from (("supporting", supporting.when) for supporting in rule.supporting)
            yield from (("excluding", condition) for condition in rule.excluding)


def _given(optional: Sequence[tuple[str, Condition | None]]) -> Iterator[tuple[str, Condition]]:
    yield from ((key, condition) for key, condition in optional if condition is not None)


def conditions_of(ruleset: Ruleset) -> Iterator[Condition]:
    """Every condition of every rule that fires."""
    for rule in rules_of(ruleset):
        if rule.fires:
            yield from (condition for _, condition in named_conditions(rule))


def needed(conditions: Iterable[Condition], derived: Sequence[Derived]) -> tuple[Derived, ...]:
    """Those of `derived`, which stand in order, from which a word that `conditions` read follows, directly or through others."""
    wanted = frozenset().union(*(words(condition) for condition in conditions))
    kept: list[Derived] = []
    for rule in reversed(derived):
        if rule.id in wanted:
            kept.append(rule)
            wanted = wanted.union(*(words(condition) for _, condition in named_conditions(rule)))
    return tuple(reversed(kept))


def derived_in_order(derived: Mapping[str, Derived]) -> tuple[Derived, ...]:
    """The derived words that fire, each after those it needs; the reader has refused cycles."""
    ordered: dict[str, Derived] = {}

    def place(rule: Derived) -> None:
        if rule.id in ordered or not rule.fires:
            return
        for _, condition in named_conditions(rule):
            for word in sorted(words(condition) & derived.keys()):
                place(derived[word])
        ordered[rule.id] = rule

    for rule in derived.values():
        place(rule)
    return tuple(ordered.values())
