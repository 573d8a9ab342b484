"""Screen topics and disposition (DESIGN 4)."""

import pytest

from nuchal.rules.conditions import Comparison, Operator
from nuchal.rules.model import Disposition

EMERGENCY, URGENT, SOON, ROUTINE, SELF_CARE = Disposition
ALL_DENIED = dict.fromkeys(["fever", "weakness", "drowsy", "thunderclap", "neck-stiffness", "saddle-numbness"], False)


@pytest.mark.parametrize(
    ("said", "still_open"),
    [
        pytest.param({}, ["fever", "focal-deficit", "consciousness", "sudden-onset", "meningism", "saddle"], id="nothing asked"),
        pytest.param(ALL_DENIED, [], id="everything denied"),
        pytest.param({**ALL_DENIED, "fever": None}, ["fever"], id="unknown is not answered"),
        pytest.param({**ALL_DENIED, "fever": None, "chills": False}, [], id="one word of the topic is enough"),
        pytest.param({**ALL_DENIED, "fever": True}, [], id="present is no open question"),
        pytest.param({**ALL_DENIED, "chills": True}, [], id="present is none though the other word is denied"),
        pytest.param({**ALL_DENIED, "fever": None, "temperature": 36.8}, [], id="absent by derivation counts as asserted"),
        pytest.param({"back-pain": None}, ["fever", "focal-deficit", "consciousness", "sudden-onset", "meningism"], id="without back pain"),
        pytest.param({"headache": None}, ["fever", "focal-deficit", "consciousness", "saddle"], id="without headache"),
    ],
)
def test_a_topic_is_open_while_no_word_is_absent_and_none_present(make, assessment, said, still_open):
    rules = make.ruleset(make.derived("fever", absent_when=Comparison("temperature", Operator.LESS, 38)))
    assert list(assessment(rules, said).screen_open) == still_open


def test_an_unconfirmed_denial_does_not_answer_a_topic(make, assessment, say):
    said = {word: value for word, value in ALL_DENIED.items() if word != "fever"}
    result = assessment(make.ruleset(), said, say("fever", said=False, confirmed=False))
    assert result.screen_open == ("fever",)


def test_an_unconfirmed_presence_opens_a_topic(make, assessment, say):
    result = assessment(make.ruleset(), ALL_DENIED, say("chills", said=True, confirmed=False))
    assert result.screen_open == ("fever",)


@pytest.mark.parametrize(
    ("flag", "urgency", "meets", "denied", "disposition"),
    [
        pytest.param(EMERGENCY, SELF_CARE, False, True, EMERGENCY, id="a flag"),
        pytest.param(None, URGENT, True, True, URGENT, id="a cause that meets criteria"),
        pytest.param(None, EMERGENCY, False, True, SOON, id="a suspected emergency is soon"),
        pytest.param(None, URGENT, False, True, SOON, id="a suspected urgent cause is soon"),
        pytest.param(ROUTINE, URGENT, True, True, URGENT, id="the most urgent counts"),
        pytest.param(None, SOON, False, True, SOON, id="the first cause is soon"),
        pytest.param(None, ROUTINE, False, True, ROUTINE, id="the first cause is routine"),
        pytest.param(None, SELF_CARE, False, True, SELF_CARE, id="the first cause is self-care, the screen is answered"),
        pytest.param(None, SELF_CARE, False, False, ROUTINE, id="no self-care before the screen is answered"),
        pytest.param(SOON, SELF_CARE, False, False, SOON, id="the floor lowers nothing"),
    ],
)
def test_disposition_is_the_most_urgent_of_what_stands(make, assessment, flag, urgency, meets, denied, disposition):
    rules = make.ruleset(
        make.cause(required="a", cardinal=["a"], urgency=urgency, groups=[make.group(1, ["b"])] if meets else []),
        *([make.flag(when="sign", disposition=flag)] if flag else []),
    )
    said = {"a": True, "b": True, "sign": True, **(ALL_DENIED if denied else {})}
    assert assessment(rules, said).disposition is disposition


def test_nothing_at_all_is_routine(make, assessment):
    assert assessment(make.ruleset(), {}).disposition is ROUTINE


def test_only_the_first_ranked_cause_lends_its_urgency(make, assessment):
    rules = make.ruleset(
        make.cause("first", "a", major=["b"], urgency=SELF_CARE),
        make.cause("second", "a", urgency=SOON),
    )
    assert assessment(rules, {"a": True, "b": True, **ALL_DENIED}).disposition is SELF_CARE


def test_a_cause_that_is_not_listed_lends_nothing(make, assessment):
    rules = make.ruleset(
        make.cause("child", "a", cardinal=["a"], groups=[make.group(1, ["b"])], urgency=URGENT, min_age=18),
        make.cause("other", "a", urgency=ROUTINE),
    )
    assert assessment(rules, {"a": True, "b": True, "age": 15}).disposition is ROUTINE


def test_no_active_pain_and_no_flag_is_no_disposition_and_no_plan(make, assessment):
    result = assessment(make.ruleset(make.cause(required="a")), {"headache": None, "back-pain": None, "a": True})
    assert (result.disposition, result.plan) == (None, None)


def test_a_flag_alone_gives_disposition_and_plan(make, assessment):
    rules = make.ruleset(make.flag(when="sign", do=["scan"]))
    result = assessment(rules, {"headache": None, "back-pain": None, "sign": True})
    assert result.disposition is EMERGENCY
    assert [planned.activity.id for planned in result.plan.activities] == ["scan", "safety-net"]


def test_flags_stand_most_urgent_first_then_by_id(make, assessment):
    speeds = {"rf-c": SOON, "rf-b": EMERGENCY, "rf-a": EMERGENCY, "rf-d": URGENT}
    rules = make.ruleset(*(make.flag(id_, "sign", speed) for id_, speed in speeds.items()))
    assert [raised.flag.id for raised in assessment(rules, {"sign": True}).flags] == ["rf-a", "rf-b", "rf-d", "rf-c"]
