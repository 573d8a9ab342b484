"""DESIGN 4, Disposition and Plan, for the engine and for the witness."""

import pytest

from nuchal.inference.outcome import Candidate, DispositionTally, Verdict
from nuchal.rules.conditions import All, AnyOf, FlagRaised, NotPresent, Word
from nuchal.rules.model import ActivityClass, ActivityKind, Disposition

EMERGENCY, URGENT, SOON, ROUTINE, SELF_CARE = Disposition
LEFT_OUT, WITHHELD, CAUTIONED, ALLOWED = Verdict.LEFT_OUT, Verdict.WITHHELD, Verdict.CAUTIONED, Verdict.ALLOWED

DISPOSITIONS = {
    "nothing at all: routine": ({}, ROUTINE),
    "no active pain and no flag: none": ({"active_pains": 0, "first": SELF_CARE}, None),
    "no active pain, but a flag": ({"active_pains": 0, "flags": {SOON: 1}}, SOON),
    "(a) the most urgent of the flags": ({"flags": {SOON: 2, URGENT: 1}}, URGENT),
    "(a) an emergency": ({"flags": {EMERGENCY: 1}, "meeting": {SOON: 1}}, EMERGENCY),
    "(b) causes that meet criteria": ({"meeting": {URGENT: 1, SELF_CARE: 1}}, URGENT),
    "(b) meets, more urgent than the flag": ({"flags": {SOON: 1}, "meeting": {EMERGENCY: 1}}, EMERGENCY),
    "(c) serious causes, probable or possible: soon": ({"serious_listed": 3, "first": ROUTINE}, SOON),
    "(c) never an emergency": ({"serious_listed": 1, "first": EMERGENCY}, SOON),
    "(d) the first cause": ({"first": ROUTINE}, ROUTINE),
    "(d) the first cause, soon": ({"first": SOON, "meeting": {ROUTINE: 1}}, SOON),
    "(d) self-care": ({"first": SELF_CARE}, SELF_CARE),
    "(d) an urgent first cause gives nothing by itself": ({"first": URGENT}, ROUTINE),
    "(d) not beside something more urgent": ({"flags": {URGENT: 1}, "first": SELF_CARE}, URGENT),
    "self-care needs the screen answered": ({"first": SELF_CARE, "screen_open": 1}, ROUTINE),
    "self-care by criteria needs it, too": ({"meeting": {SELF_CARE: 1}, "screen_open": 2}, ROUTINE),
    "self-care by a flag needs it, too": ({"flags": {SELF_CARE: 1}, "screen_open": 2}, ROUTINE),
    "an open screen makes nothing less urgent": ({"flags": {URGENT: 1}, "screen_open": 8}, URGENT),
    "counts of zero are nothing": ({"flags": {EMERGENCY: 0}, "meeting": {URGENT: 0}, "first": SELF_CARE}, SELF_CARE),
}


@pytest.mark.parametrize(("known", "disposition"), DISPOSITIONS.values(), ids=DISPOSITIONS)
def test_the_disposition_is_the_most_urgent_that_anything_calls_for(make, evaluator, known, disposition):
    plain = {"flags": {}, "meeting": {}, "serious_listed": 0, "first": None, "screen_open": 0, "active_pains": 2}
    assert evaluator(make.ruleset()).disposition(DispositionTally(**{**plain, **known})) is disposition


FLAG = {"from_flag": True}
MEETING = {"from_meeting_cause": True}
DRUG = {"kind": ActivityKind.MEDICATION}
BLEEDS, WITH_CHILD = Word("anticoagulant"), Word("pregnant")
WOMAN_OF_30 = {"female": True, "age": 30}

