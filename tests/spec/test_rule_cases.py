"""The clinical specification: every case of every rule file, through the real engine. `pytest tests/spec -v` names the rules."""

from pathlib import Path

import pytest

from nuchal.assessment.rule_cases import faults, findings_of
from nuchal.rules.check import rules_of
from nuchal.rules.reader import load_ruleset

RULESET = load_ruleset(Path(__file__).parents[2] / "rulesets" / "back_pain_headache")
RULES = [pytest.param(rule, id=rule.id) for rule in rules_of(RULESET) if rule.fires]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_does_what_the_cases_of_its_file_say(rule, inference):
    """One test for a rule and not for a case: four thousand would take a minute to be counted."""
    found = {case.name: list(faults(RULESET, rule, case, inference.conclude(findings_of(case)))) for case in rule.cases}
    assert {name: said for name, said in found.items() if said} == {}
