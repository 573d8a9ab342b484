"""DESIGN 4, Certainty, line by line, for the engine and for the witness."""

import pytest

from nuchal.inference.outcome import Certainty
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, NotPresent, Operator, Word
from nuchal.rules.model import Disposition, Role, Sex, Status

MEETS, PROBABLE, POSSIBLE = Certainty.MEETS_CRITERIA, Certainty.PROBABLE, Certainty.POSSIBLE
FEVER = Comparison("temperature", Operator.AT_LEAST, 38)

HEADACHE = {"headache": True}
ONE = {"groups": [["g1"]]}
TWO = {"groups": [["g1"], ["g2"]]}
THREE = {"groups": [["g1"], ["g2"], ["g3"]]}

LINES = {
    "nothing known: none": ({}, {}, None),
    "meets: a group, every part met": (ONE, {"typical": True, "g1": True}, MEETS),
    "meets: with two groups both": (TWO, {"typical": True, "g1": True, "g2": True}, MEETS),
    "meets: never without a group": ({}, {"typical": True}, POSSIBLE),
    "meets: a confirmatory group is none": ({"confirmatory": ["c1"]}, {"typical": True, "c1": True}, POSSIBLE),
    "meets: general words are enough": ({"required": "back-pain", "groups": [["headache"]]}, {"back-pain": True}, MEETS),
    "not listed: meets, but no cardinal is true": ({**ONE, "cardinal": ["other"]}, {"typical": True, "g1": True}, None),
    "probable a: no groups, required met, major present": ({"major": ["m"]}, {"typical": True, "m": True}, PROBABLE),
    "probable a: minor is not enough": ({"minor": ["m"]}, {"typical": True, "m": True}, POSSIBLE),
    "probable a: required open": ({"major": ["m"]}, {"m": True}, POSSIBLE),
    "probable b: required met, exactly one group open": (ONE, {"typical": True}, PROBABLE),
    "probable b: one of two open": (TWO, {"typical": True, "g2": True}, PROBABLE),
    "probable b: two open": (TWO, {"typical": True}, POSSIBLE),
    "probable c: required open, two groups met": (TWO, {"g1": True, "g2": True}, PROBABLE),
    "probable c: one group is too few": (ONE, {"g1": True}, POSSIBLE),
    "probable c: not all met": (THREE, {"g1": True, "g2": True}, POSSIBLE),
    "probable: only when specific": ({"required": "back-pain", **ONE}, {"back-pain": True}, None),
    "probable: only with a cardinal": ({**ONE, "cardinal": ["other"]}, {"typical": True}, None),
    "possible: cardinal and a specific supporting finding": ({"minor": ["m"]}, {"m": True}, POSSIBLE),
    "possible: a specific cardinal": ({"cardinal": ["own"]}, {"own": True}, POSSIBLE),
    "possible: a general cardinal alone is not": ({}, {}, None),
    "possible: residual, no groups and required met by general words": ({"required": "back-pain"}, {"back-pain": True}, POSSIBLE),
    "possible: with groups general words are not enough": ({"required": "back-pain", **TWO}, {"back-pain": True}, None),
    "possible: an open part holds a met member": ({"required": All((Word("x"), Word("y")))}, {"x": True}, POSSIBLE),
    "possible: a member of an open group": ({"groups": [["x", "y"]], "at_least": 2}, {"x": True}, POSSIBLE),
    "possible: a number that is not general": ({"required": All((FEVER, Word("y")))}, {"temperature": 38.5}, POSSIBLE),
    "none: absent never makes it specific": ({"required": All((Absent(Word("x")), Word("y")))}, {"x": False}, None),
    "none: not present neither": ({"required": All((NotPresent(Word("x")), Word("y")))}, {}, None),
    "none: absent of absent neither": ({"minor": [Absent(Absent(Word("x")))]}, {"x": True}, None),
    "none: an any that is open is one leaf": ({"required": All((AnyOf((All((Word("x"), Word("z"))),)), Word("y")))}, {"x": True}, None),
    "none: excluded": ({**ONE, "excluding": ["e"]}, {"typical": True, "g1": True, "e": True}, None),
    "open exclusions do not count": ({**ONE, "excluding": ["e"]}, {"typical": True, "g1": True, "e": None}, MEETS),
    "none: required failed": ({**ONE, "minor": ["m"]}, {"typical": False, "g1": True, "m": True}, None),
    "none: a group failed": ({**TWO, "minor": ["m"]}, {"typical": True, "g1": True, "g2": False, "m": True}, None),
    "none: a number fails a part": ({"required": FEVER, "minor": ["m"]}, {"temperature": 37.9, "m": True}, None),
    "none: a k of n that can no longer hold": (
        {"groups": [["x", "y", "z"]], "at_least": 2},
        {"typical": True, "x": True, "y": False, "z": False},
        None,
    ),
    "open: a k of n that still can": ({"groups": [["x", "y", "z"]], "at_least": 2}, {"typical": True, "x": True, "y": False}, PROBABLE),
    "none: female only, and male": ({**ONE, "requires_sex": Sex.FEMALE}, {"typical": True, "g1": True, "female": False}, None),
    "none: male only, and female": ({**ONE, "requires_sex": Sex.MALE}, {"typical": True, "g1": True, "female": True}, None),
    "unknown sex is not impossible": ({**ONE, "requires_sex": Sex.MALE}, {"typical": True, "g1": True}, MEETS),
    "possible: residual by one of several general words": ({"required": AtLeast(1, (Word("headache"), Word("x")))}, {}, POSSIBLE),
}


