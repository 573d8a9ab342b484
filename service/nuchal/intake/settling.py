"""What follows from all statements of a chart together: what a date ended, the course of a number, a diary."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from nuchal.findings import Finding, Presence, Recognition
from nuchal.intake.knowledge import Deferred, Reading
from nuchal.intake.medication import DOSAGE_PATH
from nuchal.intake.times import moment_of
from nuchal.rules.vocabulary import Diary, Rising, VocabularyWord

_MONTH = 30  # days


def settled(read: Iterable[Finding], chart: Reading) -> list[Finding]:
    """The statements `read` from the resources of a chart, with what follows from all of them; their order does not matter."""
    found = _most_days(read)
    deferred = [one for one in chart.deferred if one.needs is None or _is_present(one, found)]
    found += [one.finding for one in deferred]
    for ending in deferred:
        found = _ended(ending, found, chart)
    return found + [course for word in chart.knowledge.index.courses for course in _courses(word, found, chart)]


def _is_present(one: Deferred, found: Sequence[Finding]) -> bool:
    """Whether the word that a date needs is said to be present, and was not before that date."""
    return any(
        finding.word == one.needs and finding.presence is Presence.PRESENT and finding.observed >= one.date.start for finding in found
    )


def _ended(ending: Deferred, found: Sequence[Finding], chart: Reading) -> list[Finding]:
    """`found` without what the date of `ending` has ended, and that it has."""
    moment = moment_of(ending.date, chart.as_of)
    if not ending.ends or moment is None:
        return list(found)
    kept = [_outlived(finding) if finding.word in ending.ends and _began_before(finding, ending) else finding for finding in found]
    words = (chart.knowledge.index.words[word] for word in ending.ends)
    absent = [
        replace(ending.finding, word=word.id, presence=Presence.ABSENT, value=None, observed=moment)
        for word in words
        if not word.quantity and (word.look_back_days is None or (chart.as_of - moment).total_seconds() <= word.look_back_days * 86400)
    ]
    return kept + absent


def _began_before(finding: Finding, ending: Deferred) -> bool:
    return (finding.since or finding.observed) < ending.date.start


def _outlived(finding: Finding) -> Finding:
    return replace(finding, presence=Presence.UNKNOWN, value=None)


def _most_days(read: Iterable[Finding]) -> list[Finding]:
    """Of several drugs of one class the one taken on most days: on the same days or on others, it is not less often."""
    found = list(read)
    dosages = [finding for finding in found if finding.expression and finding.expression.endswith(DOSAGE_PATH)]
    most: dict[str, float] = {}
    for finding in dosages:
        most[finding.word] = max(most.get(finding.word, 0.0), finding.value or 0.0)
    less = {finding for finding in dosages if (finding.value or 0.0) < most[finding.word]}
    return [finding for finding in found if finding not in less]


@dataclass(frozen=True, slots=True)
class _Day:
    """The last statement of one day."""

    day: date
    finding: Finding


def _courses(word: VocabularyWord, found: Sequence[Finding], chart: Reading) -> list[Finding]:
    if word.rising:
        return _rise(word, word.rising, found, chart)
    return _diary(word, word.diary, found, chart) if word.diary else []


def _days_of(of: Iterable[Finding], chart: Reading) -> list[_Day]:
    """One statement for each day, the last; of several of one moment the highest, or that it is present."""
    by_day: dict[date, list[Finding]] = defaultdict(list)
    for finding in of:
        by_day[finding.observed.astimezone(chart.as_of.tzinfo).date()].append(finding)
    return [_Day(day, max(told, key=_last)) for day, told in sorted(by_day.items())]


def _last(finding: Finding) -> tuple[datetime, bool, float, str, str]:
    present = finding.presence is Presence.PRESENT
    return (finding.observed, present, finding.value or 0.0, finding.source or "", finding.expression or "")


def _rise(word: VocabularyWord, rising: Rising, found: Sequence[Finding], chart: Reading) -> list[Finding]:
    """That a number rises from day to day."""
    values = (finding for finding in found if finding.word == rising.of and finding.value is not None and finding.confirmed)
    recent = (finding for finding in values if (chart.as_of - finding.observed).total_seconds() <= rising.days * 86400)
    days = _days_of(recent, chart)
    numbers = [day.finding.value or 0.0 for day in days]
    if len(numbers) < rising.values or any(later < earlier for earlier, later in pairwise(numbers)):
        return []
    return [_computed(word, days[-1].finding, None)] if numbers[-1] - numbers[0] >= rising.by else []


def _diary(word: VocabularyWord, diary: Diary, found: Sequence[Finding], chart: Reading) -> list[Finding]:
    """Days a month on which it was present, from statements of enough days."""
    family = chart.knowledge.index.families[diary.of]
    said = (finding for finding in found if finding.word in family and finding.recognition is not Recognition.COMPUTED)
    days = _days_of((finding for finding in said if finding.presence is not Presence.UNKNOWN and finding.since is None), chart)
    days = [day for day in days if (chart.as_of.date() - day.day).days < _MONTH]
    if len(days) < diary.least_days:
        return []
    present = sum(day.finding.presence is Presence.PRESENT for day in days)
    return [_computed(word, days[-1].finding, round(present * _MONTH / len(days), 4))]


def _computed(word: VocabularyWord, basis: Finding, value: float | None) -> Finding:
    return replace(basis, word=word.id, presence=Presence.PRESENT, value=value, recognition=Recognition.COMPUTED)
