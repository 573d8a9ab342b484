"""What to ask next, and in which order (DESIGN 4, Questions)."""

import pytest

from nuchal.assessment.model import Asking
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, NotPresent, Operator, Word
from nuchal.rules.model import ActivityKind, Disposition

EMERGENCY, URGENT, SOON, ROUTINE, SELF_CARE = Disposition
ALL_DENIED = dict.fromkeys(["fever", "weakness", "drowsy", "thunderclap", "neck-stiffness", "saddle-numbness"], False)
SEEN, HEADACHE = Word("seen"), Word("headache")


def asked(result, why=None):
    return [question.word for question in result.questions if why is None or question.why is why]


def test_open_screen_topics_are_asked_by_their_first_word_in_the_rulesets_order(make, assessment):
    result = assessment(make.ruleset(), {})
    assert asked(result, Asking.SCREEN) == ["fever", "weakness", "drowsy", "thunderclap", "neck-stiffness", "saddle-numbness"]
    assert result.questions[0].text == "Is there fever?"


def test_a_topic_that_is_open_because_a_word_is_present_is_asked_by_its_other_words(make, assessment):
    said = {**ALL_DENIED, "fever": None, "chills": True}
    assert asked(assessment(make.ruleset(), said)) == ["fever"]


def test_a_topic_that_a_raised_flag_weighs_already_is_not_asked(make, assessment):
    said = {**ALL_DENIED, "fever": None, "chills": True}
    assert "fever" not in asked(assessment(make.ruleset(make.flag(when="chills")), said))


def test_in_an_emergency_what_tells_the_causes_apart_is_asked_before_flags_of_no_more_speed_and_the_screen(make, assessment):
    rules = make.ruleset(
        make.flag("rf-raised", SEEN, EMERGENCY),
        make.flag("rf-open", All((SEEN, Word("y"))), EMERGENCY),
        make.cause(required=All((Word("typical"), Word("z"))), cardinal=["typical"], urgency=EMERGENCY),
    )
    result = assessment(rules, {**ALL_DENIED, "fever": None, "seen": True, "typical": True})
    assert asked(result)[:3] == ["z", "fever", "y"]


def test_what_alone_withholds_a_suggestion_is_asked(make, assessment):
    activity = make.activity("drug", kind=ActivityKind.MEDICATION, contraindications=["on-anticoagulant"])
    rules = make.ruleset(activity, make.cause(required="typical", cardinal=["typical"], do=["drug"], urgency=ROUTINE))
    assert asked(assessment(rules, {**ALL_DENIED, "typical": True}), Asking.WITHHELD) == ["on-anticoagulant"]


def test_what_is_unconfirmed_broader_or_contradictory_is_asked(make, assessment, say):
    rules = make.ruleset(make.flag(when=All(tuple(map(Word, ("a", "b", "c", "d"))))))
    doubtful = [
        say("d", said=True, confirmed=False),
        say("a", said=None, confirmed=False),
        say("c", said=True),
        say("c", said=False),
        say("b", said=None),
    ]
    assert asked(assessment(rules, ALL_DENIED, *doubtful), Asking.UNCONFIRMED) == ["a", "c", "d"]


def test_a_doubtful_word_is_asked_though_an_older_confirmed_answer_stands(make, assessment, say):
    rules = make.ruleset(make.flag(when="a"))
    result = assessment(rules, ALL_DENIED, say("a", said=False), say("a", said=True, confirmed=False))
    assert asked(result) == ["a"]


