"""Since when: numbers that follow from the onset of a word (DESIGN 3)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from nuchal.findings import Finding, Presence, Recognition
from nuchal.intake.context import Context, Resource
from nuchal.intake.quantities import time_in_unit
from nuchal.intake.times import Moment, Span, period_spans, span_of

_TO_THE_DAY: Final = timedelta(days=1)
_TOLERABLE: Final = 0.25  # a month or year as onset counts when it leaves less than this part of the duration open


def onset_span(resource: Resource, context: Context) -> Span | None:
    """When a Condition began: onsetDateTime or onsetPeriod.start; other kinds of onset give no moment."""
    return span_of(resource.get("onsetDateTime"), context.zone) or period_spans(resource.get("onsetPeriod"), context.zone)[0]


def component_onset(component: Resource, context: Context) -> Span | None:
    """The moment that a component with an onset code gives."""
    written = component.get("valueDateTime") or component.get("valueString")
    return span_of(written, context.zone) or period_spans(component.get("valuePeriod"), context.zone)[0]


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
        quantity = context.word(word).quantity
        value = time_in_unit(elapsed.total_seconds(), quantity.unit) if quantity else None
        if value is not None:
            computed = context.finding(word, Presence.PRESENT, moment, value=value, confirmed=statement.confirmed)
            durations.append(replace(computed, recognition=Recognition.COMPUTED, expression=statement.expression))
    return durations


def _precise(span: Span, elapsed: timedelta) -> bool:
    return span.width < _TO_THE_DAY or span.width <= elapsed * _TOLERABLE
