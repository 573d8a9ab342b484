"""What is withheld and why, and what is said beside an activity (DESIGN 4, Plan)."""

import pytest

from nuchal.assessment.model import CriterionState, Withholding
from nuchal.rules.conditions import All, Comparison, FlagRaised, Operator, Word
from nuchal.rules.model import ActivityClass, ActivityKind, Disposition

OLD = Comparison("age", Operator.AT_LEAST, 65)
DRUG, PROCEDURE, ORDER = ActivityKind.MEDICATION, ActivityKind.PROCEDURE, ActivityKind.ORDER
SETTLED = {"on-anticoagulant": False, "pregnant": False, "female": True, "age": 30}


@pytest.fixture
def plan_of(make, assessment):
    """The plan of a cause that proposes one activity, `do`."""

    def run(said, kind=DRUG, *, flags=(), **activity):
        cause = make.cause(required="a", cardinal=["a"], groups=[make.group(1, ["a"])], do=["do"])
        return assessment(make.ruleset(make.activity("do", kind, **activity), cause, *flags), {"a": True, **said}).plan

    return run


@pytest.mark.parametrize(
    ("kind", "classes", "said", "why", "because"),
    [
        pytest.param(DRUG, [], {"ulcer": True}, Withholding.CONTRAINDICATED, ["contraindication-1"], id="contraindicated"),
        pytest.param(DRUG, [], {"on-anticoagulant": True}, Withholding.CONTRAINDICATED, ["contraindication-2"], id="anticoagulated"),
        pytest.param(
            DRUG,
            [],
            {"on-anticoagulant": True, "ulcer": True},
            Withholding.CONTRAINDICATED,
            ["contraindication-1", "contraindication-2"],
            id="every contraindication that is true",
        ),
        *(
            pytest.param(DRUG, [kind], {"medication-overuse": True}, Withholding.MEDICATION_OVERUSE, ["medication-overuse"], id=kind)
            for kind in (ActivityClass.ACUTE_ANALGESIC, ActivityClass.TRIPTAN)
        ),
        pytest.param(
            DRUG, [], {"on-anticoagulant": None}, Withholding.ANTICOAGULATION_UNKNOWN, ["contraindication-2"], id="drug, anticoagulation"
        ),
        pytest.param(
            PROCEDURE, [], {"on-anticoagulant": None}, Withholding.ANTICOAGULATION_UNKNOWN, ["contraindication-2"], id="procedure"
        ),
        pytest.param(DRUG, [], {"pregnant": None}, Withholding.PREGNANCY_UNKNOWN, ["contraindication-3"], id="drug, pregnancy"),
        pytest.param(
            DRUG,
            [],
            {"medication-overuse": True, "on-anticoagulant": None},
            Withholding.ANTICOAGULATION_UNKNOWN,
            ["contraindication-2"],
            id="overuse is no reason against another drug",
        ),
    ],
)
def test_an_activity_is_withheld_with_its_reason(plan_of, kind, classes, said, why, because):
    plan = plan_of({**SETTLED, **said}, kind, classes=classes, contraindications=["ulcer", "on-anticoagulant", "pregnant"])
    assert "do" not in [planned.activity.id for planned in plan.activities]
    (withheld,) = plan.withheld
    assert (withheld.why, [each.id for each in withheld.because]) == (why, because)
    assert withheld.rules == ("cause-a",)


@pytest.mark.parametrize(
    ("kind", "classes", "said"),
    [
        pytest.param(DRUG, [], {"medication-overuse": True}, id="overuse does not touch other drugs"),
        pytest.param(DRUG, [ActivityClass.TRIPTAN], {"medication-overuse": None}, id="unknown overuse withholds nothing"),
        pytest.param(ORDER, [], {"on-anticoagulant": None, "pregnant": None}, id="an order is neither drug nor procedure"),
        pytest.param(DRUG, [], {"ulcer": None}, id="other unknown contraindications are questions"),
    ],
)
def test_an_activity_is_not_withheld_otherwise(plan_of, kind, classes, said):
    plan = plan_of({**SETTLED, **said}, kind, classes=classes, contraindications=["ulcer", "on-anticoagulant", "pregnant"])
    assert plan.withheld == ()
    assert "do" in [planned.activity.id for planned in plan.activities]


def test_a_drug_that_a_raised_flag_forbids_is_withheld_because_of_what_raised_it(make, plan_of):
    bleeding = make.flag("rf-bleeding", "sign", Disposition.SOON)
    plan = plan_of({"sign": True}, flags=[bleeding], classes=[ActivityClass.NSAID], contraindications=[FlagRaised("rf-bleeding")])
    (withheld,) = plan.withheld
    assert withheld.why is Withholding.CONTRAINDICATED
    assert [finding.word for criterion in withheld.because for finding in criterion.evidence] == ["sign"]


def test_a_flag_that_is_not_raised_forbids_nothing(make, plan_of):
    bleeding = make.flag("rf-bleeding", "sign", Disposition.SOON)
    plan = plan_of({}, flags=[bleeding], classes=[ActivityClass.NSAID], contraindications=[FlagRaised("rf-bleeding")])
    assert plan.withheld == ()


def test_an_unknown_drug_is_withheld_because_of_what_waits_for_it_alone(plan_of):
    both = [All((Word("on-anticoagulant"), Word("ulcer"))), All((Word("on-anticoagulant"), Word("fall")))]
    (withheld,) = plan_of({"ulcer": False, "fall": True}, contraindications=both).withheld
    assert [each.id for each in withheld.because] == ["contraindication-2"]


def test_a_contraindication_of_a_flag_and_a_word_waits_for_the_word(make, plan_of):
    bleeding = make.flag("rf-bleeding", "sign", Disposition.SOON)
    plan = plan_of({"sign": True}, ORDER, flags=[bleeding], contraindications=[All((FlagRaised("rf-bleeding"), Word("x")))])
    (planned,) = (each for each in plan.activities if each.activity.id == "do")
    assert planned.unknown_contraindications == ("x",)


def test_cautions_that_are_true_are_shown(plan_of):
    plan = plan_of({"age": 70, "asthma": False}, cautions=[OLD, "asthma", "kidney"])
    (planned,) = (each for each in plan.activities if each.activity.id == "do")
    assert [(each.id, each.state) for each in planned.cautions] == [("caution-1", CriterionState.MET)]
    assert [finding.word for finding in planned.cautions[0].evidence] == ["age"]


def test_unknown_contraindications_are_questions_of_the_plan(plan_of):
    plan = plan_of({"ulcer": False, "x": True}, contraindications=["ulcer", "kidney", All((Word("x"), Word("y"))), "kidney"])
    (planned,) = (each for each in plan.activities if each.activity.id == "do")
    assert planned.unknown_contraindications == ("kidney", "y")
