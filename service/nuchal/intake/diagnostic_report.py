"""DiagnosticReport: what a report concludes, as far as it is coded. Its results are Observations of their own."""

from typing import Final

from nuchal.findings import Finding, NoteKind, Presence
from nuchal.intake.context import Context, Resource
from nuchal.intake.details import with_details
from nuchal.intake.times import Moment, moment_of, period_spans, span_of

_NON_EXISTENT: Final = frozenset({"entered-in-error", "cancelled"})
_FINAL: Final = frozenset({"final", "amended", "corrected", "appended"})


def read(resource: Resource, context: Context) -> list[Finding]:
    """The words of each conclusion, as of the time that the report is on; those of a report that is not final are unconfirmed."""
    if resource.get("status") in _NON_EXISTENT:
        context.note(NoteKind.IGNORED, "Entered in error or cancelled", ".status")
        return []
    conclusions = resource.get("conclusionCode") or ()
    if not conclusions:
        context.pass_over("DiagnosticReport without a coded conclusion")
        return []
    start, end = period_spans(resource.get("effectivePeriod"), context.zone)
    dated = span_of(resource.get("effectiveDateTime"), context.zone) or end or start or span_of(resource.get("issued"), context.zone)
    observed = moment_of(dated, context.as_of) if dated else context.as_of
    if observed is None:
        context.ahead(one for conclusion in conclusions for one in context.chart.concept(conclusion).words)
        return []
    if dated is None:
        context.note(NoteKind.ASSUMED, "Has no date that can be read; taken as of the moment of the assessment")
    moment = Moment(observed=observed, assumed=dated is None)
    confirmed = resource.get("status") in _FINAL
    return [
        statement
        for number, conclusion in enumerate(conclusions)
        for one in context.read(conclusion, f".conclusionCode[{number}]")
        if not context.word(one.word).quantity
        for statement in with_details(
            context.statement(one, Presence.PRESENT, moment, path=f".conclusionCode[{number}]", confirmed=confirmed), one, moment, context
        )
    ]
