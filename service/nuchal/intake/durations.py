"""Since when, as clinicians write it: x3d, for 3 weeks, 2/7 ago (two days), since Monday, since 16/11."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from nuchal.intake.times import Span
from nuchal.rules.text import TextKey
from nuchal.rules.vocabulary import Phrases

_COMPACT: Final = re.compile(r"(?:x)?(\d{1,3})(?:-(\d{1,3}))?-?(/7|/52|/12|[^\W\d_]+)?")
_DATE: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})\.?")
_DAYS_OF_FRACTION: Final = {"/7": 1.0, "/52": 7.0, "/12": 30.44}  # usual in British notes: 2/7 is two days of seven
_TO_THE_UNIT: Final = 4  # what is told in weeks is true to a quarter of a week
_WEEK: Final = 7
_LAST_MONTH: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A time in words, as it lies before the moment at which it was told.

    `days` with the `unit` (days) that it was told in, or a weekday, or a day and month;
    nothing of it where the words leave it open. `is_past`: it was then (3 days ago), and
    whether it has been so since then is not said.
    """

    days: float | None = None
    unit: float = 1.0
    weekday: int | None = None
    date: tuple[int, int] | None = None
    is_past: bool = False

    def span(self, told: datetime) -> Span | None:
        """The time that is meant, told at `told`; None where the words leave it open."""
        if self.days is not None:
            start = told - timedelta(days=self.days)
            return Span(start, min(start + timedelta(days=self.unit) / _TO_THE_UNIT, told))
        day = self._weekday(told) if self.weekday is not None else self._date(told)
        return Span(day, min(day + timedelta(days=1, seconds=-1), told)) if day else None

    def _weekday(self, told: datetime) -> datetime:
        back = (told.weekday() - (self.weekday or 0)) % _WEEK
        return _midnight(told) - timedelta(days=back)

    def _date(self, told: datetime) -> datetime | None:
        if self.date is None:
            return None
        day, month = self.date
        for year in (told.year, told.year - 1):
            try:
                date = _midnight(told).replace(year=year, month=month, day=day)
            except ValueError:  # the 30th of February
                return None
            if date <= told:
                return date
        return None


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


class Durations:
    """Finds times among folded words."""

    def __init__(self, phrases: Phrases, key: TextKey) -> None:
        self._units = {key.normal(text): days for text, days in phrases.units.items()}
        self._numerals = {key.normal(text): number for text, number in phrases.numerals.items()}
        self._days_back = {key.words(text): days for text, days in phrases.days_back.items()}
        self._weekdays = {key.normal(text): int(day) for text, day in phrases.weekdays.items()}
        self._since = frozenset(key.words(text) for text in phrases.since)
        self._ago = frozenset(key.words(text) for text in phrases.ago)
        self._rates = frozenset(key.normal(text) for text in phrases.rates)
        self._began = frozenset(key.words(text) for text in phrases.began)
        self._firsts = frozenset(
            (*self._numerals, *self._weekdays, *(words[0] for words in (*self._since, *self._began, *self._days_back) if words))
        )
        self._longest = max((len(words) for words in (*self._since, *self._ago, *self._began, *self._days_back)), default=0)

    def at(self, words: Sequence[str], place: int) -> tuple[int, Told] | None:
        """How many of `words` from `place` on are a time, and which; None when none."""
        first = words[place]
        if first not in self._firsts and not first[0].isdigit() and not (first[0] == "x" and first[1:2].isdigit()):
            return None
        began = self._phrase(self._began, words, place)
        opening = self._phrase(self._since, words, place + began)
        start = place + began + opening
        found = self._length(words, start) or self._day(words, start, is_since=bool(opening))
        if found is None:
            return None
        length, told = found
        ago = self._phrase(self._ago, words, start + length)
        behind = self._phrase(self._began, words, start + length + ago)
        end = start + length + ago + behind
        if end < len(words) and words[end] in self._rates:
            return None  # 3 days a week
        is_open = not opening and (ago or told.weekday is not None or words[start] in {day[0] for day in self._days_back})
        is_past = bool(is_open) and not began and not behind
        return end - place, Told(days=told.days, unit=told.unit, weekday=told.weekday, date=told.date, is_past=is_past)

    def _length(self, words: Sequence[str], place: int) -> tuple[int, Told] | None:
        """A number and a unit: 3 weeks, 3w, x3d, 3/52, two days."""
        if place >= len(words):
            return None
        number = self._numerals.get(words[place])
        compact = _COMPACT.fullmatch(words[place])
        if number is None and compact is None:
            return None
        low, high = (number, number) if compact is None else (float(compact[1]), float(compact[2] or compact[1]))
        written, used = (compact[3], 1) if compact and compact[3] else (words[place + 1] if place + 1 < len(words) else "", 2)
        unit = _DAYS_OF_FRACTION.get(written) or self._units.get(written)
        if unit is None or low is None:
            return None
        return used, Told(days=low * unit if low == high else None, unit=unit)

    def _day(self, words: Sequence[str], place: int, *, is_since: bool) -> tuple[int, Told] | None:
        """Yesterday, Monday; behind "since" a date as well, where day and month cannot be mistaken for each other."""
        if place >= len(words):
            return None
        length = self._phrase(self._days_back, words, place)
        if length:
            return length, Told(days=self._days_back[tuple(words[place : place + length])])
        if words[place] in self._weekdays:
            return 1, Told(weekday=self._weekdays[words[place]])
        written = _DATE.fullmatch(words[place]) if is_since else None
        if written is None:
            return None
        one, other = int(written[1]), int(written[2])
        day, month = (one, other) if other <= _LAST_MONTH else (other, one)
        is_clear = one == other or max(one, other) > _LAST_MONTH >= min(one, other)
        return 1, Told(date=(day, month) if is_clear else None)

    def _phrase(self, phrases: frozenset[tuple[str, ...]] | dict[tuple[str, ...], float], words: Sequence[str], place: int) -> int:
        """The length of the longest of `phrases` that stands at `place`; 0 for none."""
        lengths = range(min(self._longest, len(words) - place), 0, -1)
        return next((length for length in lengths if tuple(words[place : place + length]) in phrases), 0)
