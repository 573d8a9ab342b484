"""Conditions that can never hold, and limits outside what is believed of a number."""

from collections.abc import Iterator, Sequence
from itertools import islice

from nuchal.errors import RulesetProblem
from nuchal.rules.check.rulebook import derived_in_order, named_conditions, needed, rules_of
from nuchal.rules.check.ways import Ways, truths_of
from nuchal.rules.conditions import Comparison, Condition, leaves
from nuchal.rules.model import Cause, Derived, RuleHead, Ruleset
from nuchal.rules.places import Places

_TRIES = 2000  # ways looked at before a condition counts as never true


def reachability_problems(ruleset: Ruleset, places: Places, ways: Ways) -> Iterator[RulesetProblem]:
    """Every condition, and every cause as a whole, that no patient can meet."""
    derived = derived_in_order(ruleset.derived)
    for rule in rules_of(ruleset):
        yield from _limit_problems(rule, ruleset, places)
        for key, condition in named_conditions(rule):
            if not _can_hold([condition], ways, derived, ruleset):
                yield places.problem(rule.file, f"a condition of {rule.id} under {key} can never be true", key)
        if isinstance(rule, Cause) and not _can_hold(rule.parts, ways, derived, ruleset):
            yield places.problem(rule.file, f"{rule.id} can never meet all its parts at once", "required")


def _limit_problems(rule: RuleHead, ruleset: Ruleset, places: Places) -> Iterator[RulesetProblem]:
    for leaf in dict.fromkeys(leaf for _, condition in named_conditions(rule) for leaf in leaves(condition)):
        quantity = ruleset.vocabulary[leaf.word].quantity
        if isinstance(leaf, Comparison) and quantity is not None and not quantity.low <= leaf.value <= quantity.high:
            message = f"{leaf.value:g} lies outside the plausible range of {leaf.word}"
            yield places.problem(rule.file, message, leaf.word, instead=f"{quantity.low:g} to {quantity.high:g} {quantity.unit}")


def _can_hold(conditions: Sequence[Condition], ways: Ways, derived: Sequence[Derived], ruleset: Ruleset) -> bool:
    followed = needed(conditions, derived)
    for way in islice(ways.all_true(conditions, {}), _TRIES):
        truths = truths_of(way, followed, frozenset(ruleset.red_flags))
        if all(truths.holds(condition) for condition in conditions):
            return True
    return False
