"""A name for "the same conclusion on the same facts", that tells nobody what they are."""

import hashlib

import orjson

from nuchal.cds_hooks.conclusions import Conclusion
from nuchal.cds_hooks.proposals import ProposalContext


def facts(conclusion: Conclusion, context: ProposalContext, fhir_server: str | None) -> str:
    """sha256 over FHIR server, patient, encounter, ruleset, rules, and the state of each of their criteria with the words behind it.

    Not over times, numbers or ids of resources: a fever measured again is no new fact,
    a stiff neck beside it is one.
    """
    criteria = sorted(
        (criterion.id, criterion.text, criterion.state, sorted({f"{found.word} {found.presence}" for found in criterion.evidence}))
        for criterion in conclusion.criteria
    )
    chart = context.chart
    where = [fhir_server, chart.subject.reference, chart.encounter]
    spelled = orjson.dumps([where, context.ruleset.hash, chart.site_map, conclusion.rules, criteria, conclusion.unread])
    return hashlib.sha256(spelled).hexdigest()