VERDICTS = {
    "nothing against it": ({}, {}, {}, ROUTINE, ALLOWED),
    "1 indicated": ({"indicated_when": Word("x")}, {"x": True}, {}, ROUTINE, ALLOWED),
    "1 not indicated": ({"indicated_when": Word("x")}, {"x": False}, FLAG, ROUTINE, LEFT_OUT),
    "1 unknown is not enough": ({"indicated_when": Word("x")}, {}, MEETING, ROUTINE, LEFT_OUT),
    "1 indicated by silence": ({"indicated_when": NotPresent(Word("x"))}, {}, {}, ROUTINE, ALLOWED),
    "2 specialist, the cause does not meet criteria": ({"specialist": True}, {}, {}, ROUTINE, LEFT_OUT),
    "2 specialist, the cause meets them": ({"specialist": True}, {}, MEETING, ROUTINE, ALLOWED),
    "2 specialist, from a flag": ({"specialist": True}, {}, FLAG, ROUTINE, ALLOWED),
    "3 emergency: from a cause": ({}, {}, MEETING, EMERGENCY, LEFT_OUT),
    "3 emergency: from a flag": ({}, {}, FLAG, EMERGENCY, ALLOWED),
    "3 emergency: a prohibition": ({"prohibits": True}, {}, {}, EMERGENCY, ALLOWED),
    "3 emergency: the safety net": ({"id_": "safety-net"}, {}, {}, EMERGENCY, ALLOWED),
    "3 urgent: a test from a cause stays": ({}, {}, {}, URGENT, ALLOWED),
    "3 urgent: a drug from a cause": (DRUG, {}, MEETING, URGENT, LEFT_OUT),
    "3 urgent: a drug from a flag": (DRUG, {}, FLAG, URGENT, ALLOWED),
    "3 urgent: manual": ({"classes": frozenset({ActivityClass.MANUAL_THERAPY})}, {}, {}, URGENT, LEFT_OUT),
    "3 urgent: exercise": ({"classes": frozenset({ActivityClass.EXERCISE})}, {}, {}, URGENT, LEFT_OUT),
    "3 urgent: another physical measure": ({"classes": frozenset({ActivityClass.PHYSICAL})}, {}, {}, URGENT, LEFT_OUT),
    "3 urgent: specialist treatment": ({"specialist": True}, {}, MEETING, URGENT, LEFT_OUT),
    "3 urgent: a prohibition of a drug stays": ({**DRUG, "prohibits": True}, {}, {}, URGENT, ALLOWED),
    "3 soon: a drug stays": (DRUG, {}, {}, SOON, ALLOWED),
    "4 an appointment less urgent": ({"appointment": SOON}, {}, FLAG, URGENT, LEFT_OUT),
    "4 as urgent": ({"appointment": URGENT}, {}, {}, URGENT, ALLOWED),
    "4 more urgent": ({"appointment": EMERGENCY}, {}, {}, SOON, ALLOWED),
    "4 routine beside self-care": ({"appointment": ROUTINE}, {}, {}, SELF_CARE, ALLOWED),
    "no disposition bars nothing": ({"appointment": ROUTINE}, {}, {}, None, ALLOWED),
    "a contraindication": ({"contraindications": (Word("x"),)}, {"x": True}, {}, ROUTINE, WITHHELD),
    "a contraindication, unknown": ({"contraindications": (Word("x"),)}, {}, {}, ROUTINE, ALLOWED),
    "a contraindication against a prohibition": (
        {"prohibits": True, "contraindications": (Word("x"),)},
        {"x": True},
        {},
        ROUTINE,
        WITHHELD,
    ),
    "left out before withheld": ({"appointment": SOON, "contraindications": (Word("x"),)}, {"x": True}, {}, URGENT, LEFT_OUT),
    "a caution": ({"cautions": (Word("x"),)}, {"x": True}, {}, ROUTINE, CAUTIONED),
    "a caution, unknown": ({"cautions": (Word("x"),)}, {}, {}, ROUTINE, ALLOWED),
    "withheld before cautioned": (
        {"cautions": (Word("x"),), "contraindications": (Word("y"),)},
        {"x": True, "y": True},
        {},
        ROUTINE,
        WITHHELD,
    ),
    "a flag that is raised": ({"contraindications": (FlagRaised("rf-a"),)}, {"bad-sign": True}, {}, ROUTINE, WITHHELD),
    "a flag that is open": ({"contraindications": (FlagRaised("rf-a"),)}, {}, {}, ROUTINE, ALLOWED),
    "a flag and a word": (
        {"contraindications": (All((FlagRaised("rf-a"), Word("x"))),)},
        {"bad-sign": True, "x": True},
        {},
        ROUTINE,
        WITHHELD,
    ),
    "overuse: an acute analgesic": ({"classes": frozenset({ActivityClass.ACUTE_ANALGESIC})}, {"overuse": True}, {}, ROUTINE, WITHHELD),
    "overuse: a triptan": ({"classes": frozenset({ActivityClass.TRIPTAN})}, {"overuse": True}, {}, ROUTINE, WITHHELD),
    "overuse unknown": ({"classes": frozenset({ActivityClass.TRIPTAN})}, {}, {}, ROUTINE, ALLOWED),
    "overuse: another drug": (DRUG, {"overuse": True}, {}, ROUTINE, ALLOWED),
    "overuse: a prohibition stays": (
        {"prohibits": True, "classes": frozenset({ActivityClass.TRIPTAN})},
        {"overuse": True},
        {},
        ROUTINE,
        ALLOWED,
    ),
    "anticoagulation unknown: a drug": ({**DRUG, "contraindications": (BLEEDS,)}, {}, {}, ROUTINE, WITHHELD),
    "anticoagulation unknown: a procedure": (
        {"kind": ActivityKind.PROCEDURE, "contraindications": (BLEEDS,)},
        {},
        {},
        ROUTINE,
        WITHHELD,
    ),
    "anticoagulation unknown: an injection that is ordered": (
        {"specialist": True, "contraindications": (BLEEDS,)},
        {},
        MEETING,
        ROUTINE,
        WITHHELD,
    ),
    "anticoagulation unknown: a specialist referral": (
        {"specialist": True, "kind": ActivityKind.REFERRAL, "contraindications": (BLEEDS,)},
        {},
        MEETING,
        ROUTINE,
        ALLOWED,
    ),
    "anticoagulation unknown: a test": ({"contraindications": (BLEEDS,)}, {}, {}, ROUTINE, ALLOWED),
    "anticoagulation unknown: no contraindication": (DRUG, {}, {}, ROUTINE, ALLOWED),
    "anticoagulation absent": ({**DRUG, "contraindications": (BLEEDS,)}, {"anticoagulant": False}, {}, ROUTINE, ALLOWED),
    "anticoagulation unknown, but the rest decides": (
        {**DRUG, "contraindications": (All((BLEEDS, Word("x"))),)},
        {"x": False},
        {},
        ROUTINE,
        ALLOWED,
    ),
    "anticoagulation known, the rest unknown": (
        {**DRUG, "contraindications": (AnyOf((BLEEDS, Word("x"))),)},
        {"anticoagulant": False},
        {},
        ROUTINE,
        ALLOWED,
    ),
    "anticoagulation unknown: a prohibition stays": (
        {**DRUG, "prohibits": True, "contraindications": (BLEEDS,)},
        {},
        {},
        ROUTINE,
        ALLOWED,
    ),
    "pregnancy unknown": ({**DRUG, "contraindications": (WITH_CHILD,)}, WOMAN_OF_30, {}, ROUTINE, WITHHELD),
    "pregnancy absent": ({**DRUG, "contraindications": (WITH_CHILD,)}, {**WOMAN_OF_30, "pregnant": False}, {}, ROUTINE, ALLOWED),
}


