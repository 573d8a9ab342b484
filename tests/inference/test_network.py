"""Conditions in negation normal form: what becomes of each, which parts are shared, what is refused."""

import pytest

from nuchal.errors import RulesetError
from nuchal.inference.network import Complement, Criterion, Group, NetworkBuilder
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, FlagRaised, NotPresent, Operator, Word
from nuchal.rules.model import Disposition

A, B, C = Word("a"), Word("b"), Word("c")


@pytest.fixture
def builder(make):
    vocabulary = make.ruleset(make.flag(All((A, B, C, Word("n"), Word("headache"))))).vocabulary
    return NetworkBuilder(vocabulary, flags_allowed=True)


def drawn(builder, ref):
    """A node as text: criteria by their test, groups as k(members), complements as not(member)."""
    nodes = builder.network("").nodes

    def draw(id_):
        match nodes[id_]:
            case Criterion(source, clause):
                return f"{source.word} {clause}"
            case Group(needed, members):
                return f"{needed}({', '.join(sorted(draw(member.node) for member in members))})"
            case Complement(member):
                return f"not({draw(member)})"

    return draw(ref.node)


TRUE = {
    "word": (A, "a state == present"),
    "absent word": (Absent(A), "a state == absent"),
    "all": (All((A, B)), "2(a state == present, b state == present)"),
    "any": (AnyOf((A, B)), "1(a state == present, b state == present)"),
    "absent all": (Absent(All((A, B))), "1(a state == absent, b state == absent)"),
    "absent any": (Absent(AnyOf((A, B))), "2(a state == absent, b state == absent)"),
    "absent 2 of 3": (Absent(AtLeast(2, (A, B, C))), "2(a state == absent, b state == absent, c state == absent)"),
    "absent 3 of 3": (Absent(AtLeast(3, (A, B, C))), "1(a state == absent, b state == absent, c state == absent)"),
    "absent absent": (Absent(Absent(A)), "a state == present"),
    "not present": (NotPresent(A), "not(a state == present)"),
    "not present of absent": (NotPresent(Absent(A)), "not(a state == absent)"),
    "absent not present": (Absent(NotPresent(A)), "a state == present"),
    "deeper": (Absent(All((A, AnyOf((B, Absent(C)))))), "1(2(b state == absent, c state == present), a state == absent)"),
    "one member": (All((A,)), "a state == present"),
    "flag": (FlagRaised("rf-a"), "rf-a state == raised"),
    "absent flag": (Absent(FlagRaised("rf-a")), "rf-a state == silent"),
    ">=": (Comparison("n", Operator.AT_LEAST, 38), "n high >= 38"),
    "absent >=": (Absent(Comparison("n", Operator.AT_LEAST, 38)), "n high < 38"),
    ">": (Comparison("n", Operator.MORE, 38), "n high > 38"),
    "absent >": (Absent(Comparison("n", Operator.MORE, 38)), "n high <= 38"),
    "<=": (Comparison("n", Operator.AT_MOST, 38), "n low <= 38"),
    "absent <=": (Absent(Comparison("n", Operator.AT_MOST, 38)), "n low > 38"),
    "<": (Comparison("n", Operator.LESS, 38), "n low < 38"),
    "absent <": (Absent(Comparison("n", Operator.LESS, 38)), "n low >= 38"),
    "==": (Comparison("n", Operator.EQUAL, 38), "n value == 38"),
    "absent ==": (Absent(Comparison("n", Operator.EQUAL, 38)), "not(n value == 38)"),
}


@pytest.mark.parametrize(("condition", "drawing"), TRUE.values(), ids=TRUE)
def test_absent_is_pushed_down_to_the_words(builder, condition, drawing):
    assert drawn(builder, builder.true(condition)) == drawing


@pytest.mark.parametrize("condition", [condition for condition, _ in TRUE.values()], ids=TRUE)
def test_what_makes_a_condition_false_makes_its_absent_true(builder, condition):
    assert builder.false(condition).node == builder.true(Absent(condition)).node


SPECIFIC = {
    "a word": (A, True),
    "a general word": (Word("headache"), False),
    "a group with one": (All((Word("headache"), A)), True),
    "a group of general words": (AnyOf((Word("headache"), Word("headache"))), False),
    "absent": (Absent(A), False),
    "absent absent": (Absent(Absent(A)), False),
    "not present": (NotPresent(A), False),
    "absent not present": (Absent(NotPresent(A)), False),
    "a group of absent words": (All((Absent(A), Word("headache"))), False),
    "a comparison": (Comparison("n", Operator.MORE, 1), True),
    "a flag": (FlagRaised("rf-a"), False),
}


@pytest.mark.parametrize(("condition", "specific"), SPECIFIC.values(), ids=SPECIFIC)
def test_only_words_and_numbers_that_are_not_general_can_be_specific(builder, condition, specific):
    assert builder.true(condition).specific is specific


def test_equal_parts_are_one_node_in_whatever_order(builder):
    first = builder.true(All((A, AnyOf((B, C)))))
    size = len(builder.network("").nodes)
    assert builder.true(All((AnyOf((C, B)), A))) == first
    builder.true(AnyOf((All((AnyOf((B, C)), A)), B)))
    assert len(builder.network("").nodes) == size + 1


def test_groups_stand_in_stages_by_depth(builder):
    builder.true(All((A, AnyOf((B, NotPresent(C))))))
    assert [stage.name for stage in builder.network("x ").groups] == ["x groups-1", "x groups-2", "x groups-3"]


REFUSED = {
    "a word outside the vocabulary": (Word("unheard"), "unheard is not in the vocabulary"),
    "absent of one": (Absent(Word("unheard")), "unheard is not in the vocabulary"),
    "none of": (AnyOf(()), "at least 1 of 0"),
    "zero of two": (AtLeast(0, (A, B)), "at least 0 of 2"),
    "three of two": (AtLeast(3, (A, B)), "at least 3 of 2"),
}


@pytest.mark.parametrize(("condition", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_matter_or_be_known_is_refused(builder, condition, message):
    with pytest.raises(RulesetError, match=message):
        builder.true(condition)


def test_a_flag_may_not_be_read_by_a_flag(make, opened):
    with pytest.raises(RulesetError, match="rf-b is read outside the contraindications"):
        opened(make.ruleset(make.flag(FlagRaised("rf-b")), make.flag(id_="rf-b", disposition=Disposition.SOON)))


def test_derived_words_in_a_circle_are_refused(make, opened):
    with pytest.raises(RulesetError, match="in a circle: d1, d2"):
        opened(make.ruleset(make.derived("d1", "d2"), make.derived("d2", "d1"), make.derived("d3", "a")))


@pytest.mark.parametrize("limit", [float("nan"), float("inf"), 1e9, 0.00001])
def test_a_threshold_that_the_engine_does_not_read_is_refused(make, opened, limit):
    with pytest.raises(RulesetError, match="at most 4 decimals"):
        opened(make.ruleset(make.flag(Comparison("n", Operator.AT_LEAST, limit))))
