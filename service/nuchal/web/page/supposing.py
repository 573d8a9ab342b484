"""What would follow if a finding were otherwise, and what of the answer that changes."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from nuchal.assessment.model import Assessment
from nuchal.evaluation import Evaluation, Evaluator
from nuchal.fhir.concepts import CERTAINTY, SPEED
from nuchal.findings import Chart, Finding, Findings, Presence
from nuchal.rules.model import Ruleset
from nuchal.rules.vocabulary import VocabularyWord
from nuchal.rules.wording import amount

_DECIMALS: Final = 4  # numbers of findings are rounded so


@dataclass(frozen=True, slots=True)
class Supposition:
    """One word that is supposed to be otherwise; a number is present and has a `value`."""

    word: VocabularyWord
    presence: Presence
    value: float | None = None

    @property
    def said(self) -> str:
        """In words."""
        said = "not recorded" if self.presence is Presence.UNKNOWN else str(self.presence)
        return f"{self.word.title}: {said if self.value is None else amount(self.value, self.word)}"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would be otherwise: `more` when the patient would need more care, None when it is neither more nor less."""

    what: str
    said: str
    more: bool | None = None


def suppositions(given: Mapping[str, str], ruleset: Ruleset) -> tuple[Supposition, ...]:
    """The suppositions of a form; what names no word or cannot be so is left out."""
    found = (_supposition(ruleset.vocabulary[word], text) for word, text in sorted(given.items()) if word in ruleset.vocabulary)
    return tuple(each for each in found if each)


def changes(evaluator: Evaluator, evaluation: Evaluation, supposed: Sequence[Supposition]) -> list[Change]:
    """What the answer would say otherwise if what is supposed were so and everything else as it was read."""
    then = evaluator.reassess(_chart_with(evaluation.chart, supposed))
    return list(_differences(evaluation.assessment, then))


def _supposition(word: VocabularyWord, text: str) -> Supposition | None:
    if text in set(Presence):
        return Supposition(word, Presence(text)) if word.quantity is None or text == Presence.UNKNOWN else None
    try:
        value = round(float(text), _DECIMALS)
    except ValueError:
        return None
    if word.quantity is None or not math.isfinite(value) or not word.quantity.low <= value <= word.quantity.high:
        return None
    return Supposition(word, Presence.PRESENT, value)


def _chart_with(chart: Chart, supposed: Sequence[Supposition]) -> Chart:
    words = {each.word.id for each in supposed}
    kept = [finding for finding in chart.findings.statements if finding.word not in words]
    new = [
        Finding(word=each.word.id, presence=each.presence, value=each.value, observed=chart.as_of)
        for each in supposed
        if each.presence is not Presence.UNKNOWN
    ]
    return replace(chart, findings=Findings([*kept, *new]))


def _differences(now: Assessment, then: Assessment) -> Iterator[Change]:
    if now.disposition != then.disposition:
        yield Change("Disposition", f"{_speed(now)} becomes {_speed(then)}", more=_rank(then) < _rank(now))
    flags_now, flags_then = _flags(now), _flags(then)
    yield from (Change("Red flag", f"raised: {flags_then[id_]}", more=True) for id_ in flags_then if id_ not in flags_now)
    yield from (Change("Red flag", f"no longer raised: {flags_now[id_]}", more=False) for id_ in flags_now if id_ not in flags_then)
    yield from _causes(now, then)
    yield from _plan(now, then)


def _causes(now: Assessment, then: Assessment) -> Iterator[Change]:
    before, after = _listed(now), _listed(then)
    for id_, (place, title, certainty) in after.items():
        if id_ not in before:
            yield Change("Cause", f"listed, {_ordinal(place)}: {title} ({certainty})")
        elif before[id_] != after[id_]:
            moved = f"{_ordinal(before[id_][0])} becomes {_ordinal(place)}" if before[id_][0] != place else ""
            surer = f"{before[id_][2]} becomes {certainty}" if before[id_][2] != certainty else ""
            yield Change("Cause", f"{title}: {', '.join(part for part in (moved, surer) if part)}")
    yield from (Change("Cause", f"no longer listed: {title}") for id_, (_, title, _) in before.items() if id_ not in after)


def _plan(now: Assessment, then: Assessment) -> Iterator[Change]:
    before, after = _activities(now), _activities(then)
    yield from (Change("Plan", f"added: {title}") for id_, title in after.items() if id_ not in before)
    yield from (Change("Plan", f"left out: {title}") for id_, title in before.items() if id_ not in after)


def _speed(assessment: Assessment) -> str:
    return SPEED[assessment.disposition] if assessment.disposition else "none"


def _rank(assessment: Assessment) -> float:
    return assessment.disposition.rank if assessment.disposition else math.inf


def _flags(assessment: Assessment) -> dict[str, str]:
    return {raised.flag.id: raised.flag.title for raised in assessment.flags}


def _listed(assessment: Assessment) -> dict[str, tuple[int, str, str]]:
    return {
        listed.cause.id: (place, listed.cause.title, CERTAINTY[listed.certainty]) for place, listed in enumerate(assessment.causes, start=1)
    }


def _activities(assessment: Assessment) -> dict[str, str]:
    planned = assessment.plan.activities if assessment.plan else ()
    return {each.activity.id: each.activity.title for each in planned}


def _ordinal(place: int) -> str:
    return f"no. {place}"
