"""Procedure: what was done, and when."""

from typing import Final

from nuchal.findings import Finding, NoteKind, Presence
from nuchal.intake.context import Context, Resource
from nuchal.intake.counted import tell_dates
from nuchal.intake.onset import with_durations
from nuchal.intake.spans import age_span
from nuchal.intake.times import Moment, Span, moment_of, period_spans, span_of
from nuchal.rules.vocabulary import WordKind

_NON_EXISTENT: Final = "entered-in-error"
_SAID: Final = {"completed": Presence.PRESENT, "in-progress": Presence.PRESENT, "not-done": Presence.ABSENT}


def read(resource: Resource, context: Context) -> list[Finding]:
    """The statements of a Procedure: done, or not done; what was only prepared or stopped is unknown."""
    code = resource.get("code")
    if resource.get("status") == _NON_EXISTENT:
        context.note(NoteKind.IGNORED, "Entered in error", ".status")
        return []
    if not isinstance(code, dict):
        context.pass_over("Procedure without code")
        return []
    named = context.recognise(code, ".code", context.chart.knowledge.sites.of(resource))
    # that a test was done does not say what came out
    recognised = tuple(one for one in named if context.word(one.word).kind is not WordKind.TEST)
    dates = context.chart.concept(code).dates
    if context.is_lost(recognised) and not dates:
        context.pass_over("Procedure.code")
    if not recognised and not dates:
        return []
    performed, finished = _performed(resource, context)
    moment = _moment(performed, finished, context)
    if moment is None:
        context.ahead(recognised)
        return []
    presence = _SAID.get(str(resource.get("status")), Presence.UNKNOWN)
    if performed and presence is Presence.PRESENT:
        tell_dates(dates, performed, moment, context, ".code")
    statements: list[Finding] = []
    for one in recognised:
        word = context.word(one.word)
        if not word.quantity:
            # an undated procedure is some day's: sure for a history, for red flags only where the day matters
            statements += context.statement(one, presence, moment, path=".code", confirmed=word.is_history or not moment.assumed)
    return with_durations(statements, moment, context)


def _performed(resource: Resource, context: Context) -> tuple[Span | None, Span | None]:
    at = (
        span_of(resource.get("performedDateTime"), context.zone)
        or age_span(resource.get("performedAge") or resource.get("performedRange"), context)
        or span_of(resource.get("performedString"), context.zone)
    )
    return (at, at) if at else period_spans(resource.get("performedPeriod"), context.zone)


def _moment(start: Span | None, end: Span | None, context: Context) -> Moment | None:
    known = end or start
    if known is None:
        context.note(NoteKind.ASSUMED, "Has no date that can be read; taken as of the moment of the assessment")
        return Moment(observed=context.as_of, assumed=True)
    if start and moment_of(start, context.as_of) is None:
        return None
    return Moment(observed=moment_of(known, context.as_of) or context.as_of, since=start or end)