@pytest.mark.parametrize(("fields", "said", "origin", "disposition", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_a_candidate_is_allowed_cautioned_withheld_or_left_out(make, patient, evaluator, fields, said, origin, disposition, verdict):
    activity = make.activity(**fields)
    subject = evaluator(make.ruleset(make.flag(), activity))
    candidate = Candidate(**{"activity": activity.id, "from_flag": False, "from_meeting_cause": False, **origin})
    assert subject.verdicts(subject.conclude(patient(said)), [candidate], disposition) == {activity.id: verdict}


def test_candidates_do_not_touch_each_other(make, patient, evaluator):
    activities = [make.activity("a", contraindications=(Word("x"),)), make.activity("b"), make.activity("c", cautions=(Word("x"),))]
    subject = evaluator(make.ruleset(*activities))
    candidates = [Candidate(activity=id_, from_flag=False, from_meeting_cause=False) for id_ in "abc"]
    verdicts = subject.verdicts(subject.conclude(patient({"x": True})), candidates, ROUTINE)
    assert verdicts == {"a": WITHHELD, "b": ALLOWED, "c": CAUTIONED}


def test_no_candidates_no_verdicts(make, patient, evaluator):
    subject = evaluator(make.ruleset())
    assert subject.verdicts(subject.conclude(patient()), [], ROUTINE) == {}
