"""The narrative of the ClinicalImpression: the same content as its data, for people."""

from collections.abc import Iterable
from typing import Any, Final

from nuchal.assessment.model import Criterion, ListedCause, RaisedFlag
from nuchal.fhir.basis import cause_basis, flag_basis
from nuchal.fhir.concepts import CERTAINTY, SPEED
from nuchal.fhir.context import Context
from nuchal.fhir.narrative import Markup, bullets, emphasis, narrative, numbered, paragraph, section, titled, words
from nuchal.fhir.phrases import criteria_lines
from nuchal.fhir.statements import limits, not_understood, unlisted_causes, waiting_flags
from nuchal.fhir.summary import what_was_understood

_MOST_VERBATIMS: Final = 20


def impression_narrative(context: Context, beside: Iterable[str]) -> dict[str, Any]:
    """How soon, in short why, what was not weighed; then red flags, causes with state and what is unknown, what to ask, limits.

    `beside` are the remarks on this answer.
    """
    assessment, in_short = context.assessment, what_was_understood(context)
    return narrative(
        emphasis(SPEED[assessment.disposition].capitalize() if assessment.disposition else ""),
        paragraph(in_short),
        section("Not understood and not weighed", bullets(_verbatims(context))),
        bullets(remark for remark in beside if remark not in in_short),
        section("Red flags", numbered(_flag(context, raised) for raised in assessment.flags)),
        section("Causes, best first", numbered(_cause(context, listed) for listed in assessment.causes)),
        section("What to ask next", numbered(words(question.text) for question in assessment.questions)),
        section("Red flags that are not ruled out", bullets(waiting_flags(context) if context.detail_full else [])),
        section("Causes that are not listed", bullets(unlisted_causes(context) if context.detail_full else [])),
        section("Limits", bullets(limits(context))),
    )


def _flag(context: Context, raised: RaisedFlag) -> Markup:
    title = f"{SPEED[raised.flag.disposition].capitalize()}: {raised.flag.title}"
    return titled(title, paragraph(flag_basis(context, raised)), _criteria(context, raised.criteria))


def _cause(context: Context, listed: ListedCause) -> Markup:
    known = ", known" if listed.known else ""
    title = f"{listed.cause.title} ({CERTAINTY[listed.certainty]}{known})"
    return titled(title, paragraph(cause_basis(context, listed)), _criteria(context, listed.criteria))


def _criteria(context: Context, criteria: Iterable[Criterion]) -> Markup:
    """Every criterion by its state; without detail=full the sentence above says what matters."""
    return bullets(criteria_lines(criteria) if context.detail_full else [])


def _verbatims(context: Context) -> list[str]:
    texts = not_understood(context)
    more = len(texts) - _MOST_VERBATIMS
    return texts[:_MOST_VERBATIMS] + ([f"and {more} more"] if more > 0 else [])
