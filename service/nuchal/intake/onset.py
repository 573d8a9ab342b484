"""Since when, and until when; and the numbers that follow from the onset of a word (DESIGN 3)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from nuchal.findings import Finding, Presence, Recognition
from nuchal.intake.context import Context, Resource
from nuchal.intake.quantities import time_in_unit
from nuchal.intake.spans import age_span, ago_span, as_text_span
from nuchal.intake.times import Moment, Span, period_spans, span_of

_TO_THE_DAY: Final = timedelta(days=1)
_TOLERABLE: Final = 0.25  # a month or year as onset counts when it leaves less than this part of the duration open


def onset_span(resource: Resource, context: Context) -> Span | None:
    """When a Condition began: a date, an age, or a text that is a date or counts back from the day of recording."""
    return (
        span_of(resource.get("onsetDateTime"), context.zone)
        or period_spans(resource.get("onsetPeriod"), context.zone)[0]
        or age_span(resource.get("onsetAge") or resource.get("onsetRange"), context)
        or as_text_span(resource.get("onsetString"), _recorded(resource, context), context)
    )


def abatement_span(resource: Resource, context: Context) -> Span | None:
    """When a Condition ended, as far as it can be told."""
    return (
        span_of(resource.get("abatementDateTime"), context.zone)
        or period_spans(resource.get("abatementPeriod"), context.zone)[1]
        or age_span(resource.get("abatementAge") or resource.get("abatementRange"), context)
        or as_text_span(resource.get("abatementString"), _recorded(resource, context), context)
    )


def _recorded(resource: Resource, context: Context) -> datetime | None:
    recorded = span_of(resource.get("recordedDate"), context.zone)
    return recorded.start if recorded else None


def component_onset(component: Resource, observed: datetime, context: Context) -> Span | None:
    """The moment that a component with an onset code gives; a duration or age counts back from when it was observed."""
    quantity = component.get("valueQuantity")
    return (
        span_of(component.get("valueDateTime"), context.zone)
        or period_spans(component.get("valuePeriod"), context.zone)[0]
        or as_text_span(component.get("valueString"), observed, context)
        or (ago_span(quantity, observed, context) if isinstance(quantity, dict) else None)
    )


def with_durations(statements: Iterable[Finding], moment: Moment, context: Context) -> list[Finding]:
    """`statements`, and for each that is present the numbers that follow from its onset."""
    found = list(statements)
    return found + [duration for statement in found for duration in _durations(statement, moment, context)]


def _durations(statement: Finding, moment: Moment, context: Context) -> list[Finding]:
    if moment.since is None or statement.presence is not Presence.PRESENT:
        return []
    elapsed = context.as_of - moment.since.start
    if elapsed < timedelta(0) or not _precise(moment.since, elapsed):
        return []
    durations: list[Finding] = []
    for word in context.chart.knowledge.index.onset_words.get(statement.word, ()):
        quantity, onset = context.word(word).quantity, context.word(word).onset
        value = time_in_unit(elapsed.total_seconds(), quantity.unit) if quantity else None
        is_enough = onset is None or onset.least is None or (statement.value or 0) >= onset.least
        if value is not None and is_enough:
            computed = context.finding(word, Presence.PRESENT, moment, value=value, confirmed=statement.confirmed)
            durations.append(replace(computed, recognition=Recognition.COMPUTED, expression=statement.expression))
    return durations


def _precise(span: Span, elapsed: timedelta) -> bool:
    return span.width < _TO_THE_DAY or span.width <= elapsed * _TOLERABLE
