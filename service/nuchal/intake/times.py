"""Partial dates, and when a statement counts (DESIGN 3, Time)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

__all__ = ["UTC", "Moment", "Span", "moment_of", "period_spans", "span_of"]

# FHIR R4, datatypes.html#dateTime; an offset on a bare date is ours, for asOf
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(Z|[+-]\d{2}:\d{2})?")
_LAST_SECOND: Final = timedelta(seconds=1)
_LEAP_SECOND: Final = re.compile(r"(T\d{2}:\d{2}):60")
_YEARS: Final = range(1800, 2201)  # what lies outside is no time of a patient, and near the end of date arithmetic
_SAME_DAY: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Span:
    """What a dateTime may mean: one instant, or a date from its first to its last second."""

    start: datetime
    end: datetime

    @property
    def width(self) -> timedelta:
        """How imprecise it is; zero for an instant."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a statement was made, and since when it has been so; `assumed` when no date was sent."""

    observed: datetime
    since: Span | None = None
    assumed: bool = False


def span_of(text: object, zone: tzinfo) -> Span | None:
    """The time that a FHIR date, dateTime or instant names; dates without an offset are in `zone`. None: unreadable."""
    if not isinstance(text, str):
        return None
    try:
        span = _date_span(text, zone) if "T" not in text else _instant(text, zone)
    except (ValueError, OverflowError):  # the 30th of February; the last day that there is
        return None
    return span if span is not None and span.start.year in _YEARS else None


def _date_span(text: str, zone: tzinfo) -> Span | None:
    parts = _DATE.fullmatch(text)
    if not parts:
        return None
    year, month, day, offset = parts.groups()
    if offset:
        zone = datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo or zone
    start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=zone)
    last_month = int(month or 12)
    last = datetime(start.year, last_month, int(day or monthrange(start.year, last_month)[1]), tzinfo=zone)
    return Span(start, last + timedelta(days=1) - _LAST_SECOND)


def _instant(text: str, zone: tzinfo) -> Span:
    moment = datetime.fromisoformat(_LEAP_SECOND.sub(r"\1:59", text) if ":60" in text else text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return Span(moment, moment)


def period_spans(period: object, zone: tzinfo) -> tuple[Span | None, Span | None]:
    """Start and end of a FHIR Period, each None when it is not sent."""
    if not isinstance(period, dict):
        return None, None
    fields: dict[str, Any] = period
    return span_of(fields.get("start"), zone), span_of(fields.get("end"), zone)


def moment_of(span: Span, as_of: datetime) -> datetime | None:
    """When a statement dated `span` counts in "latest wins", or None when it lies in the future.

    A date counts at its last second, but never after `as_of` when it may lie before it;
    what is timed up to 24 h after `as_of` on the same day, by its own clock or by that of
    `as_of`, counts at `as_of` (DESIGN 3): clocks differ, a chart is closed after the visit,
    and where it is evening in San Francisco the day of `as_of` is over in UTC.
    """
    if span.end <= as_of:
        return span.end
    if span.start <= as_of:
        return as_of
    days = {span.start.date(), span.start.astimezone(as_of.tzinfo).date()}
    return as_of if span.start - as_of <= _SAME_DAY and as_of.date() in days else None
