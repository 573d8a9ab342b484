"""What it means for a rule when data are missing (DESIGN 1.2, 4)."""

from collections.abc import Iterator

from nuchal.rules.check.rulebook import named_conditions
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Condition, NotPresent, words
from nuchal.rules.model import Activity, ActivityKind, Cause, RedFlag, RuleHead, Ruleset
from nuchal.rules.outline import Outline, outline

_WAITING_KINDS = frozenset({ActivityKind.MEDICATION, ActivityKind.PROCEDURE})


_UNDETERMINED = (
    "While it is open whether its condition holds, this red flag is undetermined: neither raised nor ruled out. "
    "The answer counts it as undetermined, and asks first for what could raise it."
)
_OPEN = (
    "A part of which too little is known is open, not failed. With an open part this cause does not meet its criteria; "
    "it can be listed as probable or possible, and the answer asks for the open parts."
)
_NO_CARDINAL = "Without a cardinal finding that is known to be present it is not listed, except where a raised red flag names it."
_SAYS_NOTHING = "While its condition is unknown it says nothing, and what the chart states of the word stands."


def when_missing(rule: RuleHead, ruleset: Ruleset) -> list[str]:
    """What becomes of `rule` while findings that it needs are unknown, in sentences."""
    match rule:
        case RedFlag():
            return [_UNDETERMINED]
        case Cause():
            return [_OPEN, _NO_CARDINAL]
        case Activity():
            return list(_activity(rule, ruleset))
        case _:
            return [_SAYS_NOTHING]


def silence_counts_as_no(rule: RuleHead, ruleset: Ruleset) -> list[Outline]:
    """The parts of its conditions where "nobody asked" has the same effect as "no", each once."""
    operands = (operand for _, condition in named_conditions(rule) for operand in _not_present(condition))
    return list(dict.fromkeys(outline(operand, ruleset.wordings) for operand in operands))


def _activity(activity: Activity, ruleset: Ruleset) -> Iterator[str]:
    if activity.indicated_when is not None:
        yield "It is suggested only where its indication is known to hold; unknown is not enough."
    if not activity.contraindications:
        return
    yield "An unknown contraindication does not withhold it; the suggestion is made and the answer asks for what is unknown."
    asked = frozenset().union(*(words(condition) for condition in activity.contraindications))
    roles = ruleset.roles
    waits_for = [ruleset.vocabulary[word].title.lower() for word in (roles.anticoagulation, roles.pregnancy) if word in asked]
    if activity.kind in _WAITING_KINDS and waits_for:
        yield f"One exception: it is withheld while it is unknown whether there is {' or '.join(waits_for)}."


def _not_present(condition: Condition) -> Iterator[Condition]:
    match condition:
        case NotPresent(operand):
            yield operand
        case All(members) | AnyOf(members) | AtLeast(_, members):
            for member in members:
                yield from _not_present(member)
        case Absent(operand):
            yield from _not_present(operand)
        case _:
            return
