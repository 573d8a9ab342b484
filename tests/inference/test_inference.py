"""Engine and witness together: the trace, what happens when one fails, threads and forks."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import durable_rules_engine
import pytest

from nuchal.errors import EngineDisagreement, EngineFault
from nuchal.inference.outcome import Candidate, DispositionTally, Firing, Verdict
from nuchal.inference.witness import Witness
from nuchal.logs import JsonLines
from nuchal.rules.conditions import All, AnyOf, AtLeast, Comparison, Operator, Word
from nuchal.rules.model import Disposition

SOMETHING = {"state": '"present"', "met": 1, "failed": 1, "true": 9, "specific": 9, "held": 1}


def poison(inference, *, stage, key):
    """Leave a fact in the session of a stage behind the engine's back, as a crash between two calls would."""
    loaded = inference._engine._loaded[stage]
    told = ",".join(f'"{name}":{SOMETHING[property_]}' for property_, name in loaded.names[key].items())
    code, _ = durable_rules_engine.assert_fact(loaded.handle, f'{{"id":"left","sid":"s","p":"{loaded.packs[key]}",{told}}}')
    assert code == 0


def raiser(error):
    def fail(*_):
        raise error("Qmarkerq7, of which nothing may be told")

    return fail


def once(first, then):
    """A function that behaves as `first` when it is called for the first time."""
    calls = iter([first])

    def call(*given):
        return next(calls, then)(*given)

    return call


@pytest.fixture
def subject(make, opened):
    return opened(make.ruleset(make.flag(AnyOf((Word("a"), Word("b")))), make.activity(contraindications=(Word("a"),))))


FAULTS = [("criteria", "s0"), ("flags and parts", "f0"), ("criteria", "s1")]


@pytest.mark.parametrize(("stage", "key"), FAULTS)
@pytest.mark.parametrize("said", [{"a": True}, {"a": True, "b": False}])
def test_after_a_fault_the_engine_is_built_anew_and_the_answer_is_right(subject, patient, stage, key, said):
    poison(subject, stage=stage, key=key)
    assert subject.conclude(patient(said)).raised == {"rf-a"}
    assert subject.rebuilds == 1
    assert subject.conclude(patient(said)).raised == {"rf-a"}
    assert subject.rebuilds == 1


@pytest.fixture
def logged(caplog):
    """What was logged, as it would be written, without time."""
    return lambda: [
        {name: value for name, value in json.loads(JsonLines().format(each)).items() if name != "time"} for each in caplog.records
    ]


FAULT_TYPES = {
    "a fact that was left behind": (lambda *_: '[{"id": "left"}]', "StageFault"),
    "an error of the library": (raiser(durable_rules_engine.error), "error"),
    "memory": (raiser(MemoryError), "MemoryError"),
}


@pytest.mark.parametrize(("get_facts", "error_type"), FAULT_TYPES.values(), ids=FAULT_TYPES)
def test_a_fault_is_logged_with_its_stage_and_type_and_nothing_else(subject, patient, monkeypatch, logged, get_facts, error_type):
    with monkeypatch.context() as broken:
        broken.setattr(durable_rules_engine, "get_facts", once(get_facts, durable_rules_engine.get_facts))
        assert subject.conclude(patient({"a": True})).raised == {"rf-a"}
    assert logged() == [{"level": "warning", "event": "engine_rebuilt", "stage": "criteria", "error_type": error_type}]


@pytest.mark.parametrize("function", ["delete_state", "delete_ruleset"])
@pytest.mark.parametrize("error", [durable_rules_engine.error, MemoryError])
def test_an_engine_that_cannot_be_cleaned_up_is_replaced_all_the_same(subject, patient, monkeypatch, logged, function, error):
    with monkeypatch.context() as broken:
        broken.setattr(durable_rules_engine, function, raiser(error))
        poison(subject, stage="criteria", key="s0")
        assert subject.conclude(patient({"a": True})).raised == {"rf-a"}
    assert subject.rebuilds == 1
    assert [line["event"] for line in logged()] == ["engine_rebuilt"]
    assert subject.conclude(patient({"b": False})).raised == set()
    assert subject.rebuilds == 1


@pytest.mark.parametrize("function", ["delete_state", "delete_ruleset"])
def test_one_stage_that_cannot_be_freed_keeps_no_other_from_it(subject, monkeypatch, function):
    freed = []

    def refuse(handle, *_):
        freed.append(handle)
        raise durable_rules_engine.error

    handles = [loaded.handle for loaded in subject._engine._loaded.values()]
    with monkeypatch.context() as broken:
        broken.setattr(durable_rules_engine, function, refuse)
        subject.close()
    assert len(handles) > 1
    assert freed == handles


