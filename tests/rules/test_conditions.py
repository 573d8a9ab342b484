"""The three-valued logic of conditions: all truth tables, and what must hold of every condition."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuchal.findings import Presence, State
from nuchal.rules.conditions import (
    Absent,
    All,
    AnyOf,
    AtLeast,
    Comparison,
    FlagRaised,
    NotPresent,
    Operator,
    Truth,
    Word,
    leaves,
    words,
)
from nuchal.rules.truths import Truths, evaluate

UNHURRIED = settings(deadline=None)  # the machine may be busy
T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
PRESENCE = {T: Presence.PRESENT, F: Presence.ABSENT, U: Presence.UNKNOWN}
A, B, C = Word("a"), Word("b"), Word("c")


def states(*truths):
    return {word: State(PRESENCE[truth]) for word, truth in zip("abc", truths, strict=False)}


def number(*values):
    return {"n": State(Presence.PRESENT, values)}


# Kleene's strong tables: a, b, a and b, a or b.
TWO = [
    (T, T, T, T),
    (T, F, F, T),
    (T, U, U, T),
    (F, T, F, T),
    (F, F, F, F),
    (F, U, F, U),
    (U, T, U, T),
    (U, F, F, U),
    (U, U, U, U),
]


@pytest.mark.parametrize(("a", "b", "both", "either"), TWO)
def test_two_members(a, b, both, either):
    assert evaluate(All((A, B)), states(a, b)) is both
    assert evaluate(AnyOf((A, B)), states(a, b)) is either
    assert evaluate(AtLeast(2, (A, B)), states(a, b)) is both
    assert evaluate(AtLeast(1, (A, B)), states(a, b)) is either


# The truth of three members, in any order: how many are true, false, unknown -> all, two of them, any.
THREE = {
    (3, 0, 0): (T, T, T),
    (2, 1, 0): (F, T, T),
    (2, 0, 1): (U, T, T),
    (1, 2, 0): (F, F, T),
    (1, 1, 1): (F, U, T),
    (1, 0, 2): (U, U, T),
    (0, 3, 0): (F, F, F),
    (0, 2, 1): (F, F, U),
    (0, 1, 2): (F, U, U),
    (0, 0, 3): (U, U, U),
}


@pytest.mark.parametrize("members", list(product((T, F, U), repeat=3)), ids=lambda members: "-".join(truth.value for truth in members))
def test_three_members(members):
    every, two, some = THREE[members.count(T), members.count(F), members.count(U)]
    known = states(*members)
    assert evaluate(All((A, B, C)), known) is every
    assert evaluate(AtLeast(3, (A, B, C)), known) is every
    assert evaluate(AtLeast(2, (A, B, C)), known) is two
    assert evaluate(AtLeast(1, (A, B, C)), known) is some
    assert evaluate(AnyOf((A, B, C)), known) is some


@pytest.mark.parametrize(("a", "absent", "not_present"), [(T, F, F), (F, T, T), (U, U, T)])
def test_absent_keeps_the_unknown_and_not_present_does_not(a, absent, not_present):
    assert evaluate(Absent(A), states(a)) is absent
    assert evaluate(NotPresent(A), states(a)) is not_present


@pytest.mark.parametrize(("a", "b"), list(product((T, F, U), repeat=2)))
def test_absent_and_not_present_take_groups_as_they_take_words(a, b):
    for group in (All((A, B)), AnyOf((A, B))):
        inner = evaluate(group, states(a, b))
        assert evaluate(Absent(group), states(a, b)) is {T: F, F: T, U: U}[inner]
        assert evaluate(NotPresent(group), states(a, b)) is (F if inner is T else T)


def test_a_word_that_nobody_stated_is_unknown():
    assert evaluate(A, {}) is U
    assert evaluate(Comparison("n", Operator.MORE, 1), {}) is U
    assert evaluate(NotPresent(A), {}) is T


COMPARED = [
    # operator, below the limit, at it, above it
    (Operator.AT_LEAST, F, T, T),
    (Operator.AT_MOST, T, T, F),
    (Operator.MORE, F, F, T),
    (Operator.LESS, T, F, F),
    (Operator.EQUAL, F, T, F),
]


@pytest.mark.parametrize(("op", "below", "at", "above"), COMPARED)
def test_a_number_is_compared_on_both_sides_of_its_limit_and_at_it(op, below, at, above):
    comparison = Comparison("n", op, 38.0)
    assert [evaluate(comparison, number(value)) for value in (37.9999, 38.0, 38.0001)] == [below, at, above]


def test_of_several_numbers_one_that_meets_the_limit_is_enough():
    assert evaluate(Comparison("n", Operator.AT_LEAST, 38), number(36.0, 39.0)) is T
    assert evaluate(Comparison("n", Operator.LESS, 38), number(36.0, 39.0)) is T
    assert evaluate(Comparison("n", Operator.MORE, 39), number(36.0, 39.0)) is F


def test_a_finding_without_its_number_is_present_but_not_comparable():
    present = {"n": State(Presence.PRESENT)}
    assert evaluate(Word("n"), present) is T
    assert evaluate(Comparison("n", Operator.AT_LEAST, 0), present) is U


def test_a_red_flag_is_raised_or_not_and_never_unknown():
    assert evaluate(FlagRaised("rf-a"), {}, frozenset({"rf-a"})) is T
    assert evaluate(FlagRaised("rf-a"), {}, frozenset({"rf-b"})) is F


def test_leaves_and_words_are_those_at_any_depth_in_their_order():
    condition = All((Absent(AnyOf((B, A))), NotPresent(Comparison("n", Operator.MORE, 1)), FlagRaised("rf-a"), B))
    assert list(leaves(condition)) == [B, A, Comparison("n", Operator.MORE, 1), B]
    assert words(condition) == {"a", "b", "n"}


# Every condition: generated over three words and one number.

TRUTHS = st.sampled_from((T, F, U))
NUMBERS = st.one_of(st.none(), st.sampled_from((36.0, 38.0, 40.0)))


def groups(member):
    members = st.lists(member, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        members.map(All),
        members.map(AnyOf),
        members.flatmap(lambda these: st.integers(1, len(these)).map(lambda count: AtLeast(count, these))),
        member.map(Absent),
        member.map(NotPresent),
    )


LEAVES = st.one_of(
    st.sampled_from((A, B, C)),
    st.builds(Comparison, st.just("n"), st.sampled_from(Operator), st.sampled_from((37.0, 38.0, 39.0))),
)
CONDITIONS = st.recursive(LEAVES, groups, max_leaves=12)
KNOWN = st.builds(
    lambda truths, value: {**states(*truths), **({} if value is None else number(value))}, st.tuples(TRUTHS, TRUTHS, TRUTHS), NUMBERS
)

RANK = {F: 0.0, U: 0.5, T: 1.0}


def by_rank(condition, known):
    """Kleene's logic told another way: false 0, unknown a half, true 1; the k-th greatest of the members, one minus for absent."""
    match condition:
        case Word(word):
            return RANK[{presence: truth for truth, presence in PRESENCE.items()}[known[word].presence]]
        case Comparison(word, op, limit):
            return float(op.compare(known[word].values[0], limit)) if word in known else 0.5
        case All(members):
            return min(by_rank(member, known) for member in members)
        case AnyOf(members):
            return max(by_rank(member, known) for member in members)
        case AtLeast(count, members):
            return sorted((by_rank(member, known) for member in members), reverse=True)[count - 1]
        case Absent(operand):
            return 1 - by_rank(operand, known)
        case NotPresent(operand):
            return float(by_rank(operand, known) < 1)


