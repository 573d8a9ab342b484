"""Whether each rule says what it rests on and shows what it does: sources, and cases on every side."""

from collections.abc import Iterator

from nuchal.errors import RulesetProblem
from nuchal.rules.check.rulebook import named_conditions, rules_of
from nuchal.rules.check.ways import Ways
from nuchal.rules.conditions import All, AnyOf, Comparison, Condition, Truth, leaves
from nuchal.rules.model import Activity, Cause, Derived, Expect, RedFlag, RuleHead, Ruleset
from nuchal.rules.places import Places
from nuchal.rules.truths import evaluate

# The keys on which it depends what comes out of a case.
_DECIDING = frozenset({"when", "present_when", "absent_when", "required", "groups", "excluding", "indicated_when", "contraindications"})


def evidence_problems(ruleset: Ruleset, places: Places, ways: Ways) -> Iterator[RulesetProblem]:
    """Rules without a source, without a case of a kind that can come out, or with cases on one side of a limit only."""
    for rule in rules_of(ruleset):
        if not rule.sources:
            yield places.problem(rule.file, f"{rule.id} names no source", "sources")
        shown = {case.expect for case in rule.cases}
        for expect in _possible(rule, ways):
            if expect not in shown:
                yield places.problem(rule.file, f"{rule.id} has no case with expect: {expect}", "cases")
        yield from _limit_problems(rule, places)


def _possible(rule: RuleHead, ways: Ways) -> Iterator[Expect]:
    """What can come out of cases of `rule`, in the order of Expect."""
    yield Expect.FIRES
    match rule:
        case RedFlag(when=condition):
            yield from _beside_firing(condition, ways)
        case Cause():
            yield from _beside_firing(All(rule.parts), ways)
        case Derived():
            if rule.absent_when is not None:
                yield Expect.SILENT
            if rule.present_when is None or evaluate(rule.present_when, {}) is Truth.UNKNOWN:
                yield Expect.UNDETERMINED
        case Activity():
            if rule.indicated_when is not None or rule.contraindications:
                yield Expect.SILENT
            if evaluate(AnyOf(rule.contraindications), {}) is Truth.UNKNOWN:
                yield Expect.UNDETERMINED


def _beside_firing(condition: Condition, ways: Ways) -> Iterator[Expect]:
    if next(ways.false(condition, {}), None) is not None:
        yield Expect.SILENT
    if evaluate(condition, {}) is Truth.UNKNOWN:
        yield Expect.UNDETERMINED


def _limit_problems(rule: RuleHead, places: Places) -> Iterator[RulesetProblem]:
    for comparison in _limits(rule):
        numbers = [
            given for case in rule.cases for word, given in case.given.items() if word == comparison.word and isinstance(given, float)
        ]
        met = {comparison.op.compare(number, comparison.value) for number in numbers}
        limit = f"{comparison.word} {comparison.op} {comparison.value:g}"
        for side, words in ((True, "meets"), (False, "misses")):
            if side not in met:
                yield places.problem(rule.file, f"{rule.id} has no case that {words} {limit}", comparison.word)


def _limits(rule: RuleHead) -> dict[Comparison, None]:
    deciding = [condition for key, condition in named_conditions(rule) if key in _DECIDING]
    return dict.fromkeys(leaf for condition in deciding for leaf in leaves(condition) if isinstance(leaf, Comparison))