def cause_of(make, *, groups=(), confirmatory=(), at_least=1, **other):
    required = [make.group(*members, at_least=at_least) for members in groups]
    return make.cause(groups=[*required, *(make.group(member, role=Role.CONFIRMATORY) for member in confirmatory)], **other)


@pytest.mark.parametrize(("fields", "said", "certainty"), LINES.values(), ids=LINES)
def test_the_first_line_that_holds_gives_the_certainty(make, patient, evaluator, fields, said, certainty):
    ruleset = make.ruleset(cause_of(make, **fields))
    outcome = evaluator(ruleset).conclude(patient({**HEADACHE, **said})).causes["cause-a"]
    assert (outcome.certainty, outcome.by_name) == (certainty, False)


SERIOUS = [Disposition.EMERGENCY, Disposition.URGENT]
HELD = {
    "a general cardinal is not enough": (["headache"], {"headache": True, "typical": True}, None),
    "a specific one is": (["own"], {"own": True}, POSSIBLE),
    "one of several is specific": (["headache", "own"], {"headache": True, "own": True}, POSSIBLE),
}


@pytest.mark.parametrize("urgency", SERIOUS)
@pytest.mark.parametrize(("cardinal", "said", "certainty"), HELD.values(), ids=HELD)
def test_a_serious_cause_that_no_flag_names_is_possible_only_by_a_specific_cardinal(
    make, patient, evaluator, urgency, cardinal, said, certainty
):
    ruleset = make.ruleset(make.cause(cardinal=cardinal, urgency=urgency))
    assert evaluator(ruleset).conclude(patient(said)).causes["cause-a"].certainty is certainty


@pytest.mark.parametrize("urgency", SERIOUS)
def test_it_is_probable_all_the_same(make, patient, evaluator, urgency):
    ruleset = make.ruleset(cause_of(make, urgency=urgency, **ONE))
    assert evaluator(ruleset).conclude(patient({**HEADACHE, "typical": True})).causes["cause-a"].certainty is PROBABLE


