"""The ClinicalImpression: red flags, then causes in rank order, each with its basis."""

from typing import Any, Final

from nuchal.assessment.model import Criterion, ListedCause, RaisedFlag
from nuchal.fhir.basis import cause_basis, flag_basis
from nuchal.fhir.canonicals import FINDING_CERTAINTY, FINDING_CRITERION, FINDING_ROLE, FINDING_RULE, FINDING_SOURCE
from nuchal.fhir.citations import citation
from nuchal.fhir.concepts import concept
from nuchal.fhir.context import Context
from nuchal.fhir.elements import filled
from nuchal.fhir.ids import instant
from nuchal.fhir.impression_narrative import impression_narrative
from nuchal.fhir.narrative import untagged
from nuchal.fhir.notes import notes
from nuchal.fhir.statements import limits, remarks
from nuchal.fhir.summary import summary
from nuchal.rules.model import Reference, RuleHead, Source

CLINICAL_IMPRESSION = "clinical-impression"
MOST_EXPLAINED: Final = 5  # causes whose criteria are shown without detail=full (DESIGN 5)


def clinical_impression(context: Context) -> dict[str, Any]:
    """The ClinicalImpression of R4 4.0.1; completed means that the evaluation is, not that a clinician agrees."""
    inputs, beside = context.inputs, remarks(context)
    return filled(
        {
            **context.head("ClinicalImpression", CLINICAL_IMPRESSION, impression_narrative(context, beside)),
            "identifier": [context.identifier(CLINICAL_IMPRESSION)],
            "status": "completed",
            "code": {"text": context.ruleset.title},
            "subject": inputs.subject,
            "encounter": inputs.encounter,
            "effectiveDateTime": instant(context.chart.effective) if context.chart.effective else None,
            "date": context.moment,
            "problem": inputs.problems,
            "investigation": [{"code": {"text": "Inputs that were used"}, "item": inputs.investigated}] if inputs.investigated else [],
            "protocol": [context.ruleset.versioned_canonical],
            "summary": untagged(summary(context)),
            "finding": [
                *(_flag_finding(context, raised) for raised in context.assessment.flags),
                *(_cause_finding(context, listed, place) for place, listed in enumerate(context.assessment.causes)),
            ],
            "supportingInfo": inputs.others,
            "note": notes(context, [*beside, *limits(context)]),
        }
    )


def _flag_finding(context: Context, raised: RaisedFlag) -> dict[str, Any]:
    return {
        "extension": [
            {"url": FINDING_ROLE, "valueCode": "red-flag"},
            *_explanation(context, raised.flag, raised.criteria),
        ],
        "itemCodeableConcept": {"text": raised.flag.title},
        "basis": flag_basis(context, raised),
    }


def _cause_finding(context: Context, listed: ListedCause, place: int) -> dict[str, Any]:
    shown = context.detail_full or place < MOST_EXPLAINED
    return filled(
        {
            "extension": [
                {"url": FINDING_ROLE, "valueCode": "cause"},
                {"url": FINDING_CERTAINTY, "valueCode": listed.certainty.value},
                *_explanation(context, listed.cause, listed.criteria if shown else ()),
            ],
            "itemCodeableConcept": concept(listed.cause.codings, listed.cause.title),
            "itemReference": context.proposed_conditions.get(listed.cause.id),
            "basis": cause_basis(context, listed),
        }
    )


def _explanation(context: Context, rule: RuleHead, criteria: tuple[Criterion, ...]) -> list[dict[str, Any]]:
    references = context.ruleset.references
    return [
        _rule(context, rule),
        *(_source(source, references[source.ref]) for source in rule.sources),
        *(_criterion(context, criterion) for criterion in criteria),
    ]


def _rule(context: Context, rule: RuleHead) -> dict[str, Any]:
    return {
        "url": FINDING_RULE,
        "extension": [
            {"url": "id", "valueString": rule.id},
            {"url": "canonical", "valueCanonical": context.ruleset.versioned_canonical},
        ],
    }


def _source(source: Source, reference: Reference) -> dict[str, Any]:
    return {"url": FINDING_SOURCE, "valueRelatedArtifact": citation(reference, source.supports)}


def _criterion(context: Context, criterion: Criterion) -> dict[str, Any]:
    return {
        "url": FINDING_CRITERION,
        "extension": [
            {"url": "id", "valueString": criterion.id},
            {"url": "text", "valueString": criterion.text},
            {"url": "state", "valueCode": criterion.state.value},
            *({"url": "evidence", "valueReference": context.evidence(finding)} for finding in criterion.evidence),
        ],
    }
