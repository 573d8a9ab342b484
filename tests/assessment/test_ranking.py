"""Support, listing and order of causes, sentence by sentence of DESIGN 4."""

import pytest

from nuchal.assessment.pains import active_pains
from nuchal.assessment.patient import Patient
from nuchal.assessment.ranking import support
from nuchal.findings import Findings
from nuchal.inference import Inference
from nuchal.inference.outcome import Certainty
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, NotPresent, Operator, Word
from nuchal.rules.model import Disposition, Prevalence, Region, Role

EMERGENCY, URGENT, SOON, ROUTINE = Disposition.EMERGENCY, Disposition.URGENT, Disposition.SOON, Disposition.ROUTINE
HOT = Comparison("temperature", Operator.AT_LEAST, 38)
A, B, C = Word("a"), Word("b"), Word("c")


@pytest.fixture
def support_of(make, say):
    def run(said, **cause):
        rules = make.ruleset(
            make.cause(**{"explains": {Region.HEAD}, **cause}), make.derived("fever", HOT, Comparison("temperature", Operator.LESS, 38))
        )
        inference = Inference(rules)
        conclusions = inference.conclude(
            Findings(say(word, said=value) for word, value in {"headache": True, "back-pain": True, **said}.items())
        )
        inference.close()
        patient = Patient(rules, conclusions)
        return support(rules.causes["cause-a"], patient, active_pains(patient))

    return run


@pytest.mark.parametrize(
    ("cause", "said", "points"),
    [
        pytest.param({"required": "a"}, {}, 0, id="nothing known"),
        pytest.param({"required": "a"}, {"a": True}, 3, id="a met part"),
        pytest.param({"required": "back-pain"}, {}, 1, id="a part that only general words meet"),
        pytest.param(
            {"required": All((Word("headache"), A))}, {"a": True}, 3, id="a part that one specific word meets beside a general one"
        ),
        pytest.param({"required": Absent(A)}, {"a": False}, 1, id="absence makes nothing specific"),
        pytest.param({"required": NotPresent(A)}, {}, 1, id="silence makes nothing specific"),
        pytest.param({"required": HOT}, {"temperature": 39}, 1, id="a vital sign is general"),
    ],
)
def test_a_met_part_counts_3_or_1_when_only_general_words_meet_it(support_of, cause, said, points):
    assert support_of(said, **cause) == points


@pytest.mark.parametrize(
    ("said", "points"),
    [({"a": True, "b": True}, 6), ({"a": True}, 3), ({"b": True}, 3), ({}, 0)],
)
def test_each_required_group_is_a_part(make, support_of, said, points):
    assert support_of(said, required="a", groups=[make.group(1, ["b", "c"])]) == points


def test_a_met_confirmatory_group_counts_1(make, support_of):
    groups = [make.group(1, ["b", "c"], Role.CONFIRMATORY)]
    assert support_of({"b": True}, required="a", groups=groups) == 1


def test_a_confirmatory_group_that_is_denied_costs_nothing(make, support_of):
    groups = [make.group(1, ["b", "c"], Role.CONFIRMATORY)]
    assert support_of({"b": False, "c": False}, required="a", groups=groups) == 0


@pytest.mark.parametrize(
    ("said", "points"),
    [
        ({"big": True}, 3),
        ({"small": True}, 1),
        ({"big": True, "small": True}, 4),
        ({"big": False}, -1),
        ({"small": False}, 0),
        ({"big": None, "small": None}, 0),
    ],
)
def test_major_support_counts_3_and_minor_1_and_only_major_is_missed_when_absent(support_of, said, points):
    assert support_of(said, required="a", major=["big"], minor=["small"]) == points


@pytest.mark.parametrize(
    ("explains", "said", "points"),
    [
        ({Region.HEAD, Region.BACK}, {}, 2),
        ({Region.HEAD, Region.BACK}, {"back-pain": None, "neck-pain": True}, 2),
        ({Region.HEAD, Region.BACK}, {"back-pain": False}, 0),
        ({Region.HEAD, Region.NECK}, {}, 0),
        ({Region.HEAD}, {}, 0),
    ],
)
def test_explaining_both_active_pains_counts_2(support_of, explains, said, points):
    assert support_of(said, required="a", explains=explains) == points