def test_an_engine_that_cannot_be_built_anew_gives_no_answer_and_is_built_at_the_next_chance(subject, patient, monkeypatch, logged):
    with monkeypatch.context() as broken:
        broken.setattr(durable_rules_engine, "create_ruleset", raiser(durable_rules_engine.error))
        poison(subject, stage="criteria", key="s0")
        with pytest.raises(EngineFault, match="failed twice"):
            subject.conclude(patient({"a": True}))
    assert logged() == []
    assert subject.conclude(patient({"a": True})).raised == {"rf-a"}
    assert [line["event"] for line in logged()] == ["engine_rebuilt"]


def test_many_faults_are_survived(subject, patient):
    for count in range(1, 30):
        poison(subject, stage="criteria", key="s0")
        assert subject.conclude(patient({"a": True})).raised == {"rf-a"}
        assert subject.rebuilds == count


def test_an_engine_that_fails_twice_gives_no_answer_and_then_serves_again(subject, patient, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(durable_rules_engine, "get_facts", lambda *_: '[{"id": "left"}]')
        with pytest.raises(EngineFault, match="failed twice"):
            subject.conclude(patient({"a": True}))
    assert subject.conclude(patient({"a": True})).raised == {"rf-a"}


def test_an_agenda_that_does_not_end_is_a_fault(subject, patient, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(durable_rules_engine, "complete_and_start_action", lambda *_: '{"c0":{}}')
        with pytest.raises(EngineFault):
            subject.conclude(patient({"a": True}))
    assert subject.conclude(patient({"a": True})).raised == {"rf-a"}


def test_an_agenda_that_ends_before_the_sentinel_is_a_fault(subject, patient, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(durable_rules_engine, "complete_and_start_action", lambda *_: None)
        with pytest.raises(EngineFault):
            subject.conclude(patient({"a": True}))
    assert subject.conclude(patient({"a": True})).raised == {"rf-a"}


def test_an_interruption_leaves_nothing_for_the_next_patient(subject, patient, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(durable_rules_engine, "start_action_for_state", interrupted)
        with pytest.raises(KeyboardInterrupt):
            subject.conclude(patient({"a": True}))
    assert subject.conclude(patient({"b": False})).raised == set()


def disagreement(differing, rules=""):
    return [{"level": "error", "event": "engine_disagreed", "differing": differing, "rules": rules}]


def test_where_they_differ_on_a_flag_there_is_no_answer_and_the_log_says_which(patient, make, opened, logged):
    flags = [make.flag("a", "rf-a"), make.flag("a", "rf-b"), make.flag("c", "rf-c")]
    subject = opened(make.ruleset(*flags))
    subject._witness = Witness(make.ruleset(make.flag("b", "rf-a"), make.flag("b", "rf-b"), make.flag("c", "rf-c")))
    with pytest.raises(EngineDisagreement) as refused:
        subject.conclude(patient({"a": True}))
    assert refused.value.message == "engine and witness differ on red flags"
    assert logged() == disagreement("red flags", "rf-a rf-b")


def test_where_they_differ_on_a_cause_there_is_no_answer_and_the_log_says_which(make, opened, patient, logged):
    subject = opened(make.ruleset(make.cause("cause-a", "x")))
    subject._witness = Witness(make.ruleset(make.cause("cause-a", "y")))
    with pytest.raises(EngineDisagreement) as refused:
        subject.conclude(patient({"x": True}))
    assert refused.value.message == "engine and witness differ on causes"
    assert logged() == disagreement("causes", "cause-a")


def test_where_they_differ_on_a_derived_word_there_is_no_answer_and_nobody_is_told_which(make, opened, patient, logged):
    subject = opened(make.ruleset(make.derived("d", "x")))
    subject._witness = Witness(make.ruleset(make.derived("d", "y")))
    with pytest.raises(EngineDisagreement) as refused:
        subject.conclude(patient({"x": True}))
    assert refused.value.message == "engine and witness differ on the safety view"
    assert logged() == disagreement("the safety view")


def test_where_they_differ_on_disposition_or_plan_there_is_no_answer(subject, patient, monkeypatch, logged):
    tally = DispositionTally(flags={}, meeting={}, serious_listed=0, first=None, screen_open=0, active_pains=1)
    conclusions = subject.conclude(patient())
    candidate = Candidate(activity="activity-a", from_flag=False, from_meeting_cause=False)
    monkeypatch.setattr("nuchal.inference.witness_plan.disposition", lambda _: Disposition.SOON)
    monkeypatch.setattr("nuchal.inference.witness_plan.verdict", lambda *_: Verdict.WITHHELD)
    with pytest.raises(EngineDisagreement, match=r"differ on the disposition$"):
        subject.disposition(tally)
    with pytest.raises(EngineDisagreement, match=r"differ on activities$"):
        subject.verdicts(conclusions, [candidate], Disposition.SOON)
    assert logged() == disagreement("the disposition") + disagreement("activities", "activity-a")


@pytest.mark.parametrize("number", [37.00001, 1e300, float("inf"), float("nan")])
def test_a_number_that_both_would_not_read_alike_gives_no_answer_and_is_not_told(make, opened, patient, number):
    subject = opened(make.ruleset(make.flag(Comparison("n", Operator.AT_LEAST, 38))))
    with pytest.raises(EngineDisagreement) as refused:
        subject.conclude(patient({"n": number}))
    assert str(number) not in str(refused.value)


def test_the_trace_tells_what_fired_on_what_stage_by_stage(make, opened, patient):
    hot = Comparison("n", Operator.AT_LEAST, 38)
    ruleset = make.ruleset(
        make.derived("fever", hot), make.flag(All((Word("fever"), Word("a"))), may_mean=["cause-a"]), make.cause(required="a")
    )
    trace = opened(ruleset).conclude(patient({"n": 39.5, "a": True, "headache": True})).trace
    assert trace[0] == Firing(stage="derived-1 criteria", rule="c0: high >= 38", fact="n")
    assert [(each.stage, each.rule.split(":")[0], each.fact) for each in trace] == [
        ("derived-1 criteria", "c0", "n"),
        ("derived-1", "d0-met", "fever"),
        ("criteria", "c0", "fever"),
        ("criteria", "c1", "a"),
        ("criteria", "c6", "headache"),
        ("groups-1", "g2", "c0, c1"),
        ("groups-1", "g2x", "c0, c1"),
        ("flags and parts", "f0-met", "rf-a"),
        ("flags and parts", "k0r-met", "cause-a"),
        ("flags and parts", "k0r-specific", "cause-a"),
        ("certainty", "k0-possible-benign", "cause-a"),
        ("certainty", "k0-possible-benign-residual", "cause-a"),
    ]


def test_the_trace_holds_no_number_of_the_patient(make, opened, patient):
    ruleset = make.ruleset(make.flag(AtLeast(1, (Comparison("n", Operator.AT_LEAST, 38), Comparison("n", Operator.EQUAL, 39.1234)))))
    trace = opened(ruleset).conclude(patient({"n": 41.4321})).trace
    assert trace
    assert "41.4321" not in str(trace)


def test_eight_threads_do_not_see_each_other(make, opened, patient):
    words = [f"w{number}" for number in range(8)]
    flags = [make.flag(word, f"rf-{word}", Disposition.SOON) for word in words]
    subject = opened(make.ruleset(*flags, make.derived("d", "w0"), make.flag("d", "rf-d")))

    def evaluate(word):
        return [subject.conclude(patient({word: True})).raised for _ in range(100)]

    with ThreadPoolExecutor(8) as threads:
        for word, raised in zip(words, threads.map(evaluate, words), strict=True):
            assert raised == [{f"rf-{word}", *(["rf-d"] if word == "w0" else [])}] * 100
    assert subject.rebuilds == 0


def test_an_engine_built_before_a_fork_serves_in_parent_and_child(subject, patient):
    subject.conclude(patient({"a": True}))
    child = os.fork()
    if child == 0:
        answers = [subject.conclude(patient({"a": said})).raised for said in (True, False, True)]
        os._exit(0 if answers == [{"rf-a"}, set(), {"rf-a"}] and subject.rebuilds == 0 else 1)
    assert subject.conclude(patient({"b": True})).raised == {"rf-a"}
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_memory_stays_flat_and_close_gives_it_back():
    code = """
import resource, sys
from nuchal.inference.engine import Engine
from nuchal.inference.stage import EngineRule, Fact, Stage, at_least
stage = Stage("a", tuple(EngineRule(f"r{i}", f"k{i}", (at_least("n", 1),), "", None) for i in range(600)))
facts = [Fact(f"k{i}", ("n",), (1,)) for i in range(0, 600, 15)]
def grown(work, rounds):
    work(); work()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(rounds): work()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
engine = Engine([stage])
def build_and_free():
    engine = Engine([stage]); engine.run(stage, facts); engine.free()
print(grown(lambda: engine.run(stage, facts), 3000), grown(build_and_free, 40))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    serving, rebuilding = map(int, ran.stdout.split())
    assert serving < 2_000  # KiB over 3,000 runs
    assert rebuilding < 40_000  # a state that is not freed costs 5,000 each
