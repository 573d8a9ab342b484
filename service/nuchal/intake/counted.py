"""Numbers of time that run on: counted from a date, or stated some time ago (DESIGN 3, Time)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from math import floor
from typing import Final

from nuchal.findings import Presence, Recognition
from nuchal.intake.context import Context
from nuchal.intake.knowledge import Deferred
from nuchal.intake.quantities import Unusable, believed, time_in_unit
from nuchal.intake.times import Moment, Span
from nuchal.intake.vocabulary_index import Dated
from nuchal.rules.vocabulary import Quantity

_SECONDS_A_DAY: Final = 86400
_BY_CLOCK: Final = frozenset({"h", "min"})  # the others are counted by the calendar
_TINY: Final = 1e-6


def advanced(number: float, quantity: Quantity, observed: datetime, as_of: datetime) -> float | Unusable:
    """The number that was `number` when it was observed, with one more for each whole unit since."""
    return believed(number + _whole_units(observed, as_of, quantity.unit), quantity) if quantity.advances else number


def tell_dates(dates: Iterable[Dated], date: Span, moment: Moment, context: Context, path: str) -> None:
    """Defer the numbers that are counted from `date`, as they stand at the moment of the request."""
    for dated in dates:
        quantity = context.word(dated.word).quantity
        assert quantity is not None
        value = believed(dated.date.at + _whole_units(date.start, context.as_of, quantity.unit), quantity)
        if isinstance(value, Unusable) and not context.is_outdated(dated.word, moment):
            context.unusable(value.reason, path, word=dated.word)
        number = None if isinstance(value, Unusable) else value
        presence = Presence.UNKNOWN if number is None else Presence.PRESENT
        finding = context.finding(dated.word, presence, moment, path=path, value=number)
        computed = replace(finding, recognition=Recognition.COMPUTED)
        context.chart.deferred.append(Deferred(finding=computed, date=date, needs=dated.date.needs, ends=dated.date.ends))


def _whole_units(start: datetime, end: datetime, unit: str) -> int:
    """The whole units from `start` to `end`; negative when it lies ahead, so that 38 weeks and 4 days are 38."""
    if unit in _BY_CLOCK:
        seconds = (end - start).total_seconds()
    else:
        seconds = (end.date() - start.astimezone(end.tzinfo).date()).days * _SECONDS_A_DAY
    elapsed = time_in_unit(seconds, unit)
    return 0 if elapsed is None else floor(elapsed + _TINY)