NAMED = {
    "first of its flag: though nothing of its own": ({}, ["cause-a"], Disposition.EMERGENCY, {}, POSSIBLE, True),
    "first of an urgent flag": ({}, ["cause-a"], Disposition.URGENT, {}, POSSIBLE, True),
    "second, nothing of its own": ({}, ["cause-b", "cause-a"], Disposition.EMERGENCY, {}, None, False),
    "second, general words only": ({}, ["cause-b", "cause-a"], Disposition.EMERGENCY, HEADACHE, None, False),
    "second, specific without a cardinal": ({}, ["cause-b", "cause-a"], Disposition.EMERGENCY, {"typical": True}, POSSIBLE, True),
    "second, specific and excluded": (
        {"excluding": ["e"]},
        ["cause-b", "cause-a"],
        Disposition.EMERGENCY,
        {**HEADACHE, "typical": True, "e": True},
        POSSIBLE,
        True,
    ),
    "second, only a failed part holds a met member": (
        {"required": All((Word("x"), Word("y")))},
        ["cause-b", "cause-a"],
        Disposition.EMERGENCY,
        {**HEADACHE, "x": True, "y": False},
        None,
        False,
    ),
    "second, an open part holds one": (
        {"required": All((Word("x"), Word("y")))},
        ["cause-b", "cause-a"],
        Disposition.EMERGENCY,
        {"x": True},
        POSSIBLE,
        True,
    ),
    "first, a part failed": ({}, ["cause-a"], Disposition.EMERGENCY, {**HEADACHE, "typical": False}, POSSIBLE, True),
    "a general cardinal is enough when named": (
        {},
        ["cause-b", "cause-a"],
        Disposition.URGENT,
        {**HEADACHE, "typical": True},
        POSSIBLE,
        False,
    ),
    "a better certainty stays": (ONE, ["cause-a"], Disposition.EMERGENCY, {**HEADACHE, "typical": True, "g1": True}, MEETS, False),
    "a flag that says soon names nothing": ({}, ["cause-a"], Disposition.SOON, {}, None, False),
    "impossible sex: never": ({"requires_sex": Sex.MALE}, ["cause-a"], Disposition.EMERGENCY, {"female": True}, None, False),
    "a benign cause: never by name": ({"urgency": Disposition.SOON}, ["cause-a"], Disposition.EMERGENCY, {}, None, False),
}


@pytest.mark.parametrize(("fields", "may_mean", "disposition", "said", "certainty", "by_name"), NAMED.values(), ids=NAMED)
def test_a_raised_flag_lists_the_serious_causes_it_names(make, patient, evaluator, fields, may_mean, disposition, said, certainty, by_name):
    cause = cause_of(make, **{"urgency": Disposition.EMERGENCY, **fields})
    other = make.cause("cause-b", "elsewhere", cardinal=["elsewhere"])
    ruleset = make.ruleset(cause, other, make.flag(may_mean=may_mean, disposition=disposition))
    outcome = evaluator(ruleset).conclude(patient({"bad-sign": True, **said})).causes["cause-a"]
    assert (outcome.certainty, outcome.by_name) == (certainty, by_name)


RETIRED_FIRST = {
    "one retired before it": (["cause-r", "cause-a"], True),
    "two retired before it": (["cause-r", "cause-s", "cause-a"], True),
    "one that fires before it": (["cause-r", "cause-b", "cause-a"], False),
}


@pytest.mark.parametrize(("may_mean", "listed"), RETIRED_FIRST.values(), ids=RETIRED_FIRST)
def test_the_first_of_a_flag_is_the_first_that_fires(make, patient, evaluator, may_mean, listed):
    retired = [make.cause(id_, status=Status.RETIRED) for id_ in ("cause-r", "cause-s")]
    causes = [*retired, make.cause(urgency=Disposition.EMERGENCY), make.cause("cause-b", "elsewhere", cardinal=["elsewhere"])]
    outcome = evaluator(make.ruleset(*causes, make.flag(may_mean=may_mean))).conclude(patient({"bad-sign": True})).causes["cause-a"]
    assert (outcome.certainty is POSSIBLE, outcome.by_name) == (listed, listed)


def test_a_flag_that_means_only_retired_causes_names_nothing(make, patient, evaluator):
    ruleset = make.ruleset(make.cause("cause-r", status=Status.RETIRED), make.flag(may_mean=["cause-r"]))
    conclusions = evaluator(ruleset).conclude(patient({"bad-sign": True}))
    assert (conclusions.raised, conclusions.causes) == ({"rf-a"}, {})


def test_a_flag_that_is_not_raised_names_nothing(make, patient, evaluator):
    ruleset = make.ruleset(make.cause(urgency=Disposition.EMERGENCY), make.flag(may_mean=["cause-a"]))
    assert evaluator(ruleset).conclude(patient({"bad-sign": None})).causes["cause-a"].certainty is None


def test_retired_rules_are_not_among_the_conclusions(make, patient, evaluator):
    ruleset = make.ruleset(make.cause(status=Status.RETIRED), make.flag(status=Status.RETIRED), make.cause("cause-b"))
    conclusions = evaluator(ruleset).conclude(patient({"bad-sign": True, **HEADACHE, "typical": True}))
    assert (set(conclusions.causes), set(conclusions.flags)) == ({"cause-b"}, set())
