"""Cases of rules, run under two versions of their ruleset."""

from dataclasses import replace

import pytest

from nuchal.assessment.case_changes import compare_cases
from nuchal.rules.conditions import Comparison, Operator, Word
from nuchal.rules.model import Case, Expect, Status, Weight

PEAK = "headache-time-to-peak-minutes"


def with_flag(ruleset, **changed):
    flag = replace(ruleset.red_flags["rf-thunderclap"], **changed)
    return replace(ruleset, red_flags={**ruleset.red_flags, flag.id: flag})


def test_the_same_ruleset_runs_every_case_and_none_comes_out_otherwise(ruleset):
    found = compare_cases(ruleset, replace(ruleset, hash="0" * 64))
    assert found.changes == ()
    assert found.run > 1000


def test_a_case_that_only_the_newer_one_has_runs_under_both(ruleset):
    case = Case(name="new one", given={PEAK: 3.0, "headache-severe": "present"}, expect=Expect.FIRES)
    newer = with_flag(ruleset, when=Comparison(PEAK, Operator.LESS, 3), cases=(case,))
    changes = {change.case: (change.before, change.after) for change in compare_cases(ruleset, newer).changes}
    assert changes["new one"] == ("raised", "not raised")
    assert changes["severe headache at its peak after 5 minutes"] == ("raised", "not raised")


def test_a_change_of_a_derived_word_reaches_the_cases_of_the_rules_that_read_it(ruleset):
    fever = ruleset.derived["fever"]
    newer = replace(ruleset, derived={**ruleset.derived, "fever": replace(fever, present_when=Word("chills"))})
    assert {change.rule for change in compare_cases(ruleset, newer).changes} >= {"fever"}


def test_points_alone_are_told_apart(ruleset):
    cause = ruleset.causes["giant-cell-arteritis"]
    supporting = tuple(replace(each, weight=Weight.MINOR) for each in cause.supporting)
    newer = replace(ruleset, causes={**ruleset.causes, cause.id: replace(cause, supporting=supporting)})
    changes = [change for change in compare_cases(ruleset, newer).changes if change.rule == cause.id]
    assert changes
    assert all(change.support_only for change in changes if "meets" in change.before and "meets" in change.after)


@pytest.mark.parametrize("status", list(Status))
def test_a_rule_that_fires_in_both_is_compared_and_so_are_those_that_it_names(ruleset, status):
    newer = with_flag(ruleset, status=status, when=Comparison(PEAK, Operator.LESS, 3))
    changed = {change.rule for change in compare_cases(ruleset, newer).changes}
    assert ("rf-thunderclap" in changed) is (status is not Status.RETIRED)
    assert "pituitary-apoplexy" in changed  # which the red flag names


def test_a_word_that_a_ruleset_does_not_know_is_nothing_that_it_was_told(ruleset):
    word = replace(ruleset.vocabulary["seizure"], id="brand-new")
    case = Case(name="new word", given={"brand-new": "present"}, expect=Expect.FIRES)
    newer = replace(with_flag(ruleset, when=Word("brand-new"), cases=(case,)), vocabulary={**ruleset.vocabulary, word.id: word})
    changes = {change.case: (change.before, change.after) for change in compare_cases(ruleset, newer).changes}
    assert changes["new word"] == ("open", "raised")
