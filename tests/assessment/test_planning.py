"""The plan: candidates, order, sharing, appointments (DESIGN 4, Plan)."""

import pytest

from nuchal.inference.outcome import Certainty
from nuchal.rules.conditions import Word
from nuchal.rules.model import ActivityClass, ActivityKind, Disposition, Status

EMERGENCY, URGENT, SOON, ROUTINE, SELF_CARE = Disposition
ALL_DENIED = dict.fromkeys(["fever", "weakness", "drowsy", "thunderclap", "neck-stiffness", "saddle-numbness"], False)
NET = "safety-net"


def planned(result):
    return [each.activity.id for each in result.plan.activities]


def many(prefix, count):
    return [f"{prefix}-{number}" for number in range(count)]


def meeting(make, id_, word, do, urgency=SOON, **other):
    """A cause that meets criteria when `word` is present."""
    return make.cause(id_, word, cardinal=[word], groups=[make.group(1, [word])], do=do, urgency=urgency, **other)


def test_immediate_actions_of_flags_come_first_most_urgent_first_then_causes_then_the_safety_net(make, assessment):
    rules = make.ruleset(
        make.flag("rf-b", "sign", URGENT, do=["blood-test"]),
        make.flag("rf-a", "sign", URGENT, do=["call", "blood-test"]),
        make.flag("rf-z", "sign", SOON, do=["letter"]),
        meeting(make, "cause-a", "a", ["diary"]),
    )
    result = assessment(rules, {"sign": True, "a": True})
    assert planned(result) == ["call", "blood-test", "letter", "diary", NET]
    assert [each.rules for each in result.plan.activities] == [("rf-a",), ("rf-a", "rf-b"), ("rf-z",), ("cause-a",), ()]


def test_activities_keep_the_order_of_the_file(make, assessment):
    rules = make.ruleset(meeting(make, "cause-a", "a", ["z", "m", "b"], ROUTINE))
    assert planned(assessment(rules, {"a": True})) == ["see-sometime", "z", "m", "b", NET]


def test_the_first_three_causes_that_meet_criteria_or_are_probable_propose(make, assessment):
    rules = make.ruleset(
        *(meeting(make, f"cause-{number}", "a", [f"do-{number}"], URGENT) for number in range(4)),
        make.cause("probable", "a", groups=[make.group(1, ["open"])], major=["b", "c"], do=["do-probable"]),
        make.cause("possible", "open", cardinal=["a"], major=["a", "b", "c", "sign"], do=["do-possible"]),
    )
    result = assessment(rules, {"a": True, "b": True, "c": True, "sign": True})
    assert [(each.cause.id, each.certainty) for each in result.causes][:2] == [
        ("possible", Certainty.POSSIBLE),
        ("probable", Certainty.PROBABLE),
    ]
    assert planned(result) == ["see-today", "do-probable", "do-0", "do-1", NET]


@pytest.mark.parametrize(
    ("urgency", "plan"),
    [
        (SOON, ["see-soon", "do-possible", "do-meets", NET]),
        (ROUTINE, ["see-sometime", "do-possible", "do-meets", NET]),
        (SELF_CARE, ["do-possible", "do-meets", NET]),
    ],
)
def test_when_nothing_is_urgent_the_first_ranked_cause_proposes_whatever_its_certainty(make, assessment, urgency, plan):
    rules = make.ruleset(
        make.cause("possible", "open", cardinal=["a"], major=["a", "b", "c", "d"], urgency=urgency, do=["do-possible"]),
        meeting(make, "meets", "a", ["do-meets"], SELF_CARE),
    )
    result = assessment(rules, {**ALL_DENIED, "a": True, "b": True, "c": True, "d": True})
    assert [each.certainty for each in result.causes] == [Certainty.POSSIBLE, Certainty.MEETS_CRITERIA]
    assert planned(result) == plan


