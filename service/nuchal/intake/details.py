"""What a phrase says beside its finding: how severe it is, a score, since when."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from nuchal.findings import Finding, Presence, Recognition
from nuchal.intake.context import Context
from nuchal.intake.counted import advanced
from nuchal.intake.onset import with_durations
from nuchal.intake.quantities import Unusable
from nuchal.intake.recognised import Recognised
from nuchal.intake.severity import with_severity
from nuchal.intake.texts import UNIT_OF_WEEKS
from nuchal.intake.times import Moment


def with_details(
    statements: Iterable[Finding], recognised: Recognised, moment: Moment, context: Context, *, written: datetime | None = None
) -> list[Finding]:
    """`statements` on the word `recognised`, with what follows from the details of its text, which was `written` then or at `moment`."""
    found = list(statements)
    detail = recognised.detail
    if detail is None:
        return found
    told = detail.moment(moment)
    graded = with_severity(found, detail.level, told, context)
    scores = [score for statement in found for score in _scores(statement, detail.score, told, context)]
    scores += [number for statement in found for number in _weeks(statement, detail.weeks, written or moment.observed, context)]
    durations = with_durations(found, told, context)[len(found) :] if moment.since is None else []
    return [*graded, *scores, *durations]


def _scores(statement: Finding, score: float | None, moment: Moment, context: Context) -> list[Finding]:
    """The number that is the severity of what was found: 8 of 10 of a headache."""
    if score is None or statement.presence is not Presence.PRESENT:
        return []
    index = context.chart.knowledge.index
    named = (index.by_text(f"{index.words[statement.word].title} {name}") for name in index.language.located_codes.values())
    words = sorted({word for words in named for word in words if index.words[word].quantity})
    computed = (context.finding(word, Presence.PRESENT, moment, value=score, confirmed=statement.confirmed) for word in words)
    return [replace(one, recognition=Recognition.COMPUTED, expression=statement.expression) for one in computed]


def _weeks(statement: Finding, weeks: float | None, written: datetime, context: Context) -> list[Finding]:
    """The number of weeks that what was found has lasted, run on to now: the gestational age of a pregnancy."""
    if weeks is None or statement.presence is not Presence.PRESENT:
        return []
    found: list[Finding] = []
    for word in context.chart.knowledge.index.words.values():
        if word.quantity and any(date.needs == statement.word for date in word.counted_from):
            value = advanced(weeks, word.quantity, written, context.as_of)
            if word.quantity.unit == UNIT_OF_WEEKS and not isinstance(value, Unusable):
                number = context.finding(
                    word.id, Presence.PRESENT, Moment(observed=written), value=round(value, 4), confirmed=statement.confirmed
                )
                found.append(replace(number, recognition=Recognition.COMPUTED, expression=statement.expression))
    return found
