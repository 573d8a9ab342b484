"""Flag: what everybody who opens the chart shall see."""

from typing import Final

from nuchal.findings import Finding, NoteKind, Presence
from nuchal.intake.context import Context, Resource
from nuchal.intake.times import Moment, moment_of, period_spans

_IN_FORCE: Final = "active"


def read(resource: Resource, context: Context) -> list[Finding]:
    """An active Flag is a statement of now, since the start of its period; a lowered one tells of the past only."""
    if resource.get("status") == "entered-in-error":
        context.note(NoteKind.IGNORED, "Entered in error", ".status")
        return []
    recognised = context.read(resource["code"], ".code")
    start, end = period_spans(resource.get("period"), context.zone)
    if start and moment_of(start, context.as_of) is None:
        context.ahead(recognised)
        return []
    is_raised = resource.get("status") == _IN_FORCE and not (end and end.end < context.as_of)
    last = end or start
    observed = context.as_of if is_raised or last is None else moment_of(last, context.as_of) or context.as_of
    moment = Moment(observed=observed, since=start if is_raised else None)
    return [
        statement
        for one in recognised
        if not context.word(one.word).quantity
        for statement in context.statement(
            one, Presence.PRESENT if is_raised or context.word(one.word).is_history else Presence.UNKNOWN, moment, path=".code"
        )
    ]
