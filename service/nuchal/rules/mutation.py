"""Rules with one fault each: what the cases beside a rule must notice (mutation testing).

A criterion is dropped or turned round, a count or limit is moved by one step, a join is
taken for the other. A case that still comes out as its file says has not noticed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, Condition, FlagRaised, NotPresent, Operator, Word
from nuchal.rules.model import Activity, Cause, Derived, Group, RedFlag, RuleHead, Supporting, Weight

T = TypeVar("T")

_ACROSS = {
    Operator.AT_LEAST: Operator.MORE,
    Operator.MORE: Operator.AT_LEAST,
    Operator.AT_MOST: Operator.LESS,
    Operator.LESS: Operator.AT_MOST,
}
_OTHER_WEIGHT = {Weight.MAJOR: Weight.MINOR, Weight.MINOR: Weight.MAJOR}
_DECIMALS = 4  # findings are rounded to so many


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one fault; `key` is where in its file, `fault` what was done there."""

    rule: RuleHead
    key: str
    fault: str


def mutants(rule: RuleHead) -> Iterator[Mutant]:
    """Every rule that differs from `rule` in one criterion."""
    match rule:
        case RedFlag():
            yield from _of_condition("when", rule.when, lambda mutated: replace(rule, when=mutated))
        case Derived():
            yield from _of_optional("present_when", rule.present_when, lambda mutated: replace(rule, present_when=mutated))
            yield from _of_optional("absent_when", rule.absent_when, lambda mutated: replace(rule, absent_when=mutated))
        case Activity():
            yield from _of_optional("indicated_when", rule.indicated_when, lambda mutated: replace(rule, indicated_when=mutated))
            against, cautions = rule.contraindications, rule.cautions
            yield from _of_list("contraindications", against, lambda mutated: replace(rule, contraindications=mutated))
            yield from _of_list("cautions", cautions, lambda mutated: replace(rule, cautions=mutated))
        case Cause():
            yield from _of_cause(rule)


def _of_cause(cause: Cause) -> Iterator[Mutant]:
    if cause.requires_sex is not None:
        yield Mutant(replace(cause, requires_sex=None), "requires_sex", "dropped")
    yield from _of_list("cardinal", cause.cardinal, lambda mutated: replace(cause, cardinal=mutated))
    yield from _of_condition("required", cause.required, lambda mutated: replace(cause, required=mutated))
    for number, group in enumerate(cause.groups):
        yield from _of_group(cause, number, group)
    for number, entry in enumerate(cause.supporting):
        yield from _of_supporting(cause, number, entry)
    yield from _of_list("excluding", cause.excluding, lambda mutated: replace(cause, excluding=mutated))


def _of_group(cause: Cause, number: int, group: Group) -> Iterator[Mutant]:
    key = f"groups: {group.name}"
    yield Mutant(replace(cause, groups=_without(cause.groups, number)), key, "dropped")
    for fault, condition in _groups(group.condition):
        if isinstance(condition, AtLeast):
            mutated = replace(group, at_least=condition.count, members=condition.members)
            yield Mutant(replace(cause, groups=_with(cause.groups, number, mutated)), key, fault)


def _of_supporting(cause: Cause, number: int, entry: Supporting) -> Iterator[Mutant]:
    def mutant(fault: str, supporting: tuple[Supporting, ...]) -> Mutant:
        return Mutant(replace(cause, supporting=supporting), "supporting", f"entry {number + 1}: {fault}")

    yield mutant("dropped", _without(cause.supporting, number))
    yield mutant("other weight", _with(cause.supporting, number, replace(entry, weight=_OTHER_WEIGHT[entry.weight])))
    for fault, condition in _conditions(entry.when):
        yield mutant(fault, _with(cause.supporting, number, replace(entry, when=condition)))


def _of_condition(key: str, condition: Condition, put: Callable[[Condition], RuleHead]) -> Iterator[Mutant]:
    yield from (Mutant(put(mutated), key, fault) for fault, mutated in _conditions(condition))


def _of_optional(key: str, condition: Condition | None, put: Callable[[Condition | None], RuleHead]) -> Iterator[Mutant]:
    if condition is not None:
        yield Mutant(put(None), key, "dropped")
        yield from _of_condition(key, condition, put)


