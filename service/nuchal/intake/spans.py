"""Times that are no date: an age, a duration counted back, a text such as "3 days ago"."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from nuchal.intake.context import Context
from nuchal.intake.times import Span, span_of
from nuchal.rules.vocabulary import Quantity

_A_LIFE: Final = Quantity(unit="a", low=0, high=150)
_YEAR: Final = timedelta(days=365.25)  # UCUM, a
_DURATION: Final = Quantity(unit="d", low=0, high=55000)
_NUMBER_AND_UNIT: Final = re.compile(r"(?P<before>.*?)\b(?P<number>\d{1,3}(?:[.,]\d)?)\s*(?P<unit>[^\W\d_]+)\b(?P<after>.*)", re.DOTALL)
_LONGEST: Final = 100  # characters of a text that is a time


def age_span(age: object, context: Context) -> Span | None:
    """The time at which the patient had an Age, or lay in a Range of ages; None without a date of birth."""
    born = context.chart.born
    if born is None or not isinstance(age, dict):
        return None
    low, high = (age.get("low") or age.get("high"), age.get("high") or age.get("low")) if "value" not in age else (age, age)
    years = [context.chart.units.number(bound, _A_LIFE) for bound in (low, high) if isinstance(bound, dict)]
    ages = [bound for bound in years if isinstance(bound, float)]
    if len(ages) < 2:
        return None
    return Span(born.start + ages[0] * _YEAR, born.end + (ages[1] + 1) * _YEAR)  # a completed year is a year wide


def ago_span(quantity: Mapping[str, Any], told: datetime, context: Context) -> Span | None:
    """The time that lies a duration before `told`, as wide as one unit of it."""
    days = context.chart.units.number(quantity, _DURATION)
    one = context.chart.units.number({**quantity, "value": 1}, _DURATION)
    if not isinstance(days, float) or not isinstance(one, float):
        return None
    start = told - timedelta(days=days)
    return Span(start, min(start + timedelta(days=one) / 2, told))


def as_text_span(text: object, told: datetime | None, context: Context) -> Span | None:
    """The time that a text gives: a date, or a duration before the moment `told` and no other word of weight."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    span = span_of(text.strip(), context.zone)
    parts = _NUMBER_AND_UNIT.fullmatch(text)
    if span or parts is None or told is None:
        return span
    index = context.chart.knowledge.index
    others = index.key.words(f"{parts['before']} {parts['after']}")
    if not index.weightless.issuperset(others):
        return None
    return ago_span({"value": float(parts["number"].replace(",", ".")), "unit": parts["unit"]}, told, context)
