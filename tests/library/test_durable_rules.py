"""What durable_rules 2.0.28 does: facts that `nuchal.inference` rests on, and crashes that its shape avoids.

Crashes run in a process of their own.
"""

import json
import random
import subprocess
import sys
import threading

import durable_rules_engine as library
import pytest
from durable.engine import Host


class QuietHost(Host):
    def _run(self):
        pass


def do_nothing(_context):
    pass


def rule(*tests):
    return {"all": [{"m": {"$and": list(tests)}}], "run": do_nothing}


def sentinel():
    return rule({"k": "sentinel"})  # made anew each time: loading takes `run` out of the dictionary


@pytest.fixture
def load():
    handles = []

    def load(**rules):
        host = QuietHost()
        host.register_rulesets({"rules": {**rules, "sentinel": sentinel()}})
        handle = host.get_ruleset("rules")._handle
        handles.append(handle)
        run(handle)
        return handle

    yield load
    for handle in handles:
        library.delete_state(handle, "s")
        library.delete_ruleset(handle)


def store(handle, **fact):
    return library.assert_fact(handle, json.dumps({"sid": "s", **fact}))


def agenda(handle, session):
    fired = []
    started = library.start_action_for_state(handle, session)
    message = started and started[1]
    while message:
        fired.append(next(iter(json.loads(message))))
        message = library.complete_and_start_action(handle, session)
    return fired


def run(handle, *facts):
    """Rules that fire on the facts, the sentinel last; everything is taken back."""
    _, session = store(handle, id="sentinel", k="sentinel")
    for fact in facts:
        store(handle, **fact)
    fired = agenda(handle, session)
    for id_ in ["sentinel", *(fact["id"] for fact in facts)]:
        library.retract_fact(handle, json.dumps({"id": id_, "sid": "s"}))
    return fired


def in_a_process(code):
    setup = (
        "import json, threading\nimport durable_rules_engine as library\nfrom durable.engine import Host\n"
        "class QuietHost(Host):\n    def _run(self): pass\n"
        "def load(host, **rules):\n"
        "    host.register_rulesets({'rules': rules})\n"
        "    return host.get_ruleset('rules')._handle\n"
        "def rule(test): return {'all': [{'m': test}], 'run': lambda c: None}\n"
    )
    return subprocess.run([sys.executable, "-c", setup + code], capture_output=True, text=True, timeout=20, check=False)


def test_a_host_whose_run_does_nothing_starts_no_thread(load):
    before = threading.active_count()
    load(a=rule({"k": "a"}))
    assert threading.active_count() == before


def test_the_librarys_own_host_starts_timer_threads():
    assert in_a_process("Host()\nassert threading.active_count() > 1").returncode == 0


def test_inference_never_imports_the_part_of_the_library_that_makes_a_default_host():
    assert in_a_process("import sys, nuchal.inference\nassert 'durable.lang' not in sys.modules").returncode == 0


def test_code_0_is_stored_and_1_is_read_by_no_rule_and_not_kept(load):
    handle = load(a=rule({"k": "a"}))
    assert store(handle, id="x", k="a")[0] == 0
    assert store(handle, id="y", k="b")[0] == 1
    assert [fact["id"] for fact in json.loads(library.get_facts(handle, "s"))] == ["x"]


def test_a_fact_that_is_there_already_gives_another_code(load):
    handle = load(a=rule({"k": "a"}))
    store(handle, id="x", k="a")
    assert store(handle, id="x", k="a")[0] == 2


def test_a_fact_that_cannot_be_parsed_is_an_error(load):
    with pytest.raises(library.error):
        library.assert_fact(load(a=rule({"k": "a"})), '{"id": "x", broken')


def test_retracting_leaves_nothing_and_the_session_serves_again_and_again(load):
    handle = load(a=rule({"k": "a"}))
    for _ in range(1000):
        assert run(handle, {"id": "x", "k": "a"}) == ["a", "sentinel"]
        assert json.loads(library.get_facts(handle, "s")) == []


def test_rules_fire_in_order_of_definition_whatever_the_order_of_facts(load):
    handle = load(**{name: rule({"k": name}) for name in "dacb"})
    facts = [{"id": name, "k": name} for name in "abcd"]
    shuffled = random.Random(1)
    for _ in range(30):
        shuffled.shuffle(facts)
        assert run(handle, *facts) == [*"dacb", "sentinel"]