@UNHURRIED
@given(condition=CONDITIONS, known=KNOWN)
def test_every_condition_is_what_its_definition_by_rank_says(condition, known):
    assert RANK[evaluate(condition, known)] == by_rank(condition, known)


def without_not_present(condition):
    match condition:
        case All(members) | AnyOf(members) | AtLeast(_, members):
            return all(without_not_present(member) for member in members)
        case Absent(operand):
            return without_not_present(operand)
        case NotPresent():
            return False
        case _:
            return True


@UNHURRIED
@given(condition=CONDITIONS.filter(without_not_present), known=KNOWN, further=KNOWN)
def test_what_is_decided_stays_decided_when_more_becomes_known(condition, known, further):
    """Monotony in information; not_present is left out because silence decides it."""
    more = {**further, **{word: state for word, state in known.items() if state.presence is not Presence.UNKNOWN}}
    decided = evaluate(condition, known)
    assert decided is U or evaluate(condition, more) is decided


@UNHURRIED
@given(condition=CONDITIONS, known=KNOWN)
def test_not_present_is_never_unknown(condition, known):
    assert evaluate(NotPresent(condition), known) is not U


@UNHURRIED
@given(members=st.lists(TRUTHS, min_size=1, max_size=6), data=st.data())
def test_at_least_k_is_true_false_or_open_by_counting(members, data):
    count = data.draw(st.integers(1, len(members)))
    completions = {
        sum(truth is T for truth in completed) >= count for completed in product(*((T, F) if truth is U else (truth,) for truth in members))
    }
    condition = AtLeast(count, tuple(Word(str(number)) for number in range(len(members))))
    known = {str(number): State(PRESENCE[truth]) for number, truth in enumerate(members)}
    assert evaluate(condition, known) is {frozenset({True}): T, frozenset({False}): F}.get(frozenset(completions), U)


@UNHURRIED
@given(condition=CONDITIONS)
def test_what_minds_no_silence_is_unknown_in_silence(condition):
    nobody_spoke = {leaf.word: State(Presence.UNKNOWN) for leaf in leaves(condition) if isinstance(leaf, Word)}
    assert condition.reach.minds_silence or by_rank(condition, nobody_spoke) == RANK[U]
    assert condition.reach.words == {leaf.word for leaf in leaves(condition)}


@UNHURRIED
@given(condition=CONDITIONS, known=KNOWN)
def test_truths_are_the_same_whatever_was_asked_before(condition, known):
    truths = Truths(known)
    asked = [truths.of(part) for part in parts(condition)]
    assert asked == [evaluate(part, known) for part in parts(condition)]


def parts(condition):
    """The condition and everything in it, the smallest last."""
    match condition:
        case All(members) | AnyOf(members) | AtLeast(_, members):
            return [condition, *(part for member in members for part in parts(member))]
        case Absent(operand) | NotPresent(operand):
            return [condition, *parts(operand)]
        case _:
            return [condition]
