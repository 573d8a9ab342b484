"""What a phrase says beside its finding: how severe it is, a score, since when."""

from collections.abc import Iterable
from dataclasses import replace

from nuchal.findings import Finding, Presence, Recognition
from nuchal.intake.context import Context
from nuchal.intake.onset import with_durations
from nuchal.intake.recognised import Recognised
from nuchal.intake.severity import with_severity
from nuchal.intake.times import Moment


def with_details(statements: Iterable[Finding], recognised: Recognised, moment: Moment, context: Context) -> list[Finding]:
    """`statements` on the word `recognised`, with what follows from the details of its text."""
    found = list(statements)
    detail = recognised.detail
    if detail is None:
        return found
    told = detail.moment(moment)
    graded = with_severity(found, detail.level, told, context)
    scores = [score for statement in found for score in _scores(statement, detail.score, told, context)]
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
