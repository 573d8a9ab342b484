"""The clinical specification: every case of every rule file, through the real engine. `pytest tests/spec -v` prints it."""

from pathlib import Path

import pytest

from nuchal.cli.rule_cases import run_case, unneeded
from nuchal.rules.check import rules_of
from nuchal.rules.reader import load_ruleset

RULESET = load_ruleset(Path(__file__).parents[2] / "rulesets" / "back_pain_headache")
CASES = [pytest.param(rule, case, id=f"{rule.id}: {case.name}") for rule in rules_of(RULESET) if rule.fires for case in rule.cases]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_a_rule_does_what_its_file_says(rule, case, inference):
    assert run_case(inference, rule, case) is case.expect


@pytest.mark.parametrize(("rule", "case"), [row for row in CASES if row.values[1].missing])
def test_an_open_rule_waits_for_the_words_that_its_file_says(rule, case, inference):
    assert unneeded(inference, RULESET, rule, case) == ()
