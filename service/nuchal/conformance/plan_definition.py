"""The ruleset as a PlanDefinition: one action for each rule, with its condition in words and its literature."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from nuchal.conformance.activity_definitions import ACTIVITY_DEFINITION
from nuchal.conformance.publication import of_ruleset, versioned
from nuchal.fhir.citations import citation
from nuchal.fhir.concepts import coded, concept
from nuchal.fhir.elements import filled
from nuchal.fhir.service_requests import PRIORITIES
from nuchal.rules.conditions import AnyOf, Condition, NotPresent
from nuchal.rules.model import Activity, Cause, Derived, RedFlag, RuleHead, Ruleset

PLAN_DEFINITION: Final = "PlanDefinition"

_TYPE: Final = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
_ENGLISH: Final = "text/plain"

Rule = TypeVar("Rule", bound=RuleHead)


def plan_definition(ruleset: Ruleset) -> dict[str, Any]:
    """The PlanDefinition of R4 4.0.1, type eca-rule, at the canonical address of the ruleset.

    The id of an action is the id of its rule. Conditions are English for a reader; what is
    evaluated are the rule files.
    """
    return {
        **of_ruleset(ruleset, PLAN_DEFINITION, ruleset.id, title=ruleset.title, description=f"For: {ruleset.population}"),
        "url": ruleset.canonical,
        "type": {"coding": [coded(_TYPE, "eca-rule", "ECA Rule")]},
        "effectivePeriod": {"start": ruleset.effective.isoformat()},
        "library": [versioned("Library", ruleset.id, ruleset.version)],
        "action": [
            {"title": "Derived findings", "action": [_derived(rule, ruleset) for rule in _in_force(ruleset.derived)]},
            {"title": "Red flags", "action": [_red_flag(flag, ruleset) for flag in _in_force(ruleset.red_flags)]},
            {"title": "Causes", "action": [_cause(cause, ruleset) for cause in _in_force(ruleset.causes)]},
            {"title": "Suggestions", "action": [_suggestion(activity, ruleset) for activity in _in_force(ruleset.activities)]},
        ],
    }


def _in_force(rules: Mapping[str, Rule]) -> list[Rule]:
    return [rule for rule in rules.values() if rule.fires]


def _derived(rule: Derived, ruleset: Ruleset) -> dict[str, Any]:
    return _action(rule, ruleset, rule.rationale, [rule.present_when] if rule.present_when else [])


def _red_flag(flag: RedFlag, ruleset: Ruleset) -> dict[str, Any]:
    return filled(
        {
            **_action(flag, ruleset, flag.rationale, [flag.when], priority=PRIORITIES[flag.disposition]),
            "reason": [{"text": f"May mean: {ruleset.causes[cause].title}"} for cause in flag.may_mean],
            "action": _proposed(flag.immediate_action, ruleset),
        }
    )


def _cause(cause: Cause, ruleset: Ruleset) -> dict[str, Any]:
    """A cause that meets its criteria: all conditions hold. With fewer it is listed as probable or possible."""
    conditions = [
        AnyOf(cause.cardinal),
        cause.required,
        *(group.condition for group in cause.required_groups),
        *([NotPresent(AnyOf(cause.excluding))] if cause.excluding else []),
    ]
    return filled(
        {
            **_action(cause, ruleset, cause.rationale, conditions, priority=PRIORITIES[cause.urgency]),
            "code": [concept(cause.codings, cause.title)],
            "textEquivalent": f"How it is confirmed: {cause.confirm.strip()} Pitfalls: {cause.pitfalls.strip()}",
            "action": _proposed(cause.activities, ruleset),
        }
    )


def _suggestion(activity: Activity, ruleset: Ruleset) -> dict[str, Any]:
    conditions = [
        *([activity.indicated_when] if activity.indicated_when else []),
        *([NotPresent(AnyOf(activity.contraindications))] if activity.contraindications else []),
    ]
    return {
        **_action(activity, ruleset, activity.clinical_text, conditions),
        "definitionCanonical": versioned(ACTIVITY_DEFINITION, activity.id, ruleset.version),
    }


def _action(
    rule: RuleHead, ruleset: Ruleset, description: str, conditions: Sequence[Condition], *, priority: str | None = None
) -> dict[str, Any]:
    """What the actions of all rules begin with."""
    return filled(
        {
            "id": rule.id,
            "title": rule.title,
            "description": description.strip(),
            "priority": priority,
            "documentation": [citation(ruleset.references[source.ref], source.supports) for source in rule.sources],
            "condition": [_condition(condition, ruleset) for condition in conditions],
        }
    )


def _condition(condition: Condition, ruleset: Ruleset) -> dict[str, Any]:
    return {"kind": "applicability", "expression": {"language": _ENGLISH, "expression": ruleset.wordings.of(condition)}}


def _proposed(activities: Iterable[str], ruleset: Ruleset) -> list[dict[str, Any]]:
    """What a rule proposes, in its order; whether it is fitting says the action of the suggestion."""
    return [
        {"title": ruleset.activities[id_].title, "definitionCanonical": versioned(ACTIVITY_DEFINITION, id_, ruleset.version)}
        for id_ in activities
        if ruleset.activities[id_].fires
    ]
