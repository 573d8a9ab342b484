"""The clinical specification: every case of every rule file, through the real engine. `pytest tests/spec -v` prints it."""

from pathlib import Path

import pytest

from nuchal.cli.rule_cases import faults, findings_of
from nuchal.rules.check import rules_of
from nuchal.rules.reader import load_ruleset

RULESET = load_ruleset(Path(__file__).parents[2] / "rulesets" / "back_pain_headache")
CASES = [pytest.param(rule, case, id=f"{rule.id}: {case.name}") for rule in rules_of(RULESET) if rule.fires for case in rule.cases]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_a_rule_does_what_its_file_says(rule, case, inference):
    assert list(faults(RULESET, rule, case, inference.conclude(findings_of(case)))) == []
