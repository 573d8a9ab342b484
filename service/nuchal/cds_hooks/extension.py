"""What stands beside the cards, for programs and for those who wonder at a silence: what was looked at, and what was not found."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from nuchal.cds_hooks.delivery import Delivery
from nuchal.cds_hooks.proposals import ProposalContext
from nuchal.fhir.elements import filled
from nuchal.fhir.statements import limits, not_understood, remarks
from nuchal.findings import NoteKind

NAME: Final = "org.example.nuchal.evaluation"  # the host of the canonical URLs, turned round


def extension(context: ProposalContext, deliveries: Iterable[Delivery], silence: Iterable[str]) -> dict[str, Any]:
    """The `extension` of a response; `silence` are the reasons why something was held back."""
    assessment, chart = context.assessment, context.chart
    told = filled(
        {
            "asOf": context.moment,
            "ruleset": assessment.ruleset.label,
            "rulesetHash": assessment.ruleset.hash,
            "disposition": assessment.disposition.value if assessment.disposition else None,
            "silentBecause": [str(reason) for reason in silence],
            "lookedAt": [_looked_at(delivery) for delivery in deliveries],
            "redFlagsRaised": [raised.flag.id for raised in assessment.flags],
            "redFlagsNotRuledOut": len(assessment.undetermined),
            "causesListed": [listed.cause.id for listed in assessment.causes],
            "notFound": [question.text for question in assessment.questions],
            "notUnderstood": not_understood(context),
            "refused": sum(note.kind is NoteKind.REFUSED for note in chart.notes) or None,
            "remarks": remarks(context),
            "limits": limits(context),
        }
    )
    return {NAME: told}


def passed_over(silence: Iterable[str]) -> Mapping[str, Any]:
    """The `extension` where nothing was looked at."""
    return {NAME: {"silentBecause": [str(reason) for reason in silence]}}


def _looked_at(delivery: Delivery) -> dict[str, Any]:
    return filled({"key": delivery.key, "state": delivery.state.value, "resources": len(delivery.resources), "why": delivery.why})
