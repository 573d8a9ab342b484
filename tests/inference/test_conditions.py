"""Red flags over every form of condition, in the view that is careful, for the engine and for the witness."""

from dataclasses import replace
from datetime import timedelta

import pytest

from nuchal.findings import Presence, State, View
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, NotPresent, Operator, Truth, Word
from nuchal.rules.model import Disposition

A, B, C = Word("a"), Word("b"), Word("c")
TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def number(op, value=38):
    return Comparison("n", Operator(op), value)


FORMS = {
    "a word present": (A, {"a": True}, TRUE),
    "a word absent": (A, {"a": False}, FALSE),
    "a word nobody stated": (A, {}, UNKNOWN),
    "a word stated as unknown": (A, {"a": None}, UNKNOWN),
    "all: both": (All((A, B)), {"a": True, "b": True}, TRUE),
    "all: one absent decides": (All((A, B)), {"b": False}, FALSE),
    "all: one open": (All((A, B)), {"a": True}, UNKNOWN),
    "any: one decides": (AnyOf((A, B)), {"b": True}, TRUE),
    "any: all absent": (AnyOf((A, B)), {"a": False, "b": False}, FALSE),
    "any: one open": (AnyOf((A, B)), {"a": False}, UNKNOWN),
    "2 of 3: two": (AtLeast(2, (A, B, C)), {"a": True, "c": True}, TRUE),
    "2 of 3: can no longer be": (AtLeast(2, (A, B, C)), {"a": False, "c": False}, FALSE),
    "2 of 3: still can": (AtLeast(2, (A, B, C)), {"a": True, "c": False}, UNKNOWN),
    "the same word twice counts twice": (AtLeast(2, (A, A, B)), {"a": True}, TRUE),
    "absent: asserted": (Absent(A), {"a": False}, TRUE),
    "absent: unknown stays unknown": (Absent(A), {}, UNKNOWN),
    "absent of all: one absent is enough": (Absent(All((A, B))), {"a": False}, TRUE),
    "absent of any: all must be absent": (Absent(AnyOf((A, B))), {"a": False}, UNKNOWN),
    "absent of 2 of 3": (Absent(AtLeast(2, (A, B, C))), {"a": False, "b": False}, TRUE),
    "absent of absent": (Absent(Absent(A)), {"a": True}, TRUE),
    "absent of not present": (Absent(NotPresent(A)), {"a": True}, TRUE),
    "absent of not present, nothing said": (Absent(NotPresent(A)), {}, FALSE),
    "not present: silence is enough": (NotPresent(A), {}, TRUE),
    "not present: present": (NotPresent(A), {"a": True}, FALSE),
    "not present: absent": (NotPresent(A), {"a": False}, TRUE),
    "not present of not present": (NotPresent(NotPresent(A)), {}, FALSE),
    "not present of a group that is open": (NotPresent(All((A, B))), {"a": True}, TRUE),
    "all of a word and silence": (All((A, NotPresent(B))), {"a": True}, TRUE),
    "silence in a group, nothing said at all": (All((NotPresent(A), NotPresent(B))), {}, TRUE),
    "at the threshold": (number(">="), {"n": 38}, TRUE),
    "under the threshold": (number(">="), {"n": 37.9999}, FALSE),
    "more": (number(">"), {"n": 38}, FALSE),
    "at most": (number("<="), {"n": 38}, TRUE),
    "less": (number("<"), {"n": 38}, FALSE),
    "equal": (number("=="), {"n": 38}, TRUE),
    "not equal": (number("=="), {"n": 38.0001}, FALSE),
    "no number": (number("=="), {"n": None}, UNKNOWN),
    "a word present without its number": (number(">="), {"n": True}, UNKNOWN),
    "a number makes its word present": (Word("n"), {"n": 1}, TRUE),
    "absent of a number at the threshold": (Absent(number(">=")), {"n": 38}, FALSE),
    "absent of a number under it": (Absent(number(">=")), {"n": 37.9999}, TRUE),
    "absent of equal": (Absent(number("==")), {"n": 39}, TRUE),
    "not present of a number nobody measured": (NotPresent(number("==")), {}, TRUE),
    "a small number is written out": (number(">=", 0.0001), {"n": 0.0001}, TRUE),
    "a negative number": (number("<", -0.5), {"n": -0.5001}, TRUE),
}


@pytest.mark.parametrize(("when", "said", "truth"), FORMS.values(), ids=FORMS)
def test_a_flag_is_raised_ruled_out_or_open(make, patient, evaluator, when, said, truth):
    conclusions = evaluator(make.ruleset(make.flag(when))).conclude(patient(said))
    assert conclusions.flags == {"rf-a": truth}


SEVERAL = {
    "any may reach the threshold": (number(">="), TRUE),
    "none does": (number(">=", 40), FALSE),
    "any may stay below": (number("<="), TRUE),
    "absent: none may reach it": (Absent(number(">=")), FALSE),
    "absent: none does": (Absent(number(">=", 40)), TRUE),
    "absent of less: none may be less": (Absent(number("<", 38)), FALSE),
    "any may be equal, the middle one too": (number("=="), TRUE),
    "absent of equal": (Absent(number("==")), FALSE),
    "absent of equal to none": (Absent(number("==", 38.5)), TRUE),
}


@pytest.mark.parametrize(("when", "truth"), SEVERAL.values(), ids=SEVERAL)
def test_of_several_numbers_of_one_moment_any_counts(make, patient, say, evaluator, when, truth):
    measured = [say("n", value, source=f"Observation/{value}") for value in (37, 38, 39)]
    assert evaluator(make.ruleset(make.flag(when))).conclude(patient({}, *measured)).flags == {"rf-a": truth}


