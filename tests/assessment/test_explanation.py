"""Each criterion with its state and what decides it (DESIGN 1.3)."""

import pytest

from nuchal.assessment.model import CriterionRole, CriterionState
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, NotPresent, Operator, Word
from nuchal.rules.model import Disposition, Role

MET, ABSENT, UNKNOWN = CriterionState
A, B, C = Word("a"), Word("b"), Word("c")


def shown(criteria):
    return [(each.id, each.state) for each in criteria]


@pytest.mark.parametrize(
    ("when", "said", "criteria", "group"),
    [
        pytest.param(A, {"a": True}, [("when", MET)], None, id="one word is one criterion"),
        pytest.param(All((A, B)), {"a": True, "b": True}, [("when-1", MET), ("when-2", MET)], None, id="members of all"),
        pytest.param(
            AnyOf((A, B, C)),
            {"b": True, "c": False},
            [("when-1", UNKNOWN), ("when-2", MET), ("when-3", ABSENT)],
            "any of these",
            id="all members of any",
        ),
        pytest.param(
            AtLeast(1, (A, B)), {"a": True}, [("when-1", MET), ("when-2", UNKNOWN)], "at least 1 of these", id="members of at_least"
        ),
        pytest.param(All((A, AnyOf((B, C)))), {"a": True, "c": True}, [("when-1", MET), ("when-2", MET)], None, id="nested is one"),
        pytest.param(NotPresent(A), {}, [("when", MET)], None, id="silence meets not_present"),
    ],
)
def test_the_criteria_of_a_flag_are_the_members_of_its_condition(make, assessment, when, said, criteria, group):
    (raised,) = assessment(make.ruleset(make.flag(when=when)), said).flags
    assert shown(raised.criteria) == criteria
    assert {each.group for each in raised.criteria} == {group}
    assert {each.role for each in raised.criteria} == {CriterionRole.WHEN}


def test_the_criteria_of_a_cause_keep_their_ids_roles_and_order(make, assessment):
    cause = make.cause(
        required=All((A, B)),
        cardinal=["a"],
        groups=[make.group(1, ["c", "d"], name="B"), make.group(1, ["e"], Role.CONFIRMATORY, name="lab")],
        major=["f"],
        minor=["g"],
        excluding=["h"],
    )
    (listed,) = assessment(make.ruleset(cause), {"a": True, "b": True, "c": True, "g": False}).causes
    assert [(each.id, each.role, each.group, each.state) for each in listed.criteria] == [
        ("required-1", CriterionRole.REQUIRED, None, MET),
        ("required-2", CriterionRole.REQUIRED, None, MET),
        ("group-1.1", CriterionRole.GROUP, "B", MET),
        ("group-1.2", CriterionRole.GROUP, "B", UNKNOWN),
        ("group-2.1", CriterionRole.CONFIRMATORY, "lab", UNKNOWN),
        ("cardinal-1", CriterionRole.CARDINAL, None, MET),
        ("supporting-1", CriterionRole.SUPPORTING, None, UNKNOWN),
        ("supporting-2", CriterionRole.SUPPORTING, None, ABSENT),
        ("excluding-1", CriterionRole.EXCLUDING, None, UNKNOWN),
    ]


@pytest.mark.parametrize(
    ("condition", "said", "evidence"),
    [
        pytest.param(A, {"a": True}, ["a"], id="present"),
        pytest.param(A, {"a": False}, ["a"], id="absent"),
        pytest.param(A, {}, [], id="unknown"),
        pytest.param(A, {"a": None}, [], id="said to be unknown"),
        pytest.param(AnyOf((A, B)), {"b": True}, ["b"], id="any: what is true"),
        pytest.param(AnyOf((A, B)), {"b": False}, [], id="any: what is still open"),
        pytest.param(All((A, B)), {"a": True, "b": False}, ["b"], id="all: what is false"),
        pytest.param(All((AnyOf((A, B)), C)), {"a": True}, [], id="what is settled is not missing"),
        pytest.param(AtLeast(2, (A, B, C)), {"a": True}, [], id="at_least"),
        pytest.param(Absent(A), {"a": False}, ["a"], id="absent: who denied it"),
        pytest.param(Absent(A), {}, [], id="absent: nobody asked"),
        pytest.param(All((A, NotPresent(B))), {}, [], id="not_present waits for nothing"),
        pytest.param(Comparison("crp", Operator.MORE, 5), {"crp": 3}, ["crp"], id="a number"),
        pytest.param(Comparison("crp", Operator.MORE, 5), {}, [], id="no number"),
    ],
)
def test_a_criterion_shows_what_decides_it(make, assessment, condition, said, evidence):
    cause = make.cause(required="typical", cardinal=["typical"], minor=[condition])
    (listed,) = assessment(make.ruleset(cause), {"typical": True, **said}).causes
    criterion = next(each for each in listed.criteria if each.id == "supporting-1")
    assert [finding.word for finding in criterion.evidence] == evidence


def test_what_is_only_suspected_meets_a_flag_and_leaves_a_cause_open(make, assessment, say):
    rules = make.ruleset(make.flag(when="a", disposition=Disposition.SOON), make.cause(required="typical", minor=["a"]))
    result = assessment(rules, {"typical": True}, say("a", said=True, confirmed=False))
    assert result.flags[0].criteria[0].state is MET
    assert next(each for each in result.causes[0].criteria if each.id == "supporting-1").state is UNKNOWN


def test_every_listed_cause_is_explained_and_the_others_when_asked_for(make, assessment):
    rules = make.ruleset(
        *(make.cause(f"cause-{k}", All((A, B)), cardinal=["a"], urgency=Disposition.URGENT) for k in range(7)),
        make.cause("other", C, cardinal=["c"]),
    )
    brief = assessment(rules, {"a": True})
    assert [bool(each.criteria) for each in brief.causes] == [True] * 7
    assert brief.unlisted == {}
    full = assessment(rules, {"a": True}, detail_full=True)
    assert {id_: shown(criteria) for id_, criteria in full.unlisted.items()} == {"other": [("required", UNKNOWN), ("cardinal-1", UNKNOWN)]}
