"""Runs the cases that stand beside the rules through the real engine."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time

from nuchal.assessment.open_words import open_words
from nuchal.findings import Finding, Findings, Presence, View
from nuchal.inference import Inference
from nuchal.inference.outcome import CauseTally, Conclusions
from nuchal.rules.conditions import Condition, Truth
from nuchal.rules.model import Activity, Case, Cause, Derived, Expect, RedFlag, RuleHead, Ruleset
from nuchal.rules.truths import Truths

_SOME_DAY = datetime(2026, 12, 1, 12, tzinfo=UTC)  # cases without as_of; nothing in a case depends on the day
_OF_TRUTH = {Truth.TRUE: Expect.FIRES, Truth.FALSE: Expect.SILENT, Truth.UNKNOWN: Expect.UNDETERMINED}
_OF_PRESENCE = {Presence.PRESENT: Expect.FIRES, Presence.ABSENT: Expect.SILENT, Presence.UNKNOWN: Expect.UNDETERMINED}


def run_case(inference: Inference, rule: RuleHead, case: Case) -> Expect:
    """What comes out of `case` for `rule`, which must fire, in the sense of the README of the ruleset.

    An activity is looked at alone: offered when it is indicated and nothing speaks
    against it. The rules of the plan that need a disposition have no part in it.
    """
    conclusions = inference.conclude(findings_of(case))
    match rule:
        case RedFlag():
            return _OF_TRUTH[conclusions.flags[rule.id]]
        case Cause():
            return _OF_TRUTH[_meets_criteria(conclusions.causes[rule.id].tally)]
        case Derived():
            state = conclusions.states[View.SAFETY].get(rule.id)
            return _OF_PRESENCE[Presence.UNKNOWN if state is None else state.presence]
        case Activity():
            return _offer(rule, conclusions)
        case _:
            raise TypeError(type(rule).__name__)


def unneeded(inference: Inference, ruleset: Ruleset, rule: RuleHead, case: Case) -> tuple[str, ...]:
    """The words under `missing` of `case` for which its rule does not wait, directly or through derived words."""
    conclusions = inference.conclude(findings_of(case))
    states = conclusions.states[View.STRICT if isinstance(rule, Cause) else View.SAFETY]
    waited = set(_waited_for(_parts(rule), Truths(states, conclusions.raised), ruleset))
    return tuple(word for word in case.missing if word not in waited)


def findings_of(case: Case) -> Findings:
    """What a case states; a number is stated as present."""
    moment = datetime.combine(case.as_of, time.max, tzinfo=UTC) if case.as_of else _SOME_DAY
    return Findings(_finding(word, stated, moment) for word, stated in case.given.items())


def _finding(word: str, stated: str | float, moment: datetime) -> Finding:
    if isinstance(stated, float):
        return Finding(word=word, presence=Presence.PRESENT, value=round(stated, 4), observed=moment)
    return Finding(word=word, presence=Presence(stated), observed=moment)


def _meets_criteria(tally: CauseTally) -> Truth:
    if tally.excluded or tally.impossible_sex or tally.groups_failed or tally.required is Truth.FALSE:
        return Truth.FALSE
    return Truth.UNKNOWN if tally.groups_open else tally.required


def _offer(activity: Activity, conclusions: Conclusions) -> Expect:
    truths = Truths(conclusions.states[View.SAFETY], conclusions.raised)
    against = [truths.of(condition) for condition in activity.contraindications]
    indicated = activity.indicated_when is None or truths.holds(activity.indicated_when)
    if not indicated or Truth.TRUE in against:
        return Expect.SILENT
    return Expect.UNDETERMINED if Truth.UNKNOWN in against else Expect.FIRES


def _parts(rule: RuleHead) -> Sequence[Condition]:
    match rule:
        case RedFlag():
            return [rule.when]
        case Cause():
            return rule.parts
        case Derived():
            return [condition for condition in (rule.present_when, rule.absent_when) if condition is not None]
        case Activity():
            return rule.contraindications
        case _:
            raise TypeError(type(rule).__name__)


def _waited_for(conditions: Sequence[Condition], truths: Truths, ruleset: Ruleset) -> Iterator[str]:
    for condition in conditions:
        for word in open_words(condition, truths):
            yield word
            if word in ruleset.derived:
                yield from _waited_for(_parts(ruleset.derived[word]), truths, ruleset)
