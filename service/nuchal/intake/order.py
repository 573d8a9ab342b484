"""ServiceRequest: why something is ordered. The order itself is no finding: it was not done yet."""

from typing import Final

from nuchal.findings import Finding, NoteKind
from nuchal.intake.context import Context, Resource
from nuchal.intake.reasons import read_reasons
from nuchal.intake.times import Moment, moment_of, span_of

_NON_EXISTENT: Final = frozenset({"entered-in-error", "revoked"})
_NOT_SIGNED: Final = "draft"


def read(resource: Resource, context: Context) -> list[Finding]:
    """The reasons of an order, as of the day it was written; those of a draft nobody has signed."""
    if resource.get("status") in _NON_EXISTENT:
        context.note(NoteKind.IGNORED, "Entered in error or revoked", ".status")
        return []
    if not resource.get("reasonCode") or resource.get("doNotPerform") is True:
        return []
    authored = span_of(resource.get("authoredOn"), context.zone)
    observed = moment_of(authored, context.as_of) if authored else context.as_of
    if observed is None:
        context.ahead(one for reason in resource["reasonCode"] for one in context.chart.concept(reason).words)
        return []
    if authored is None:
        context.note(NoteKind.ASSUMED, "Has no date that can be read; taken as of the moment of the assessment")
    moment = Moment(observed=observed, assumed=authored is None)
    return read_reasons(resource, moment, context, confirmed=resource.get("status") != _NOT_SIGNED)