@pytest.mark.parametrize(
    ("disposition", "counts", "shares"),
    [
        pytest.param(SOON, [20], [12], id="one cause fills 12"),
        pytest.param(SOON, [20, 20], [6, 6], id="two share evenly"),
        pytest.param(SOON, [20, 20, 20], [4, 4, 4], id="three share evenly"),
        pytest.param(SOON, [2, 20, 20], [2, 6, 4], id="what the first leaves, the next may use"),
        pytest.param(SOON, [20, 1, 20], [4, 1, 7], id="and the last fills up"),
        pytest.param(URGENT, [20], [6], id="6 when urgent"),
        pytest.param(URGENT, [20, 20, 20], [2, 2, 2], id="shared evenly when urgent"),
    ],
)
def test_causes_share_the_plan_evenly(make, assessment, disposition, counts, shares):
    causes = [meeting(make, f"cause-{k}", "a", many(f"do-{k}", count), disposition) for k, count in enumerate(counts)]
    plan = planned(assessment(make.ruleset(*causes), {"a": True}))
    assert [sum(id_.startswith(f"do-{k}-") for id_ in plan) for k in range(len(counts))] == shares


def test_an_activity_of_two_causes_counts_once(make, assessment):
    causes = [meeting(make, f"cause-{k}", "a", ["shared", *many(f"do-{k}", 12)]) for k in range(2)]
    plan = planned(assessment(make.ruleset(*causes), {"a": True}))
    assert plan.count("shared") == 1
    assert len(plan) == len(["see-soon", NET]) + 12


def test_what_a_flag_proposes_does_not_count_for_the_causes(make, assessment):
    rules = make.ruleset(
        make.flag(when="sign", disposition=SOON, do=["from-flag"]), meeting(make, "c", "a", ["from-flag", *many("do", 15)])
    )
    plan = planned(assessment(rules, {"a": True, "sign": True}))
    assert plan == ["from-flag", *many("do", 12), NET]


def test_prohibitions_are_outside_the_limit(make, assessment):
    warnings = [make.activity(id_, ActivityKind.EDUCATION, prohibits=True) for id_ in ("do-not-a", "do-not-b")]
    rules = make.ruleset(*warnings, meeting(make, "c", "a", ["do-not-a", *many("do", 15), "do-not-b"]))
    assert planned(assessment(rules, {"a": True})) == ["see-soon", "do-not-a", *many("do", 12), "do-not-b", NET]


def test_what_is_left_out_or_withheld_leaves_its_place_to_the_next(make, assessment):
    rules = make.ruleset(
        make.activity("not-indicated", indicated_when=Word("x")),
        make.activity("harmful", contraindications=["y"]),
        meeting(make, "c", "a", ["not-indicated", "harmful", *many("do", 15)]),
    )
    result = assessment(rules, {"a": True, "y": True})
    assert planned(result) == ["see-soon", *many("do", 12), NET]
    assert [each.activity.id for each in result.plan.withheld] == ["harmful"]


def test_retired_activities_are_not_proposed(make, assessment):
    rules = make.ruleset(meeting(make, "c", "a", ["old", "new"]))
    object.__setattr__(rules.activities["old"], "status", Status.RETIRED)
    assert planned(assessment(rules, {"a": True})) == ["see-soon", "new", NET]


@pytest.mark.parametrize(
    ("kind", "classes", "specialist", "in_urgent"),
    [
        (ActivityKind.ORDER, [], False, True),
        (ActivityKind.EDUCATION, [], False, True),
        (ActivityKind.MEDICATION, [], False, False),
        (ActivityKind.ORDER, [], True, False),
        (ActivityKind.REFERRAL, [ActivityClass.MANUAL_THERAPY], False, False),
        (ActivityKind.EDUCATION, [ActivityClass.EXERCISE], False, False),
        (ActivityKind.EDUCATION, [ActivityClass.PHYSICAL], False, False),
    ],
)
def test_an_urgent_plan_holds_no_treatment_and_an_emergency_plan_nothing_from_causes(
    make, assessment, kind, classes, specialist, in_urgent
):
    treatment = make.activity("do", kind, classes=classes, specialist=specialist)
    for disposition, expected in ((SOON, True), (URGENT, in_urgent), (EMERGENCY, False)):
        rules = make.ruleset(treatment, meeting(make, "c", "a", ["do"], disposition))
        assert ("do" in planned(assessment(rules, {"a": True}))) is expected, disposition


