"""What the cases that stand beside the rules say, held against conclusions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from nuchal.assessment.open_words import open_words
from nuchal.assessment.pains import active_pains
from nuchal.assessment.patient import Patient
from nuchal.assessment.ranking import support
from nuchal.findings import Finding, Findings, Presence, View
from nuchal.inference.outcome import CauseTally, Conclusions
from nuchal.rules.conditions import Condition, Truth, flags
from nuchal.rules.model import Activity, Case, Cause, Derived, Expect, Listed, RedFlag, RuleHead, Ruleset
from nuchal.rules.truths import Truths

_SOME_DAY = datetime(2026, 12, 1, 12, tzinfo=UTC)  # cases without as_of; nothing in a case depends on the day
_OF_TRUTH = {Truth.TRUE: Expect.FIRES, Truth.FALSE: Expect.SILENT, Truth.UNKNOWN: Expect.UNDETERMINED}
_OF_PRESENCE = {Presence.PRESENT: Expect.FIRES, Presence.ABSENT: Expect.SILENT, Presence.UNKNOWN: Expect.UNDETERMINED}


def faults(ruleset: Ruleset, rule: RuleHead, case: Case, conclusions: Conclusions) -> Iterator[str]:
    """Everything in which `conclusions`, drawn from the findings of `case`, differ from what it says of `rule`, which must fire.

    An activity is looked at alone: offered when it is indicated and nothing speaks
    against it. The rules of the plan that need a disposition have no part in it.
    """
    outcome = _outcome(rule, conclusions)
    if outcome is not case.expect:
        yield f"comes out as {outcome}, not as {case.expect}"
    if case.missing:
        truths = conclusions.truths[View.STRICT if isinstance(rule, Cause) else View.SAFETY]
        waited = set(_waited_for(_parts(rule), truths, ruleset))
        yield from (f"does not wait for {word}" for word in case.missing if word not in waited)
    if isinstance(rule, Cause) and case.certainty is not None:
        certainty = conclusions.causes[rule.id].certainty
        listed = Listed.NONE if certainty is None else Listed(certainty)
        if listed is not case.certainty:
            yield f"has certainty {listed}, not {case.certainty}"
    for what, found, said in (("support", _support, case.support), ("cautions", _cautions, case.cautions)):
        if said is not None and (number := found(ruleset, rule, conclusions)) != said:
            yield f"has {what} {number}, not {said}"


def come_out(ruleset: Ruleset, rule: RuleHead, case: Case, conclusions: Conclusions) -> Case:
    """`case` as it comes out under `rule`, which must fire, with all that a case may say but what is missing."""
    certainty = conclusions.causes[rule.id].certainty if isinstance(rule, Cause) else None
    return replace(
        case,
        expect=_outcome(rule, conclusions),
        missing=(),
        certainty=(Listed.NONE if certainty is None else Listed(certainty)) if isinstance(rule, Cause) else None,
        support=_support(ruleset, rule, conclusions) if isinstance(rule, Cause) else None,
        cautions=_cautions(ruleset, rule, conclusions) if isinstance(rule, Activity) else None,
    )


def alone(ruleset: Ruleset, rule: RuleHead) -> Ruleset:
    """`ruleset` with `rule` and the red flags that it asks for or that name it, and no other rule; derived words stay."""
    meant = (rule.id,) if isinstance(rule, Cause) else ()
    asked_for = {id_: replace(flag, may_mean=meant) for id_, flag in ruleset.red_flags.items() if _is_asked_for(flag, rule)}
    small = replace(ruleset, red_flags=asked_for, causes={}, activities={})
    match rule:
        case RedFlag():
            return replace(small, red_flags={rule.id: replace(rule, may_mean=())})
        case Cause():
            return replace(small, causes={rule.id: rule})
        case Activity():
            return replace(small, activities={rule.id: rule})
        case Derived():
            return replace(small, derived={**ruleset.derived, rule.id: rule})
        case _:
            raise TypeError(type(rule).__name__)


def _is_asked_for(flag: RedFlag, rule: RuleHead) -> bool:
    if isinstance(rule, Cause):
        return rule.id in flag.may_mean
    return isinstance(rule, Activity) and any(flag.id in flags(condition) for condition in (*rule.contraindications, *rule.cautions))


def _outcome(rule: RuleHead, conclusions: Conclusions) -> Expect:
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


def _support(ruleset: Ruleset, rule: RuleHead, conclusions: Conclusions) -> int:
    patient = Patient(ruleset, conclusions)
    return support(rule, patient, active_pains(patient)) if isinstance(rule, Cause) else 0


def _cautions(_ruleset: Ruleset, rule: RuleHead, conclusions: Conclusions) -> int:
    truths = conclusions.truths[View.SAFETY]
    return sum(truths.holds(condition) for condition in rule.cautions) if isinstance(rule, Activity) else 0


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
    truths = conclusions.truths[View.SAFETY]
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
