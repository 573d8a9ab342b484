"""Patients written by somebody who had not seen the rules: how well the ruleset does on them must not fall.

`python -m pytest tests/cohort -s` prints every patient that does not come out as its writer expects. The figures
below are what was reached; none of them was reached by bending a rule or a word to one of these patients.
"""

import pytest

SETS = ("first", "second")
# of each set: right cause first, among the first three, disposition accepted
REACHED = {"first": (32, 35, 39), "second": (17, 19, 21)}
# 42: confusion and swollen discs in shorthand are not understood, and 232/138 alone is urgent; 46: a thunderclap told in German
MISSED = {"first": [], "second": ["42", "46"]}


@pytest.mark.parametrize("name", SETS)
def test_causes_and_speed_come_out_as_well_as_before(scores, name):
    found = scores(name)
    for each in found:
        if each.complaints:
            print(f"\n{each.patient['id']} {each.patient['title']}: {'; '.join(each.complaints)}")  # noqa: T201  -s shows it
    named = [each for each in found if each.wants_a_cause]
    first = sum(each.rank == 1 for each in named)
    among_three = sum(each.rank is not None and each.rank <= 3 for each in named)
    assert (first, among_three, sum(each.disposition_fits for each in found)) >= REACHED[name]


@pytest.mark.parametrize("name", SETS)
def test_no_further_emergency_is_missed(scores, name):
    emergencies = [each for each in scores(name) if each.patient["kind"] == "emergency"]
    assert [each.patient["id"] for each in emergencies if each.disposition != "emergency"] == MISSED[name]


@pytest.mark.parametrize("name", SETS)
def test_at_most_one_in_ten_is_seen_sooner_than_needed(scores, name):
    found = scores(name)
    assert sum(each.over_triaged for each in found) * 10 <= len(found)


@pytest.mark.parametrize("name", SETS)
def test_nothing_that_its_writer_forbids_is_proposed(scores, name):
    assert {each.patient["id"]: each.forbidden for each in scores(name) if each.forbidden} == {}


@pytest.mark.parametrize("name", SETS)
def test_a_trap_raises_nothing_that_its_writer_rules_out(scores, name):
    assert {each.patient["id"]: each.flags_false for each in scores(name) if each.patient["kind"] == "trap" and each.flags_false} == {}
