"""What a condition rests on, and when it holds more than general words."""

from datetime import UTC, datetime

import pytest

from nuchal.findings import Finding, Presence, State
from nuchal.rules.basis import evidence, is_specific
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, FlagRaised, NotPresent, Operator, Word
from nuchal.rules.reader import load_ruleset
from nuchal.rules.truths import Truths

HEAD, FEVER, NECK = Word("headache"), Word("fever"), Word("neck-stiffness")
HOT = Comparison("temperature", Operator.AT_LEAST, 38)


def finding(word, presence):
    return Finding(word=word, presence=presence, observed=datetime(2026, 11, 1, tzinfo=UTC), source=f"Observation/{word}")


def states(**presences):
    known = {}
    for name, stated in presences.items():
        word = name.replace("_", "-")
        values = (stated,) if isinstance(stated, float) else ()
        presence = Presence.PRESENT if values else Presence(stated)
        known[word] = State(presence, values, (finding(word, presence),))
    return known


EVIDENCE = [
    (All((HEAD, FEVER)), {"headache": "present", "fever": "present"}, ["headache", "fever"]),
    (All((HEAD, FEVER)), {"headache": "present", "fever": "absent"}, ["fever"]),
    (All((HEAD, FEVER)), {"headache": "present"}, []),
    (AnyOf((HEAD, FEVER)), {"headache": "absent", "fever": "present"}, ["fever"]),
    (AnyOf((HEAD, FEVER)), {"headache": "absent", "fever": "absent"}, ["headache", "fever"]),
    (AtLeast(2, (HEAD, FEVER, NECK)), {"headache": "present", "fever": "present", "neck_stiffness": "absent"}, ["headache", "fever"]),
    (Absent(FEVER), {"fever": "absent"}, ["fever"]),
    (Absent(FEVER), {"fever": "present"}, ["fever"]),
    (NotPresent(FEVER), {}, []),
    (NotPresent(FEVER), {"fever": "absent"}, ["fever"]),
    (All((HEAD, AnyOf((HEAD, FEVER)))), {"headache": "present"}, ["headache"]),
    (HOT, {"temperature": 39.0}, ["temperature"]),
    (FlagRaised("rf-meningism"), {"fever": "present"}, []),
]


@pytest.mark.parametrize(("condition", "known", "rests_on"), EVIDENCE)
def test_a_condition_rests_on_the_statements_that_decide_it(condition, known, rests_on):
    assert [statement.word for statement in evidence(condition, Truths(states(**known)))] == rests_on


FLAG_AND_FEVER = All((FlagRaised("rf-meningism"), FEVER))
NESTED_FLAGS = [
    (FLAG_AND_FEVER, {"fever": "present"}, {"rf-meningism"}, ["fever"]),
    (FLAG_AND_FEVER, {"fever": "present"}, {"rf-other"}, []),
    (FLAG_AND_FEVER, {"fever": "present"}, set(), []),
    (AnyOf((Absent(FlagRaised("rf-meningism")), FEVER)), {"fever": "present"}, {"rf-meningism"}, ["fever"]),
    (NotPresent(FLAG_AND_FEVER), {"fever": "present"}, {"rf-meningism"}, ["fever"]),
    (AtLeast(2, (FlagRaised("rf-meningism"), FEVER, HEAD)), {"fever": "present"}, {"rf-meningism"}, ["fever"]),
]


@pytest.mark.parametrize(("condition", "known", "raised", "rests_on"), NESTED_FLAGS)
def test_a_condition_with_a_flag_in_it_rests_on_statements_as_the_raised_flags_decide(condition, known, raised, rests_on):
    assert [statement.word for statement in evidence(condition, Truths(states(**known), frozenset(raised)))] == rests_on


SPECIFIC = [
    # headache and temperature are general words
    (HEAD, {"headache": "present"}, False),
    (FEVER, {"fever": "present"}, True),
    (FEVER, {"fever": "absent"}, False),
    (HOT, {"temperature": 39.0}, False),
    (All((HEAD, FEVER)), {"headache": "present", "fever": "present"}, True),
    (All((HEAD, FEVER)), {"headache": "present"}, False),
    (AnyOf((HEAD, FEVER)), {"headache": "present"}, False),
    (AnyOf((HEAD, FEVER)), {"headache": "present", "fever": "present"}, True),
    (AtLeast(1, (HEAD, FEVER)), {"headache": "present", "fever": "absent"}, False),
    (Absent(FEVER), {"fever": "absent"}, False),
    (NotPresent(FEVER), {}, False),
]


@pytest.mark.parametrize(("condition", "known", "specific"), SPECIFIC)
def test_a_condition_is_specific_by_a_true_word_that_is_not_general(tiny, condition, known, specific):
    assert is_specific(condition, Truths(states(**known)), load_ruleset(tiny.folder).vocabulary) is specific
