"""From conclusions to the assessment of one patient, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nuchal.assessment.explanation import Explainer
from nuchal.assessment.model import Assessment, Criterion, ListedCause, RaisedFlag
from nuchal.assessment.pains import Pains, active_pains
from nuchal.assessment.patient import Patient
from nuchal.assessment.planning import propose
from nuchal.assessment.questions import questions
from nuchal.assessment.ranking import RankedCause, rank_causes
from nuchal.assessment.screening import open_topics
from nuchal.assessment.triage import disposition_tally
from nuchal.assessment.undetermined import flags_that_are, undetermined_flags
from nuchal.assessment.unweighed import unweighed_words
from nuchal.findings import View
from nuchal.inference import Inference
from nuchal.inference.outcome import Conclusions
from nuchal.rules.conditions import Truth
from nuchal.rules.model import RedFlag, Region, Ruleset


def assess(
    ruleset: Ruleset,
    inference: Inference,
    conclusions: Conclusions,
    *,
    known_causes: frozenset[str],
    detail_full: bool = False,
) -> Assessment:
    """The assessment of one patient (DESIGN 4).

    `known_causes` are ids of causes on the problem list as confirmed. With `detail_full`
    the causes that are not listed are explained, too.
    """
    patient = Patient(ruleset, conclusions)
    pains = active_pains(patient)
    flags = flags_that_are(Truth.TRUE, patient)
    ranked, benign_not_listed = rank_causes(patient, flags, pains, known_causes)
    topics = open_topics(patient, pains)
    disposition = inference.disposition(disposition_tally(flags, ranked, topics, pains))
    strict = Explainer(patient, View.STRICT)
    causes = tuple(_listed(each, strict, known=each.cause.id in known_causes) for each in ranked)
    undetermined = undetermined_flags(patient, detail_full=detail_full)
    plan = None if disposition is None else propose(patient, inference, flags=flags, causes=causes, disposition=disposition)
    assessment = Assessment(
        ruleset=ruleset,
        conclusions=conclusions,
        active=pains.active,
        back_by_equivalent=pains.back_by_equivalent,
        flags=_explained(flags, Explainer(patient, View.SAFETY)),
        undetermined=undetermined,
        causes=causes,
        benign_not_listed=benign_not_listed,
        unlisted=_unlisted(ranked, strict) if detail_full else {},
        unexplained=_unexplained(ranked, pains),
        unweighed=unweighed_words(patient, [each.cause for each in ranked]),
        screen_open=tuple(topic.id for topic in topics if not topic.is_present),
        disposition=disposition,
        plan=plan,
        questions=(),
    )
    return replace(assessment, questions=questions(patient, assessment, topics))


def _explained(flags: Sequence[RedFlag], safety: Explainer) -> tuple[RaisedFlag, ...]:
    return tuple(RaisedFlag(flag=flag, criteria=safety.flag(flag)) for flag in flags)


def _listed(ranked: RankedCause, strict: Explainer, *, known: bool) -> ListedCause:
    cause = ranked.cause
    return ListedCause(
        cause=cause,
        certainty=ranked.certainty,
        support=ranked.support,
        score=ranked.score,
        criteria=strict.cause(cause),
        named_by=ranked.named_by,
        by_name=ranked.outcome.by_name,
        known=known,
        below_min_age=ranked.below_min_age,
        excluded_by=strict.excluded_by(cause),
        failed=strict.failed(cause),
    )


def _unlisted(ranked: Sequence[RankedCause], strict: Explainer) -> Mapping[str, tuple[Criterion, ...]]:
    listed = {each.cause.id for each in ranked}
    return {id_: strict.cause(strict.patient.ruleset.causes[id_]) for id_ in sorted(strict.patient.conclusions.causes) if id_ not in listed}


def _unexplained(ranked: Sequence[RankedCause], pains: Pains) -> frozenset[Region]:
    """The active pains that no listed cause explains."""
    return pains.active.difference(*(pains.explained_by(each.cause.explains) for each in ranked))