@pytest.mark.parametrize(
    ("when", "said", "words"),
    [
        pytest.param(All((SEEN, Word("x"))), {"seen": True}, ["x"], id="the last word of all"),
        pytest.param(All((SEEN, Word("x"), Word("y"))), {"seen": True}, [], id="two are missing: neither alone raises it"),
        pytest.param(All((SEEN, AnyOf((Word("x"), Word("y"))))), {"seen": True}, ["x", "y"], id="either of any"),
        pytest.param(AtLeast(2, (SEEN, Word("y"), Word("x"))), {"seen": True}, ["x", "y"], id="one more of at_least"),
        pytest.param(All((SEEN, Absent(Word("x")))), {"seen": True}, [], id="presence of what must be absent raises nothing"),
        pytest.param(All((SEEN, Word("x"), NotPresent(Word("y")))), {"seen": True}, ["x"], id="silence is enough for not_present"),
        pytest.param(All((AnyOf((SEEN, Word("y"))), Word("x"))), {"seen": True}, ["x"], id="what is settled is not asked"),
    ],
)
def test_findings_whose_presence_alone_would_raise_a_flag_are_asked(make, assessment, when, said, words):
    result = assessment(make.ruleset(make.flag(when=when)), {**ALL_DENIED, **said})
    assert asked(result) == words
    assert {question.why for question in result.questions} <= {Asking.RED_FLAG}


def test_they_are_asked_by_disposition_then_number_of_flags_then_id(make, assessment):
    def flag(number, word, disposition):
        return make.flag(f"rf-{number}", All((SEEN, Word(word))), disposition)

    rules = make.ruleset(
        flag(1, "soon", SOON),
        flag(2, "now-b", EMERGENCY),
        flag(3, "now-a", EMERGENCY),
        flag(4, "now-twice", EMERGENCY),
        flag(5, "now-twice", SOON),
        flag(6, "today", URGENT),
    )
    result = assessment(rules, {**ALL_DENIED, "seen": True})
    assert asked(result) == ["now-twice", "now-a", "now-b", "today", "soon"]
    assert result.questions[0].rules == ("rf-4", "rf-5")


def test_flags_that_hold_general_findings_only_come_after_the_words_of_causes(make, assessment):
    rules = make.ruleset(
        make.flag("rf-general", All((HEADACHE, Word("x"))), EMERGENCY),
        make.flag("rf-specific", All((SEEN, Word("y"))), ROUTINE),
        make.cause(required=All((Word("typical"), Word("z"))), cardinal=["typical"]),
    )
    result = assessment(rules, {**ALL_DENIED, "seen": True, "typical": True})
    assert [(question.word, question.why) for question in result.questions] == [
        ("y", Asking.RED_FLAG),
        ("z", Asking.CAUSE),
        ("x", Asking.GENERAL_RED_FLAG),
    ]


def test_open_words_of_parts_are_asked_by_number_of_causes_then_id(make, assessment):
    rules = make.ruleset(
        make.cause("one", All((Word("a"), Word("z"))), cardinal=["a"], groups=[make.group(1, ["m"])]),
        make.cause("two", All((Word("a"), Word("z"))), cardinal=["a"], groups=[make.group(1, ["a", "settled"])], major=["support"]),
    )
    result = assessment(rules, {**ALL_DENIED, "a": True})
    assert [(question.word, question.rules) for question in result.questions] == [("z", ("two", "one")), ("m", ("one",))]


def test_only_the_first_five_listed_causes_are_asked_for(make, assessment):
    causes = [make.cause(f"cause-{k}", All((Word("a"), Word(f"x-{k}"))), cardinal=["a"], urgency=URGENT) for k in range(7)]
    assert asked(assessment(make.ruleset(*causes), {**ALL_DENIED, "a": True}), Asking.CAUSE) == [f"x-{k}" for k in range(5)]