def _of_list(key: str, members: tuple[Condition, ...], put: Callable[[tuple[Condition, ...]], RuleHead]) -> Iterator[Mutant]:
    for number, member in enumerate(members):
        yield Mutant(put(_without(members, number)), key, f"{_name(member)} dropped")
        yield from (Mutant(put(_with(members, number, mutated)), key, fault) for fault, mutated in _conditions(member))


def _conditions(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """Conditions that differ from `condition` in one place, with what was done there."""
    match condition:
        case Word(word):
            yield f"{word} turned round", Absent(condition)
        case Comparison():
            yield from _limits(condition)
        case All() | AnyOf() | AtLeast():
            yield from _groups(condition)
        case Absent(operand):
            yield f"absent {_name(operand)} turned round", operand
            yield from ((fault, Absent(mutated)) for fault, mutated in _inner(operand))
        case NotPresent(operand):
            yield f"not_present {_name(operand)} turned round", operand
            yield f"not_present {_name(operand)} taken for absent", Absent(operand)
            yield from ((fault, NotPresent(mutated)) for fault, mutated in _inner(operand))
        case FlagRaised():
            return


def _inner(operand: Condition) -> Iterator[tuple[str, Condition]]:
    """Of what is denied the groups and limits; a word turned round inside is the denial turned round."""
    return iter(()) if isinstance(operand, Word) else _conditions(operand)


def _limits(comparison: Comparison) -> Iterator[tuple[str, Condition]]:
    value, op = comparison.value, comparison.op
    if op in _ACROSS:
        yield f"{comparison.word} {op} {value:g} taken for {_ACROSS[op]}", replace(comparison, op=_ACROSS[op])
    for step in (_step(value), -_step(value)):
        moved = round(value + step, _DECIMALS)
        yield f"{comparison.word} {op} {value:g} moved to {moved:g}", replace(comparison, value=moved)


def _step(value: float) -> float:
    """One in the last place that the limit is written with."""
    decimals = next(places for places in range(_DECIMALS + 1) if round(value, places) == round(value, _DECIMALS))
    return float(10**-decimals)


def _groups(group: All | AnyOf | AtLeast) -> Iterator[tuple[str, Condition]]:
    members = group.members
    if len(members) > 1:
        match group:
            case All():
                yield f"all of {_names(members)} taken for any", AnyOf(members)
            case AnyOf():
                yield f"any of {_names(members)} taken for all", All(members)
        for number, member in enumerate(members):
            yield f"{_name(member)} dropped", _of_members(group, _without(members, number))
    if isinstance(group, AtLeast):
        for count in (group.count - 1, group.count + 1):
            if 1 <= count <= len(members):
                yield f"at_least {group.count} taken for {count}", AtLeast(count, members)
    for number, member in enumerate(members):
        yield from ((fault, _of_members(group, _with(members, number, mutated))) for fault, mutated in _conditions(member))


def _of_members(group: All | AnyOf | AtLeast, members: tuple[Condition, ...]) -> Condition:
    """The same group of other members; of fewer no more can be needed than there are."""
    match group:
        case All():
            return All(members)
        case AnyOf():
            return AnyOf(members)
        case AtLeast(count):
            return AtLeast(min(count, len(members)), members)


def _without(members: tuple[T, ...], number: int) -> tuple[T, ...]:
    return (*members[:number], *members[number + 1 :])


def _with(members: tuple[T, ...], number: int, member: T) -> tuple[T, ...]:
    return (*members[:number], member, *members[number + 1 :])


def _names(members: Sequence[Condition]) -> str:
    return ", ".join(map(_name, members))


def _name(condition: Condition) -> str:
    match condition:
        case Word(word):
            return word
        case Comparison(word, op, value):
            return f"{word} {op} {value:g}"
        case Absent(operand):
            return f"absent {_name(operand)}"
        case NotPresent(operand):
            return f"not_present {_name(operand)}"
        case FlagRaised(flag):
            return f"flag {flag}"
        case _:
            return f"({_names(condition.members)})"