def test_in_an_emergency_prohibitions_of_causes_and_the_safety_net_stay(make, assessment):
    warning = make.activity("do-not", ActivityKind.EDUCATION, prohibits=True)
    rules = make.ruleset(warning, meeting(make, "c", "a", ["diary", "do-not"], EMERGENCY))
    assert planned(assessment(rules, {"a": True})) == ["see-now", "do-not", NET]


def test_a_specialist_measure_needs_a_cause_that_meets_criteria(make, assessment):
    injection = make.activity("inject", ActivityKind.PROCEDURE, specialist=True)
    probable = make.cause(required="a", groups=[make.group(1, ["open"])], do=["inject"])
    assert "inject" not in planned(assessment(make.ruleset(injection, probable), {"a": True}))
    both = make.ruleset(injection, probable, meeting(make, "meets", "a", ["inject"]))
    assert "inject" in planned(assessment(both, {"a": True, "on-anticoagulant": False}))


@pytest.mark.parametrize(
    ("speed", "disposition", "stays"),
    [(SOON, SOON, True), (ROUTINE, SOON, False), (URGENT, SOON, True), (SOON, URGENT, False), (ROUTINE, ROUTINE, True)],
)
def test_an_appointment_less_urgent_than_the_disposition_is_left_out(make, assessment, speed, disposition, stays):
    visit = make.activity("visit", ActivityKind.APPOINTMENT, appointment=speed)
    rules = make.ruleset(visit, meeting(make, "c", "a", ["visit"], disposition))
    assert ("visit" in planned(assessment(rules, {"a": True}))) is stays


@pytest.mark.parametrize(
    ("disposition", "appointment"),
    [(EMERGENCY, ["see-now"]), (URGENT, ["see-today"]), (SOON, ["see-soon"]), (ROUTINE, ["see-sometime"]), (SELF_CARE, [])],
)
def test_with_nothing_from_a_flag_the_appointment_of_the_disposition_is_proposed(make, assessment, disposition, appointment):
    rules = make.ruleset(meeting(make, "c", "a", [], disposition))
    assert planned(assessment(rules, {"a": True, **ALL_DENIED})) == [*appointment, NET]


def test_a_flag_without_actions_still_gets_the_appointment(make, assessment):
    assert planned(assessment(make.ruleset(make.flag(when="sign", disposition=URGENT)), {"sign": True})) == ["see-today", NET]


def test_a_flag_with_an_action_needs_no_other_appointment(make, assessment):
    rules = make.ruleset(make.flag(when="sign", disposition=URGENT, do=["scan"]))
    assert planned(assessment(rules, {"sign": True})) == ["scan", NET]


def test_a_warning_or_the_action_of_a_slower_flag_does_not_stand_for_the_appointment(make, assessment):
    rules = make.ruleset(
        make.activity("do-not", ActivityKind.EDUCATION, prohibits=True),
        make.flag("rf-now", "sign", EMERGENCY, do=["do-not"]),
        make.flag("rf-later", "sign", SOON, do=["letter"]),
    )
    assert planned(assessment(rules, {"sign": True})) == ["do-not", "letter", "see-now", NET]


def test_a_routine_plan_with_an_appointment_gets_no_other(make, assessment):
    visit = make.activity("visit", ActivityKind.APPOINTMENT, appointment=ROUTINE)
    rules = make.ruleset(visit, meeting(make, "c", "a", ["visit"], ROUTINE))
    assert planned(assessment(rules, {"a": True})) == ["visit", NET]


def test_the_safety_net_stands_last_and_once_whoever_names_it(make, assessment):
    rules = make.ruleset(make.flag(when="sign", do=[NET, "call"]), meeting(make, "c", "a", [NET], EMERGENCY))
    result = assessment(rules, {"sign": True, "a": True})
    assert planned(result) == ["call", NET]
    assert result.plan.activities[-1].rules == ("rf-a", "c")
