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
    "rules of one hash": (
        tuple(EngineRule(id_, "k", (at_least("n", 1),), "", None) for id_ in ("costarring", "liquid")),
        "tell costarring from liquid",
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


def test_a_pack_holds_20_keys_or_48_clauses_and_a_key_is_never_divided():
    by_keys = Stage("a", rules(45)).packs
    assert [list(by_keys.values()).count(f"p{number}") for number in range(3)] == [20, 20, 5]
    many = [EngineRule(f"r{key}-{number}", f"k{key}", (at_least("n", number),), "", None) for key in range(7) for number in range(20)]
    assert [list(Stage("b", tuple(many)).packs.values()).count(f"p{number}") for number in range(4)] == [2, 2, 2, 1]
    alone = [EngineRule(f"r{number}", "k", (at_least("n", number),), "", None) for number in range(50)]
    assert set(Stage("c", tuple(alone)).packs.values()) == {"p0"}


def test_two_properties_that_the_engine_would_take_for_each_other_get_different_names():
    seen: dict[int, str] = {}
    for number in range(1_000_000):
        key = f"k{number}"
        twin = seen.setdefault(fnv_32(f"{key}_n"), key)
        if twin != key:
            break
    stage = Stage("a", tuple(EngineRule(f"r-{key}", key, (at_least("n", 1),), "", None) for key in (twin, key)))
    assert stage.names == {twin: {"n": f"{twin}_n"}, key: {"n": f"{key}_n_"}}
    engine = Engine([stage])
    assert engine.run(stage, [Fact(twin, ("n",), (1,))]) == [0]
    assert engine.run(stage, [Fact(twin, ("n",), (0,)), Fact(key, ("n",), (1,))]) == [1]
    engine.free()


def test_facts_of_one_pack_are_told_together_and_several_numbers_of_one_key_one_by_one():
    stage = Stage("a", tuple(EngineRule(f"r{key}{op}", key, (Clause("n", op, 5),), "", None) for key in "ab" for op in Comparator))
    engine = Engine([stage])
    fired = engine.run(stage, [Fact("a", ("n",), (4,)), Fact("a", ("n",), (6,), 1), Fact("b", ("n", "unread"), (5, 1))])
    assert {stage.rules[place].id for place in fired} == {"ra<=", "ra<", "ra>=", "ra>", "rb==", "rb>=", "rb<="}
    engine.free()


def test_the_largest_stage_that_is_accepted_works():
    stage = Stage("large", rules(4000))
    engine = Engine([stage])
    facts = [Fact(f"k{number}", ("n",), (1,)) for number in range(0, 4000, 97)]
    assert engine.run(stage, facts) == list(range(0, 4000, 97))
    engine.free()


def test_a_rule_reads_as_its_id_and_its_clauses():
    assert str(EngineRule("g1", "g1", (at_least("true", 2), at_least("specific", 1)), "", None)) == "g1: true >= 2 and specific >= 1"
