"""What holds for every patient, however odd: on a small ruleset with every kind of rule."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuchal.assessment import assess
from nuchal.findings import Findings, Presence
from nuchal.inference import Inference
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, FlagRaised, NotPresent, Operator, Word
from nuchal.rules.model import ActivityClass, ActivityKind, Disposition, Role

LETTERS = "abcdefgh"
SPOKEN = [*LETTERS, "headache", "back-pain", "neck-pain", "neck-stiffness", "fever", "weakness", "drowsy", "thunderclap", "female"]
SPOKEN += ["on-anticoagulant", "pregnant", "medication-overuse"]
COUNTED = {"age": (5, 40, 80), "temperature": (36.5, 39.5), "crp": (1.0, 90.0)}
HOT = Comparison("temperature", Operator.AT_LEAST, 38)


def small_world(make):
    """Flags and causes of every speed, and activities of every kind, over eight letters and the usual words."""
    a, b, c, d, e, f, g, h = map(Word, LETTERS)
    activities = [
        make.activity("drug", ActivityKind.MEDICATION, contraindications=["pregnant", "on-anticoagulant", FlagRaised("rf-urgent")]),
        make.activity("painkiller", ActivityKind.MEDICATION, classes=[ActivityClass.ACUTE_ANALGESIC], cautions=["h"]),
        make.activity("exercise", ActivityKind.EDUCATION, classes=[ActivityClass.EXERCISE]),
        make.activity("operation", ActivityKind.PROCEDURE, specialist=True, contraindications=["on-anticoagulant"]),
        make.activity("do-not", ActivityKind.EDUCATION, prohibits=True),
        make.activity("scan", indicated_when=AnyOf((a, b))),
    ]
    flags = [
        make.flag("rf-now", AnyOf((All((Word("headache"), a, b)), All((HOT, Word("neck-stiffness"))))), may_mean=["now"], do=["call"]),
        make.flag("rf-urgent", All((c, NotPresent(d))), Disposition.URGENT, may_mean=["today", "now"], do=["drug"]),
        make.flag("rf-soon", AtLeast(2, (d, e, f)), Disposition.SOON),
    ]
    causes = [
        make.cause("now", All((a, b)), cardinal=["a"], urgency=Disposition.EMERGENCY, major=["fever"], do=["drug", "do-not", "exercise"]),
        make.cause("today", AtLeast(2, (c, d, Absent(e))), cardinal=["c", "d"], urgency=Disposition.URGENT, do=["scan", "operation"]),
        *(
            make.cause(
                f"benign-{letter}",
                letter,
                cardinal=["headache"],
                urgency=urgency,
                groups=[make.group(1, [f, g]), make.group(1, [h], Role.CONFIRMATORY)],
                major=["g"],
                excluding=["thunderclap"],
                do=["painkiller", "drug", "exercise", "do-not", "operation", *(f"{letter}-{k}" for k in range(4))],
            )
            for letter, urgency in zip(LETTERS, [Disposition.SOON, Disposition.ROUTINE, Disposition.SELF_CARE] * 3, strict=False)
        ),
        make.cause("residual", "back-pain", cardinal=["back-pain"], urgency=Disposition.SELF_CARE, do=["exercise"]),
        make.cause("counted", All((Comparison("crp", Operator.MORE, 10), e)), cardinal=["e"], min_age=50),
    ]
    return make.ruleset(*activities, *flags, *causes, make.derived("fever", HOT, Comparison("temperature", Operator.LESS, 38)))


@pytest.fixture(scope="module")
def clinic(make):
    """Assesses statements by the small world."""
    rules = small_world(make)
    inference = Inference(rules)
    yield lambda statements: assess(rules, inference, inference.conclude(Findings(statements)), known_causes=frozenset())
    inference.close()


@pytest.fixture(scope="module")
def statements_of(say):
    def run(patient):
        return [say(word, said=said, confirmed=sure) for word, (said, sure) in patient.items()]

    return run


def patients():
    words = {word: st.tuples(st.sampled_from([True, True, False, None]), st.sampled_from([True, True, True, False])) for word in SPOKEN}
    numbers = {word: st.tuples(st.sampled_from(values), st.sampled_from([True])) for word, values in COUNTED.items()}
    return st.fixed_dictionaries({}, optional={**words, **numbers})


def without_conclusions(assessment):
    return replace(assessment, conclusions=None)


@given(patient=patients(), shuffled=st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter_and_twice_is_the_same(clinic, statements_of, patient, shuffled):
    statements = statements_of(patient)
    other = list(statements)
    shuffled.shuffle(other)
    assert clinic(statements) == clinic(other)


@given(patient=patients(), word=st.sampled_from(SPOKEN))
def test_an_added_unknown_statement_changes_nothing(clinic, statements_of, say, patient, word):
    statements = statements_of(patient)
    assert without_conclusions(clinic(statements)) == without_conclusions(clinic([*statements, say(word, said=None)]))


@given(patient=patients())
def test_there_are_at_most_ten_questions_each_on_a_word_that_is_not_known(clinic, statements_of, patient):
    result = clinic(statements_of(patient))
    words = [question.word for question in result.questions]
    assert len(words) == len(set(words)) <= 10
    for word in words:
        presences = {states[word].presence if word in states else Presence.UNKNOWN for states in result.conclusions.states.values()}
        assert presences == {Presence.UNKNOWN} or len(presences) == 2, word


@given(patient=patients())
def test_at_most_five_benign_causes_are_listed(clinic, statements_of, patient):
    result = clinic(statements_of(patient))
    assert sum(not listed.cause.urgency.is_serious for listed in result.causes) <= 5


@given(patient=patients())
def test_what_is_withheld_is_never_in_the_plan_and_always_has_a_reason(clinic, statements_of, patient):
    plan = clinic(statements_of(patient)).plan
    if plan is not None:
        withheld = {each.activity.id for each in plan.withheld}
        assert withheld.isdisjoint(each.activity.id for each in plan.activities)
        assert all(each.because for each in plan.withheld)


@given(patient=patients())
def test_an_emergency_plan_holds_nothing_of_causes_but_prohibitions(clinic, statements_of, patient):
    result = clinic(statements_of(patient))
    if result.disposition is Disposition.EMERGENCY:
        flags = {raised.flag.id for raised in result.flags}
        for each in result.plan.activities:
            assert flags.intersection(each.rules) or each.activity.prohibits or each.activity.id in ("safety-net", "see-now")


@given(patient=patients())
def test_no_plan_without_the_safety_net_and_no_activity_twice(clinic, statements_of, patient):
    plan = clinic(statements_of(patient)).plan
    if plan is not None:
        ids = [each.activity.id for each in plan.activities]
        assert ids[-1] == "safety-net"
        assert len(ids) == len(set(ids))


@given(patient=patients())
def test_self_care_is_proposed_only_with_the_screen_answered(clinic, statements_of, patient):
    result = clinic(statements_of(patient))
    if result.disposition is Disposition.SELF_CARE:
        assert result.screen_open == ()


@given(patient=patients())
def test_every_raised_flag_shows_statements_that_were_made(clinic, statements_of, patient):
    statements = statements_of(patient)
    for raised in clinic(statements).flags:
        evidence = [finding for criterion in raised.criteria for finding in criterion.evidence]
        assert evidence
        assert set(evidence) <= set(statements)
