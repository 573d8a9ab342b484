"""Encounter: why somebody came; and the encounter that an assessment belongs to."""

from datetime import timedelta
from typing import Final

from nuchal.findings import Finding, NoteKind
from nuchal.intake.context import Context, Resource
from nuchal.intake.reasons import read_reasons
from nuchal.intake.times import Moment, moment_of, period_spans

_NON_EXISTENT: Final = frozenset({"entered-in-error", "cancelled"})
_NOT_YET: Final = "planned"
_JUST_ENDED: Final = timedelta(hours=24)


def read(resource: Resource, context: Context) -> list[Finding]:
    """The reasons of an Encounter, as of its start (DESIGN 3)."""
    if resource.get("status") in _NON_EXISTENT:
        context.note(NoteKind.IGNORED, "Entered in error or cancelled", ".status")
        return []
    reasons = resource.get("reasonCode") or ()
    if not reasons or resource.get("status") == _NOT_YET:
        return []
    start, _ = period_spans(resource.get("period"), context.zone)
    observed = moment_of(start, context.as_of) if start else context.as_of
    if observed is None:
        context.ahead(one for reason in reasons for one in context.chart.concept(reason).words)
        return []
    if start is None:
        context.note(NoteKind.ASSUMED, "Has no start; its reasons are taken as of the moment of the assessment", ".period")
    moment = Moment(observed=observed, assumed=start is None)
    return read_reasons(resource, moment, context)


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
