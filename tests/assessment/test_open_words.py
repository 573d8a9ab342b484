"""The quick looks at open conditions agree with trying every word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuchal.assessment.open_words import open_leaves, open_words, sufficient_words
from nuchal.findings import Presence, State
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, NotPresent, Operator, Truth, Word, leaves
from nuchal.rules.truths import Truths, evaluate

WORDS = "abcde"


def groups(member):
    members = st.lists(member, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        members.map(All),
        members.map(AnyOf),
        members.flatmap(lambda these: st.integers(1, len(these)).map(lambda count: AtLeast(count, these))),
        member.map(Absent),
    )


POSITIVE = st.recursive(st.sampled_from(WORDS).map(Word), groups, max_leaves=12)
SILENT = st.tuples(POSITIVE, POSITIVE).map(lambda pair: All((pair[0], NotPresent(pair[1]))))
PATIENTS = st.dictionaries(st.sampled_from(WORDS), st.sampled_from(Presence).map(State))


@given(condition=POSITIVE | SILENT, states=PATIENTS)
def test_every_word_whose_presence_alone_makes_an_open_condition_true_is_sufficient(condition, states):
    truths = Truths(states)
    if truths.of(condition) is not Truth.UNKNOWN:
        assert sufficient_words(condition, truths) == frozenset()
        return
    unknown = [word for word in WORDS if states.get(word, State(Presence.UNKNOWN)).presence is Presence.UNKNOWN]
    raising = {word for word in unknown if evaluate(condition, states | {word: State(Presence.PRESENT)}) is Truth.TRUE}
    assert raising <= sufficient_words(condition, truths)


@given(condition=POSITIVE, states=PATIENTS)
def test_an_open_condition_waits_for_unknown_leaves_and_for_none_when_it_is_decided(condition, states):
    truths = Truths(states)
    waiting = list(open_leaves(condition, truths))
    assert bool(waiting) is (truths.of(condition) is Truth.UNKNOWN)
    assert set(waiting) <= {leaf for leaf in leaves(condition) if truths.of(leaf) is Truth.UNKNOWN}


def test_of_two_open_conditions_that_both_must_hold_one_word_is_sufficient_only_when_it_serves_both():
    condition = All((AnyOf((Word("a"), Word("b"))), AnyOf((Word("b"), Word("c"))), Word("d")))
    assert sufficient_words(condition, Truths({"d": State(Presence.PRESENT)})) == {"b"}
    assert sufficient_words(condition, Truths({})) == frozenset()


A, B, C = Word("a"), Word("b"), Word("c")
HIGH = Comparison("crp", Operator.MORE, 5)
PRESENT, ABSENT, UNKNOWN = (State(presence) for presence in (Presence.PRESENT, Presence.ABSENT, Presence.UNKNOWN))
WAITING = [
    pytest.param(A, {"a": PRESENT}, (), id="present"),
    pytest.param(A, {"a": ABSENT}, (), id="absent"),
    pytest.param(A, {}, ("a",), id="unknown"),
    pytest.param(A, {"a": UNKNOWN}, ("a",), id="said to be unknown"),
    pytest.param(AnyOf((A, B)), {"b": PRESENT}, (), id="any: what is true"),
    pytest.param(AnyOf((A, B)), {"b": ABSENT}, ("a",), id="any: what is still open"),
    pytest.param(All((A, B)), {"a": PRESENT, "b": ABSENT}, (), id="all: what is false"),
    pytest.param(All((AnyOf((A, B)), C)), {"a": PRESENT}, ("c",), id="what is settled is not waited for"),
    pytest.param(AtLeast(2, (A, B, C)), {"a": PRESENT}, ("b", "c"), id="at_least"),
    pytest.param(Absent(A), {}, ("a",), id="absent: nobody asked"),
    pytest.param(All((A, NotPresent(B))), {}, ("a",), id="not_present waits for nothing"),
    pytest.param(AnyOf((All((B, A)), B)), {}, ("b", "a"), id="left to right, each once"),
    pytest.param(HIGH, {"crp": State(Presence.PRESENT, (3.0,))}, (), id="a number"),
    pytest.param(HIGH, {}, ("crp",), id="no number"),
]


@pytest.mark.parametrize(("condition", "states", "words"), WAITING)
def test_a_condition_waits_for_the_words_that_keep_it_open(condition, states, words):
    assert open_words(condition, Truths(states)) == words