DOUBTFUL = {
    "confirmed": ([{"said": True}], True, True),
    "unconfirmed counts for flags only": ([{"said": True, "confirmed": False}], True, False),
    "a contradiction counts for flags only": ([{"said": True}, {"said": False}], True, False),
    "an unconfirmed one beside a denial": ([{"said": False}, {"said": True, "confirmed": False}], True, False),
}


@pytest.mark.parametrize(("statements", "raised", "possible"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_doubt_speaks_for_flags_and_not_for_causes(make, patient, say, evaluator, statements, raised, possible):
    ruleset = make.ruleset(make.flag("sign", disposition=Disposition.SOON), make.cause(cardinal=["sign"]))
    said = [say("sign", **each, source=f"Observation/{number}") for number, each in enumerate(statements)]
    conclusions = evaluator(ruleset).conclude(patient({}, *said))
    assert (conclusions.raised == {"rf-a"}, conclusions.causes["cause-a"].certainty is not None) == (raised, possible)


HOT, COOL = Comparison("n", Operator.AT_LEAST, 38), Comparison("n", Operator.LESS, 38)
DERIVED = {
    "present_when makes it present": ({"n": 39}, Presence.PRESENT),
    "present_when, whatever was stated": ({"n": 39, "fever": False}, Presence.PRESENT),
    "absent_when makes it absent": ({"n": 37}, Presence.ABSENT),
    "absent_when, but somebody states it": ({"n": 37, "fever": True}, Presence.PRESENT),
    "absent_when, stated as unknown": ({"n": 37, "fever": None}, Presence.ABSENT),
    "neither": ({"a": True}, None),
    "neither, as stated": ({"fever": False}, Presence.ABSENT),
}


@pytest.mark.parametrize(("said", "presence"), DERIVED.values(), ids=DERIVED)
def test_a_derived_word_is_present_or_absent_or_as_stated(make, patient, evaluator, said, presence):
    ruleset = make.ruleset(make.derived("fever", HOT, COOL), make.flag("fever"))
    conclusions = evaluator(ruleset).conclude(patient(said))
    for view in View:
        state = conclusions.states[view].get("fever")
        assert (state and state.presence) == presence
    truths = {Presence.PRESENT: TRUE, Presence.ABSENT: FALSE, None: UNKNOWN}
    assert conclusions.flags == {"rf-a": truths[presence]}


def test_a_derived_word_rests_on_the_statements_that_decide_it(make, patient, say, evaluator):
    hot = say("n", 39)
    conclusions = evaluator(make.ruleset(make.derived("fever", HOT))).conclude(patient({"a": True}, hot))
    assert conclusions.states[View.STRICT]["fever"] == State(Presence.PRESENT, (), (hot,))


def test_a_derived_word_keeps_the_number_that_was_stated(make, patient, evaluator):
    ruleset = make.ruleset(make.derived("pulse", "a"), make.flag(Comparison("pulse", Operator.MORE, 100)))
    assert evaluator(ruleset).conclude(patient({"a": True, "pulse": 120})).raised == {"rf-a"}


def test_derived_words_follow_from_each_other(make, patient, evaluator):
    chain = [make.derived("d3", Absent(Word("d2"))), make.derived("d1", "a"), make.derived("d2", "b", absent_when="d1")]
    conclusions = evaluator(make.ruleset(*chain, make.flag("d3"))).conclude(patient({"a": True}))
    assert conclusions.raised == {"rf-a"}


def test_a_word_is_derived_in_each_view_by_itself(make, patient, say, evaluator):
    ruleset = make.ruleset(make.derived("d", "a"))
    states = evaluator(ruleset).conclude(patient({}, say("a", confirmed=False))).states
    assert "d" in states[View.SAFETY]
    assert "d" not in states[View.STRICT]


def test_a_contradiction_is_not_silence_a_word_is_not_derived_absent_over_it(make, patient, say, evaluator):
    ruleset = make.ruleset(make.derived("fever", absent_when=COOL))
    said = [say("fever", said=True, source="Observation/1"), say("fever", said=False, source="Observation/2")]
    states = evaluator(ruleset).conclude(patient({"n": 37}, *said)).states
    assert states[View.SAFETY]["fever"].presence is Presence.PRESENT
    assert states[View.STRICT]["fever"].presence is Presence.UNKNOWN


def test_an_unconfirmed_statement_is_silence_where_only_confirmed_ones_count(make, patient, say, evaluator):
    ruleset = make.ruleset(make.derived("fever", absent_when=COOL))
    states = evaluator(ruleset).conclude(patient({"n": 37}, say("fever", confirmed=False))).states
    assert states[View.SAFETY]["fever"].presence is Presence.PRESENT
    assert states[View.STRICT]["fever"].presence is Presence.ABSENT


def test_an_unconfirmed_denial_is_silence_everywhere(make, patient, say, evaluator):
    ruleset = make.ruleset(make.derived("fever", absent_when=COOL))
    states = evaluator(ruleset).conclude(patient({"n": 37}, say("fever", said=False, confirmed=False))).states
    assert [states[view]["fever"].presence for view in View] == [Presence.ABSENT, Presence.ABSENT]
    assert [finding.word for finding in states[View.SAFETY]["fever"].evidence] == ["n"]


def test_only_the_latest_statement_counts(make, patient, say, evaluator):
    late = say("a", said=False)
    early = replace(say("a"), observed=late.observed - timedelta(days=1))
    assert evaluator(make.ruleset(make.flag("a"))).conclude(patient({}, early, late)).flags == {"rf-a": FALSE}
