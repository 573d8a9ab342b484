"""Every criterion of a rule is spoiled, one at a time and no two alike."""

from dataclasses import replace

import pytest

from nuchal.rules.check import rules_of
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, NotPresent, Operator, Word
from nuchal.rules.model import RedFlag
from nuchal.rules.mutation import mutants

A, B, C = Word("a"), Word("b"), Word("c")
WARM = Comparison("t", Operator.AT_LEAST, 38.5)
OLD = Comparison("age", Operator.MORE, 50)

MUTATED = [
    (A, {Absent(A)}),
    (Absent(A), {A}),
    (NotPresent(A), {A, Absent(A)}),
    (WARM, {Comparison("t", Operator.MORE, 38.5), Comparison("t", Operator.AT_LEAST, 38.4), Comparison("t", Operator.AT_LEAST, 38.6)}),
    (OLD, {Comparison("age", Operator.AT_LEAST, 50), Comparison("age", Operator.MORE, 49), Comparison("age", Operator.MORE, 51)}),
    (All((A,)), {All((Absent(A),))}),
    (All((A, B)), {AnyOf((A, B)), All((A,)), All((B,)), All((Absent(A), B)), All((A, Absent(B)))}),
    (AnyOf((A, B)), {All((A, B)), AnyOf((A,)), AnyOf((B,)), AnyOf((Absent(A), B)), AnyOf((A, Absent(B)))}),
    (
        AtLeast(2, (A, B, C)),
        {
            *(AtLeast(1, (A, B, C)), AtLeast(3, (A, B, C))),
            *(AtLeast(2, (B, C)), AtLeast(2, (A, C)), AtLeast(2, (A, B))),
            *(AtLeast(2, (Absent(A), B, C)), AtLeast(2, (A, Absent(B), C)), AtLeast(2, (A, B, Absent(C)))),
        },
    ),
    (AtLeast(2, (A, B)), {AtLeast(1, (A, B)), AtLeast(1, (A,)), AtLeast(1, (B,)), AtLeast(2, (Absent(A), B)), AtLeast(2, (A, Absent(B)))}),
    (Absent(AnyOf((A, B))), {AnyOf((A, B)), *(Absent(each) for each in (All((A, B)), AnyOf((A,)), AnyOf((B,))))}),
]


@pytest.mark.parametrize(("condition", "expected"), MUTATED, ids=lambda value: str(value)[:40])
def test_a_condition_is_spoiled_in_each_of_its_places(condition, expected, ruleset):
    flag = next(iter(ruleset.red_flags.values()))
    spoiled = {mutant.rule.when for mutant in mutants(with_condition(flag, condition))}
    assert expected <= spoiled
    assert condition not in spoiled


def with_condition(flag, condition) -> RedFlag:
    return replace(flag, when=condition)


def test_no_mutant_of_the_bundled_rules_is_the_rule_itself_and_no_two_are_alike(ruleset):
    for rule in rules_of(ruleset):
        spoiled = list(mutants(rule))
        assert spoiled or not has_criteria(rule)
        assert all(mutant.rule != rule for mutant in spoiled)
        places = [(mutant.key, mutant.fault, repr(mutant.rule)) for mutant in spoiled]
        assert len(set(places)) == len(places)


def has_criteria(rule):
    return not rule.file.startswith("activities/") or bool(rule.contraindications or rule.cautions or rule.indicated_when)