OPERATORS = [
    ("$gte", 38, [(37.9999, False), (38, True), (38.0001, True)]),
    ("$gt", 38, [(37.9999, False), (38, False), (38.0001, True)]),
    ("$lte", 38, [(37.9999, True), (38, True), (38.0001, False)]),
    ("$lt", 38, [(37.9999, True), (38, False), (38.0001, False)]),
]


@pytest.mark.parametrize(("operator", "limit", "cases"), OPERATORS)
@pytest.mark.parametrize("kind", [int, float])
def test_operators_compare_integers_and_decimals_alike(load, operator, limit, cases, kind):
    handle = load(a=rule({"k": "a"}, {operator: {"n": kind(limit)}}))
    for value, fires in cases:
        assert ("a" in run(handle, {"id": "x", "k": "a", "n": value})) is fires
        assert ("a" in run(handle, {"id": "x", "k": "a", "n": float(value)})) is fires


def test_numbers_of_four_decimals_compare_as_in_python(load):
    chance = random.Random(2)
    limits = [round(chance.uniform(-1000, 1000), 4) for _ in range(40)]
    rules = {f"ge{i}": rule({"k": f"k{i}"}, {"$gte": {"n": limit}}) for i, limit in enumerate(limits)}
    rules |= {f"eq{i}": rule({"k": f"k{i}"}, {"n": limit}) for i, limit in enumerate(limits)}
    handle = load(**rules)
    for i, limit in enumerate(limits):
        for value in (limit, round(limit + 0.0001, 4), round(limit - 0.0001, 4), round(chance.uniform(-1000, 1000), 4)):
            fired = run(handle, {"id": "x", "k": f"k{i}", "n": value})
            assert (f"ge{i}" in fired) is (value >= limit)
            assert (f"eq{i}" in fired) is (value == limit)


def test_a_test_on_a_property_that_the_fact_lacks_does_not_pass(load):
    handle = load(a=rule({"k": "a"}, {"$lte": {"n": 0}}))
    assert run(handle, {"id": "x", "k": "a"}) == ["sentinel"]


def test_an_unknown_operator_is_accepted_and_never_fires(load):
    handle = load(a={"all": [{"m": {"$nope": 1}}], "run": do_nothing})
    assert run(handle, {"id": "x", "n": 1}) == ["sentinel"]


def test_names_are_known_by_32_bits_of_fnv_1a_only(load):
    """costarring and liquid have one hash; the engine takes them for one property and one fact."""
    handle = load(a=rule({"costarring": 1}), b=rule({"k": "b"}))
    assert run(handle, {"id": "x", "liquid": 1}) == ["a", "sentinel"]
    store(handle, id="costarring", k="b")
    assert store(handle, id="liquid", k="b")[0] == 2


def test_a_fact_may_pass_50_tests_at_once(load):
    handle = load(**{f"r{number}": rule({"b": "b"}, {"k": "a"}, {"$gte": {"n": number}}) for number in range(50)})
    assert len(run(handle, {"id": "x", "b": "b", "k": "a", "n": 99})) == 51


def test_a_fact_that_passes_more_than_64_tests_is_an_error():
    code = "handle = load(QuietHost(), **{f'r{i}': rule({'$gte': {'n': i}}) for i in range(80)})\n"
    code += 'try: library.assert_fact(handle, \'{"id":"x","sid":"s","n":99}\')\nexcept library.error: print(\'refused\')'
    assert in_a_process(code).stdout == "refused\n"


def test_200_rules_may_share_a_bucket_and_4000_a_stage(load):
    handle = load(**{f"r{i}": rule({"b": f"b{i // 200}"}, {"k": f"k{i // 10}"}, {"$gte": {"n": i % 10}}) for i in range(4000)})
    facts = [{"id": f"x{key}", "b": f"b{key // 20}", "k": f"k{key}", "n": 99} for key in range(0, 400, 7)]
    assert len(run(handle, *facts)) == 10 * len(facts) + 1


def test_a_session_in_which_an_action_has_completed_can_be_deleted_though_another_is_under_way():
    for _ in range(50):
        host = QuietHost()
        host.register_rulesets({"rules": {"a": rule({"k": "a"}), "sentinel": sentinel()}})
        handle = host.get_ruleset("rules")._handle
        run(handle)
        _, session = store(handle, id="x", k="a")
        library.start_action_for_state(handle, session)
        library.delete_state(handle, "s")
        library.delete_ruleset(handle)