@pytest.mark.parametrize(
    ("required", "said", "points"),
    [
        pytest.param(A, {"a": False}, -1, id="a word"),
        pytest.param(All((A, B, C)), {"a": False, "b": False}, -2, id="members of all"),
        pytest.param(All((A, AtLeast(1, (B, C)))), {"b": False, "c": False}, -2, id="members of of, inside all"),
        pytest.param(AnyOf((A, B)), {"a": False}, 0, id="any is one leaf, open"),
        pytest.param(AnyOf((A, B)), {"a": False, "b": False}, -1, id="any is one leaf, false"),
        pytest.param(All((C, AnyOf((A, B)))), {"a": False, "b": False, "c": False}, -2, id="any inside all"),
        pytest.param(HOT, {"temperature": 36.8}, -1, id="a number makes a leaf of a part false"),
        pytest.param(Word("fever"), {"temperature": 36.8}, -1, id="and so does what is derived from it"),
        pytest.param(AtLeast(1, (A, B)), {"a": True, "b": False}, 3 - 1, id="a met part still pays for what is denied"),
        pytest.param(All((A, B)), {"a": None}, 0, id="unknown costs nothing"),
    ],
)
def test_each_leaf_of_a_part_that_is_false_costs_1(support_of, required, said, points):
    assert support_of(said, required=required) == points


@pytest.mark.parametrize(
    ("major", "said", "points"),
    [
        pytest.param("big", {"big": False}, -1, id="a word said to be absent"),
        pytest.param(Word("fever"), {"fever": False}, -1, id="fever denied"),
        pytest.param(Word("fever"), {"temperature": 36.8}, 0, id="fever absent by the thermometer"),
        pytest.param(HOT, {"temperature": 36.8}, 0, id="a number"),
        pytest.param(All((Word("b"), HOT)), {"b": True, "temperature": 36.8}, 0, id="all, false by its number"),
        pytest.param(All((Word("b"), HOT)), {"b": False, "temperature": 39}, -1, id="all, false by its word"),
        pytest.param(Absent(HOT), {"temperature": 39}, 0, id="not hot, and hot"),
    ],
)
def test_numbers_never_make_a_supporting_expression_false(support_of, major, said, points):
    assert support_of(said, required="a", major=[major]) == points


def test_certainty_adds_to_the_score(make, assessment):
    rules = make.ruleset(
        make.cause("meets", "a", groups=[make.group(1, ["b"])]),
        make.cause("probable", "a", groups=[make.group(1, ["open"])]),
        make.cause("possible", "a"),
    )
    listed = {each.cause.id: each for each in assessment(rules, {"a": True, "b": True}).causes}
    assert {id_: each.certainty for id_, each in listed.items()} == {
        "meets": Certainty.MEETS_CRITERIA,
        "probable": Certainty.PROBABLE,
        "possible": Certainty.POSSIBLE,
    }
    assert {id_: each.score - each.support for id_, each in listed.items()} == {"meets": 2, "probable": 1, "possible": 0}


def order(result):
    return [each.cause.id for each in result.causes]


def test_a_named_and_specific_cause_stands_before_one_with_a_higher_score(make, assessment):
    rules = make.ruleset(
        make.flag(when="sign", disposition=URGENT, may_mean=["named"]),
        make.cause("named", All((A, Word("open"))), cardinal=["headache"], urgency=URGENT),
        make.cause("strong", A, major=["sign", "b"], urgency=SOON),
    )
    result = assessment(rules, {"sign": True, "a": True, "b": True})
    assert [each.score for each in result.causes] == sorted(each.score for each in result.causes)
    assert order(result) == ["named", "strong"]


def test_a_named_cause_of_general_findings_alone_gets_no_head_start(make, assessment):
    rules = make.ruleset(
        make.flag(when="sign", disposition=URGENT, may_mean=["named"]),
        make.cause("named", "open", urgency=URGENT),
        make.cause("strong", A, urgency=SOON),
    )
    result = assessment(rules, {"sign": True, "a": True})
    assert order(result) == ["strong", "named"]


def test_score_comes_before_certainty(make, assessment):
    rules = make.ruleset(
        make.cause("long", All((A, B, Word("open"))), major=["c", "d"]),
        make.cause("short", A, groups=[make.group(1, ["b"])]),
    )
    result = assessment(rules, {"a": True, "b": True, "c": True, "d": True})
    assert [each.certainty for each in result.causes] == [Certainty.MEETS_CRITERIA, Certainty.POSSIBLE]
    stronger = make.ruleset(
        make.cause("long", All((A, B, Word("open"))), major=["c", "d", "a", "b"]),
        make.cause("short", A, groups=[make.group(1, ["b"])]),
    )
    assert order(assessment(stronger, {"a": True, "b": True, "c": True, "d": True})) == ["long", "short"]


def test_at_equal_score_certainty_then_prevalence_then_id_decide(make, assessment):
    rules = make.ruleset(
        make.cause("z-common", A),
        make.cause("a-common", A),
        make.cause("a-rare", A, prevalence=Prevalence.RARE),
        make.cause("probable", AnyOf((A, B)), groups=[make.group(1, ["open", "denied", "no"])], prevalence=Prevalence.RARE),
    )
    result = assessment(rules, {"a": True, "denied": False})
    assert {each.score for each in result.causes} == {5}
    assert order(result) == ["probable", "a-common", "z-common", "a-rare"]


