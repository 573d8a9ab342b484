"""What the engine must never be given is refused before it is asked."""

import pytest

from nuchal.errors import RulesetError
from nuchal.inference.engine import Engine
from nuchal.inference.stage import Clause, Comparator, EngineRule, Fact, Stage, at_least, fnv_32


def rules(count, key="k{}"):
    return tuple(EngineRule(f"r{number}", key.format(number), (at_least("n", 1),), "", None) for number in range(count))


REFUSED = {
    "too many rules": (rules(4001), "4001 rules, 4000 are possible"),
    "too many on one key": (rules(51, "k"), "51 rules read k, 50 are possible"),
    "two rules of one id": ((*rules(1), *rules(1)), "2 rules are called r0"),
    "an operator the engine does not know": (
        (EngineRule("r", "k", (Clause("n", "!=", 1),), "", None),),
        "operator != is not one the engine knows",
    ),
    "keys of one hash": (
        (*rules(1, "costarring"), EngineRule("s", "liquid", (at_least("n", 1),), "", None)),
        "tell costarring from liquid",
    ),
    "properties of one hash": (
        (EngineRule("r", "k", (at_least("declinate", 1), at_least("macallums", 1)), "", None),),
        "tell (declinate from macallums|macallums from declinate)",
    ),
    "too many clauses": ((EngineRule("r", "k", tuple(at_least(f"n{i}", 1) for i in range(15)), "", None),), "15 clauses on one fact"),
    "not a number": ((EngineRule("r", "k", (Clause("n", Comparator.MORE, float("nan")),), "", None),), "nan is not a finite number"),
}


@pytest.mark.parametrize(("given", "message"), REFUSED.values(), ids=REFUSED)
def test_a_stage_that_the_engine_cannot_be_trusted_with_is_refused(given, message):
    with pytest.raises(RulesetError, match=message):
        Stage("stage", given)


def test_the_hash_is_the_published_fnv_1a():
    assert fnv_32("") == 0x811C9DC5
    assert fnv_32("foobar") == 0xBF9CF968


def test_buckets_hold_20_keys_or_200_rules():
    by_keys = Stage("a", rules(45)).buckets
    assert [list(by_keys.values()).count(f"b{number}") for number in range(3)] == [20, 20, 5]
    many = [EngineRule(f"r{key}-{number}", f"k{key}", (at_least("n", number),), "", None) for key in range(9) for number in range(50)]
    assert [list(Stage("b", tuple(many)).buckets.values()).count(f"b{number}") for number in range(3)] == [4, 4, 1]


def test_the_largest_stage_that_is_accepted_works():
    stage = Stage("large", rules(4000))
    engine = Engine([stage])
    facts = [Fact(f"k{number}", f"k{number}", (("n", 1),)) for number in range(0, 4000, 97)]
    assert engine.run(stage, facts) == [f"r{number}" for number in range(0, 4000, 97)]
    engine.free()


def test_a_rule_reads_as_its_id_and_its_clauses():
    assert str(EngineRule("g1", "g1", (at_least("true", 2), at_least("specific", 1)), "", None)) == "g1: true >= 2 and specific >= 1"
