"""Why somebody came, why something was ordered or is taken: reasonCode."""

from nuchal.findings import Finding, Presence
from nuchal.intake.context import Context, Resource
from nuchal.intake.details import with_details
from nuchal.intake.times import Moment


def read_reasons(resource: Resource, moment: Moment, context: Context, *, confirmed: bool = True) -> list[Finding]:
    """The words of each reason, present at `moment`."""
    return [
        statement
        for number, reason in enumerate(resource.get("reasonCode") or ())
        for one in context.read(reason, f".reasonCode[{number}]")
        if not context.word(one.word).quantity
        for statement in with_details(
            context.statement(one, Presence.PRESENT, moment, path=f".reasonCode[{number}]", confirmed=confirmed), one, moment, context
        )
    ]