def number(word, op=Operator.AT_LEAST, value=38.0):
    return Comparison(word, op, value)


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        pytest.param(number("temperature"), ["temperature"], id="a vital sign"),
        pytest.param(number("temperature", Operator.MORE), ["temperature"], id="more than"),
        pytest.param(number("temperature", Operator.LESS), ["temperature"], id="less than"),
        pytest.param(All((number("temperature", Operator.MORE), number("temperature", Operator.LESS, 41))), ["temperature"], id="a range"),
        pytest.param(Absent(number("temperature")), [], id="what must not be"),
        pytest.param(number("crp"), [], id="a laboratory value"),
        pytest.param(number("age"), [], id="the age"),
        pytest.param(number("pattern-months"), [], id="a time since onset"),
    ],
)
@pytest.mark.parametrize("held", [SEEN, HEADACHE])
def test_numbers_are_asked_for_a_flag_only_when_they_are_vital_signs(make, assessment, leaf, words, held):
    rules = make.ruleset(make.flag(when=All((held, leaf))))
    assert asked(assessment(rules, {**ALL_DENIED, "seen": True})) == words


def test_every_number_is_asked_for_a_part_of_a_cause(make, assessment):
    rules = make.ruleset(make.cause(required=All((Word("a"), number("crp", value=5), number("pattern-months", value=3))), cardinal=["a"]))
    assert asked(assessment(rules, {**ALL_DENIED, "a": True})) == ["crp", "pattern-months"]


def test_a_number_in_doubt_is_not_asked(make, assessment, say):
    result = assessment(make.ruleset(make.flag(when=number("crp"))), ALL_DENIED, say("crp", said=50.0, confirmed=False))
    assert asked(result) == []


def test_a_number_in_doubt_is_asked_for_the_part_of_a_cause_that_waits_for_it(make, assessment, say):
    rules = make.ruleset(make.cause(required=All((Word("a"), number("crp"))), cardinal=["a"]))
    result = assessment(rules, {**ALL_DENIED, "a": True}, say("crp", said=50.0, confirmed=False))
    assert [(question.word, question.why) for question in result.questions] == [("crp", Asking.CAUSE)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"headache": None}, ["headache"]),
        ({"back-pain": None}, ["back-pain"]),
        ({"back-pain": False}, []),
        ({"back-pain": None, "neck-pain": True}, []),
        ({"headache": None, "back-pain": None}, ["headache", "back-pain"]),
    ],
)
def test_the_pain_that_is_not_recorded_is_asked_for(make, assessment, said, words):
    assert asked(assessment(make.ruleset(), said), Asking.OTHER_PAIN) == words


@pytest.mark.parametrize(
    ("said", "first"), [({"headache": None}, Asking.SCREEN), ({"headache": None, "back-pain": None}, Asking.OTHER_PAIN)]
)
def test_the_screen_comes_before_the_other_pain_unless_neither_is_recorded(make, assessment, said, first):
    assert assessment(make.ruleset(), said).questions[0].why is first


def test_a_word_is_asked_once_at_its_first_place(make, assessment):
    rules = make.ruleset(make.flag(when=All((SEEN, Word("fever")))), make.cause(required=All((SEEN, Word("fever"))), cardinal=["seen"]))
    result = assessment(rules, {"seen": True})
    assert asked(result).count("fever") == 1
    assert result.questions[0].why is Asking.SCREEN


def test_ten_questions_are_enough(make, assessment):
    flags = [make.flag(f"rf-{k}", All((SEEN, Word(f"x-{k}")))) for k in range(20)]
    assert len(assessment(make.ruleset(*flags), {"seen": True}).questions) == 10


def test_undetermined_flags_say_what_they_wait_for_and_whether_they_hold_something_specific(make, assessment):
    rules = make.ruleset(
        make.flag("rf-soon", All((SEEN, Word("x"), AnyOf((HEADACHE, Word("not-needed"))))), SOON),
        make.flag("rf-now", All((HEADACHE, Word("x"), Absent(Word("y")))), EMERGENCY),
        make.flag("rf-silent", All((HEADACHE, Word("denied"), Word("x")))),
    )
    result = assessment(rules, {"seen": True, "denied": False}, detail_full=True)
    assert [(each.flag.id, each.missing, each.holds_specific) for each in result.undetermined] == [
        ("rf-now", ("x", "y"), False),
        ("rf-soon", ("x",), True),
    ]
