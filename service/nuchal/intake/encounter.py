"""Encounter: why somebody came; and the encounter that an assessment belongs to."""

from datetime import datetime, timedelta
from typing import Final

from nuchal.findings import Finding, NoteKind
from nuchal.intake.context import Context, Resource
from nuchal.intake.reasons import read_reasons
from nuchal.intake.times import Moment, Span, moment_of, period_spans

_NON_EXISTENT: Final = frozenset({"entered-in-error", "cancelled"})
_NOT_YET: Final = "planned"
_JUST_ENDED: Final = timedelta(hours=24)


def read(resource: Resource, context: Context) -> list[Finding]:
    """The reasons of an Encounter, as of its start (DESIGN 3); without one, of its end."""
    if resource.get("status") in _NON_EXISTENT:
        context.note(NoteKind.IGNORED, "Entered in error or cancelled", ".status")
        return []
    reasons = resource.get("reasonCode") or ()
    if not reasons or resource.get("status") == _NOT_YET:
        return []
    start, end = period_spans(resource.get("period"), context.zone)
    observed = moment_of(start, context.as_of) if start else _at_the_latest(end, context)
    if observed is None:
        context.ahead(one for reason in reasons for one in context.chart.concept(reason).words)
        return []
    is_assumed = start is None and observed == context.as_of
    if is_assumed:
        context.note(NoteKind.ASSUMED, "Has no start; its reasons are taken as of the moment of the assessment", ".period")
    moment = Moment(observed=observed, assumed=is_assumed)
    return read_reasons(resource, moment, context)


def _at_the_latest(end: Span | None, context: Context) -> datetime:
    """When somebody came whose visit has no start: not after its end."""
    return (moment_of(end, context.as_of) if end else None) or context.as_of


def is_current(resource: Resource, context: Context) -> bool:
    """Whether the assessment may belong to it: begun, and not ended more than a day ago."""
    if resource.get("status") in {*_NON_EXISTENT, _NOT_YET}:
        return False
    start, end = period_spans(resource.get("period"), context.zone)
    if start and moment_of(start, context.as_of) is None:
        return False
    if end:
        return context.as_of - end.end <= _JUST_ENDED
    # finished without an end: what began within the day is this one
    return resource.get("status") != "finished" or (start is not None and context.as_of - start.start <= _JUST_ENDED)
