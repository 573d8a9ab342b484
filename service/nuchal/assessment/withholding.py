"""Why an activity is withheld, and what is said beside one that is not (DESIGN 4, Plan)."""

from nuchal.assessment.explanation import Explainer
from nuchal.assessment.model import Criterion, CriterionRole, CriterionState, PlannedActivity, WithheldActivity, Withholding
from nuchal.assessment.open_words import open_words
from nuchal.rules.conditions import Word
from nuchal.rules.model import Activity, ActivityClass

_OVERUSED = frozenset({ActivityClass.ACUTE_ANALGESIC, ActivityClass.TRIPTAN})


def planned(activity: Activity, rules: tuple[str, ...], safety: Explainer) -> PlannedActivity:
    """`activity` as proposed by `rules`, with the cautions that hold and the contraindications that nobody has answered."""
    unknown = [word for condition in activity.contraindications for word in open_words(condition, safety.truths)]
    return PlannedActivity(
        activity=activity,
        rules=rules,
        cautions=safety.in_state(CriterionState.MET, activity.cautions, CriterionRole.CAUTION),
        unknown_contraindications=tuple(dict.fromkeys(unknown)),
    )


def withheld(activity: Activity, rules: tuple[str, ...], safety: Explainer) -> WithheldActivity:
    """`activity` as withheld, with the first reason that holds; the engine has decided that one does."""
    why, because = _reason(activity, safety)
    return WithheldActivity(activity=activity, rules=rules, why=why, because=because)


def _reason(activity: Activity, safety: Explainer) -> tuple[Withholding, tuple[Criterion, ...]]:
    roles = safety.patient.ruleset.roles
    if true := safety.in_state(CriterionState.MET, activity.contraindications, CriterionRole.CONTRAINDICATION):
        return Withholding.CONTRAINDICATED, true
    overuse = safety.criterion("medication-overuse", Word(roles.medication_overuse), CriterionRole.CONTRAINDICATION)
    if activity.classes & _OVERUSED and overuse.state is CriterionState.MET:
        return Withholding.MEDICATION_OVERUSE, (overuse,)
    if waiting := _waiting_for(roles.anticoagulation, activity, safety):
        return Withholding.ANTICOAGULATION_UNKNOWN, waiting
    return Withholding.PREGNANCY_UNKNOWN, _waiting_for(roles.pregnancy, activity, safety)


def _waiting_for(word: str, activity: Activity, safety: Explainer) -> tuple[Criterion, ...]:
    """The unknown contraindications that wait for `word`."""
    return tuple(
        safety.criterion(f"{CriterionRole.CONTRAINDICATION}-{number}", condition, CriterionRole.CONTRAINDICATION)
        for number, condition in enumerate(activity.contraindications, start=1)
        if word in open_words(condition, safety.truths)
    )