@pytest.mark.parametrize(
    ("age", "named", "listed"),
    [(11, False, False), (11, True, True), (12, False, True), (None, False, True)],
)
def test_below_its_min_age_a_cause_is_listed_only_when_named(make, assessment, age, named, listed):
    flag = make.flag(when="sign", disposition=URGENT, may_mean=["cause-a"] if named else [])
    result = assessment(make.ruleset(make.cause(required=A, min_age=12), flag), {"a": True, "sign": True, "age": age})
    assert order(result) == (["cause-a"] if listed else [])
    assert [each.below_min_age for each in result.causes] == ([age == 11] if listed else [])


@pytest.mark.parametrize(
    ("urgency", "named", "meets", "listed"),
    [
        (SOON, False, False, False),
        (ROUTINE, False, False, False),
        (SOON, True, False, True),
        (SOON, False, True, True),
        (URGENT, False, False, True),
    ],
)
def test_beside_an_emergency_flag_a_benign_cause_is_listed_only_when_named_or_meeting_criteria(
    make, assessment, urgency, named, meets, listed
):
    rules = make.ruleset(
        make.flag(when="sign", disposition=EMERGENCY, may_mean=["cause-a"] if named else []),
        make.cause(required=A, cardinal=["a"], urgency=urgency, groups=[make.group(1, ["b"])] if meets else []),
    )
    assert order(assessment(rules, {"sign": True, "a": True, "b": True})) == (["cause-a"] if listed else [])


def test_a_flag_that_is_neither_emergency_nor_urgent_names_nothing(make, assessment):
    rules = make.ruleset(make.flag(when="sign", disposition=SOON, may_mean=["cause-a"]), make.cause(required=A, min_age=18))
    assert order(assessment(rules, {"a": True, "sign": True, "age": 15})) == []


def test_beside_an_urgent_flag_benign_causes_are_listed(make, assessment):
    rules = make.ruleset(make.flag(when="sign", disposition=URGENT), make.cause(required=A))
    assert order(assessment(rules, {"sign": True, "a": True})) == ["cause-a"]


def test_at_most_five_benign_causes_are_listed_and_the_rest_counted(make, assessment):
    benign = [make.cause(f"benign-{number}", A) for number in range(7)]
    serious = [make.cause(f"serious-{number}", All((A, B)), cardinal=["a"], urgency=URGENT) for number in range(3)]
    result = assessment(make.ruleset(*benign, *serious), {"a": True})
    assert order(result) == [*(f"benign-{number}" for number in range(5)), *(f"serious-{number}" for number in range(3))]
    assert result.benign_not_listed == 2


def test_a_known_cause_keeps_place_and_certainty_and_is_marked(make, assessment):
    rules = make.ruleset(make.cause("first", A, major=["b"]), make.cause("second", A))
    before = assessment(rules, {"a": True, "b": True})
    after = assessment(rules, {"a": True, "b": True}, known=["second"])
    assert order(after) == order(before)
    assert [each.certainty for each in after.causes] == [each.certainty for each in before.causes]
    assert [each.known for each in after.causes] == [False, True]


def test_a_cause_listed_by_name_alone_says_what_speaks_against_it(make, assessment):
    groups = [make.group(1, ["c"]), make.group(1, ["d"], Role.CONFIRMATORY)]
    rules = make.ruleset(
        make.flag(when="sign", disposition=EMERGENCY, may_mean=["cause-a"]),
        make.cause(required=All((A, B)), excluding=["x", "y"], groups=groups, urgency=EMERGENCY),
    )
    (listed,) = assessment(rules, {"sign": True, "a": False, "c": False, "d": False, "y": True}).causes
    assert listed.by_name
    assert listed.named_by == ("rf-a",)
    assert [each.id for each in listed.excluded_by] == ["excluding-2"]
    assert [each.id for each in listed.failed] == ["required", "group-1"]


@pytest.mark.parametrize("said", [{"headache": None, "back-pain": None}, {"headache": False, "back-pain": False}])
def test_without_an_active_pain_there_are_no_causes_but_flags_are_raised_all_the_same(make, assessment, said):
    rules = make.ruleset(make.flag(when="sign", may_mean=["cause-a"]), make.cause(required=A, cardinal=["a"], urgency=EMERGENCY))
    result = assessment(rules, {"a": True, "sign": True, **said})
    assert result.causes == ()
    assert [raised.flag.id for raised in result.flags] == ["rf-a"]


def test_a_confirmed_diagnosis_is_listed_although_its_criteria_are_not_charted(make, assessment):
    rules = make.ruleset(make.cause("meningitis", required="stiff", cardinal=["stiff"], urgency=Disposition.EMERGENCY))
    result = assessment(rules, known=["meningitis"])
    assert [(listed.cause.id, listed.certainty, listed.known) for listed in result.causes] == [("meningitis", Certainty.POSSIBLE, True)]
    assert result.disposition is Disposition.SOON
