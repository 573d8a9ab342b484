"""Why a rule is not raised, not listed or not proposed: any rule by its name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from nuchal.assessment.explanation import Explainer
from nuchal.assessment.model import CriterionRole, CriterionState, WithheldActivity
from nuchal.assessment.patient import Patient
from nuchal.fhir.basis import withheld_basis
from nuchal.fhir.concepts import CERTAINTY, SPEED
from nuchal.fhir.context import Context
from nuchal.fhir.phrases import titles
from nuchal.findings import Presence, View
from nuchal.inference.outcome import CauseTally
from nuchal.rules.conditions import Truth, words
from nuchal.rules.model import Activity, Cause, Disposition, RedFlag, Ruleset
from nuchal.web.page.criteria_shown import Table, tables

_FLAG: Final = {Truth.TRUE: "raised", Truth.FALSE: "ruled out", Truth.UNKNOWN: "not raised, and not ruled out"}
_WEIGHTY: Final = 4  # letters
_MOST_ALIKE: Final = 8


@dataclass(frozen=True, slots=True)
class WhyNot:
    """One rule for one patient: what came of it, the reasons in sentences, its criteria."""

    rule: RedFlag | Cause | Activity
    kind: str
    outcome: str
    reasons: tuple[str, ...]
    tables: tuple[Table, ...]


def names(ruleset: Ruleset) -> dict[str, str]:
    """The title of every rule that fires, by id: red flags, causes, suggestions."""
    rules = (*ruleset.red_flags.values(), *ruleset.causes.values(), *ruleset.activities.values())
    return {rule.id: rule.title for rule in rules if rule.fires}


def why_not(context: Context, name: str) -> WhyNot | None:
    """What came of the rule with this title or id; None when there is none, or it is retired."""
    ruleset = context.ruleset
    wanted = name.casefold()
    id_ = next((id_ for id_, title in names(ruleset).items() if wanted in {id_, title.casefold()}), "")
    patient = Patient(ruleset, context.assessment.conclusions)
    if id_ in ruleset.red_flags:
        return _flag(context, ruleset.red_flags[id_], Explainer(patient, View.SAFETY))
    if id_ in ruleset.causes:
        return _cause(context, ruleset.causes[id_], Explainer(patient, View.STRICT))
    if id_ in ruleset.activities:
        return _activity(context, ruleset.activities[id_], Explainer(patient, View.SAFETY))
    return None


def alike(name: str, ruleset: Ruleset) -> list[str]:
    """The titles that share most words with `name`, the best first; of those as good the shorter."""
    wanted = _weighty_words(name)
    shared = {title: len(wanted & _weighty_words(title)) for title in names(ruleset).values()}
    return sorted((title for title, number in shared.items() if number), key=lambda title: (-shared[title], len(title), title))[
        :_MOST_ALIKE
    ]


def _weighty_words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", text.casefold()) if len(word) >= _WEIGHTY)


def _flag(context: Context, flag: RedFlag, safety: Explainer) -> WhyNot:
    truth = context.assessment.conclusions.flags[flag.id]
    unknown = [word for word in sorted(words(flag.when)) if safety.patient.presence(word, View.SAFETY) is Presence.UNKNOWN]
    reasons = (f"Not known: {'; '.join(titles(unknown, context.ruleset))}.",) if truth is Truth.UNKNOWN and unknown else ()
    return WhyNot(flag, "Red flag", _FLAG[truth], reasons, tables(context, safety.flag(flag)))


def _cause(context: Context, cause: Cause, strict: Explainer) -> WhyNot:
    listed = next((each for each in context.assessment.causes if each.cause.id == cause.id), None)
    outcome = f"listed: {CERTAINTY[listed.certainty]}" if listed else "not listed"
    reasons = () if listed else tuple(_why_unlisted(context, cause, strict))
    return WhyNot(cause, "Cause", outcome, reasons, tables(context, strict.cause(cause)))


def _why_unlisted(context: Context, cause: Cause, strict: Explainer) -> Iterator[str]:
    """The reasons of DESIGN 4 that hold, in its order."""
    outcome = context.assessment.conclusions.causes[cause.id]
    if not context.assessment.active:
        yield "Neither headache nor back pain is known to be active, so no causes are weighed."
    elif outcome.certainty is None:
        yield from _without_certainty(cause, strict, outcome.tally)
    else:
        yield from _left_out(context, cause, strict.patient)


def _without_certainty(cause: Cause, strict: Explainer, tally: CauseTally) -> Iterator[str]:
    if tally.excluded:
        yield f"Speaks against it: {'; '.join(each.text for each in strict.excluded_by(cause))}."
    if failed := strict.failed(cause):
        yield f"Not met, because of what is recorded: {'; '.join(each.text for each in failed)}."
    if tally.impossible_sex:
        yield f"Only patients of {cause.requires_sex} sex can have it."
    if not tally.cardinal:
        yield "None of the findings without which it is never listed is recorded as present."
    elif not tally.specific:
        yield "Only general findings speak for it, as they do for many other causes."
    elif cause.urgency.is_serious and not tally.cardinal_specific:
        yield "What it is listed by is a general finding, and no raised red flag names it."


def _left_out(context: Context, cause: Cause, patient: Patient) -> Iterator[str]:
    """Why a cause that fits is not listed all the same."""
    emergency = any(raised.flag.disposition is Disposition.EMERGENCY for raised in context.assessment.flags)
    if any(age < cause.min_age for age in patient.state(context.ruleset.roles.age, View.STRICT).values):
        yield f"It fits, but is written for patients from {cause.min_age} years on, and no raised red flag names it."
    elif emergency and not cause.urgency.is_serious:
        yield "It fits, but beside a raised emergency a benign cause is listed only when a red flag names it or it meets its criteria."
    else:
        yield "It fits, but so do benign causes for which more speaks."


def _activity(context: Context, activity: Activity, safety: Explainer) -> WhyNot:
    plan = context.assessment.plan
    planned = plan is not None and any(each.activity.id == activity.id for each in plan.activities)
    withheld = next((each for each in plan.withheld if each.activity.id == activity.id), None) if plan else None
    outcome = "proposed" if planned else "withheld" if withheld else "not proposed"
    criteria = (
        *safety.numbered(activity.contraindications, CriterionRole.CONTRAINDICATION),
        *safety.numbered(activity.cautions, CriterionRole.CAUTION),
    )
    reasons = () if planned else tuple(_why_unproposed(context, activity, safety, withheld))
    return WhyNot(activity, "Suggestion", outcome, reasons, tables(context, criteria))


def _why_unproposed(context: Context, activity: Activity, safety: Explainer, withheld: WithheldActivity | None) -> Iterator[str]:
    assessment = context.assessment
    if withheld:
        yield withheld_basis(context, withheld)
        return
    proposing = _proposed_by(context.ruleset)[activity.id]
    concluded = {raised.flag.id for raised in assessment.flags} | {listed.cause.id for listed in assessment.causes}
    if not concluded & proposing:
        yield "No raised red flag and no listed cause proposes it."
    elif assessment.disposition:
        speed = SPEED[assessment.disposition]
        yield f"It is proposed, but stands behind the rest of the plan or does not go with the disposition, {speed}."
    if activity.indicated_when and safety.state(activity.indicated_when) is not CriterionState.MET:
        yield f"It is proposed only when: {context.ruleset.wordings.of(activity.indicated_when)}."


def _proposed_by(ruleset: Ruleset) -> Mapping[str, set[str]]:
    proposing: dict[str, set[str]] = {id_: set() for id_ in ruleset.activities}
    for flag in ruleset.red_flags.values():
        for activity in flag.immediate_action:
            proposing[activity].add(flag.id)
    for cause in ruleset.causes.values():
        for activity in cause.activities:
            proposing[activity].add(cause.id)
    return proposing
