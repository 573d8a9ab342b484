"""ClinicalImpression.summary: what a clinician with twenty seconds needs, in two to four sentences."""

from typing import Final

from nuchal.assessment.model import Asking
from nuchal.fhir.concepts import CERTAINTY, SPEED
from nuchal.fhir.context import Context
from nuchal.fhir.phrases import shortened
from nuchal.fhir.statements import count, not_understood, pain_not_recorded

_SHOWN: Final = 3


def summary(context: Context) -> str:
    """Red flags first, then the first cause and the disposition, what to ask next, what was not understood."""
    sentences = (_red_flags(context), _first_cause(context), _unknown(context), _not_understood(context))
    return " ".join(sentence for sentence in sentences if sentence)


def _red_flags(context: Context) -> str:
    raised = [raised.flag.title for raised in context.assessment.flags]
    if raised:
        return f"{'Red flag' if len(raised) == 1 else 'Red flags'}: {shortened(raised, _SHOWN)}."
    open_flags = len(context.assessment.undetermined)
    return f"No red flag is raised; {open_flags} could not be ruled out." if open_flags else "No red flag is raised."


def _first_cause(context: Context) -> str:
    assessment = context.assessment
    disposition = f"; disposition: {SPEED[assessment.disposition]}" if assessment.disposition else ""
    if not assessment.active and not assessment.causes:
        return (
            f"Neither headache nor back pain is known to be active, so no causes were weighed{disposition}.{_pains_not_understood(context)}"
        )
    if not assessment.causes:
        return f"No cause fits what is recorded{disposition}."
    first = assessment.causes[0]
    known = ", known" if first.known else ""
    rank = "Only cause listed" if len(assessment.causes) == 1 else f"First of {count(len(assessment.causes), 'cause')}"
    return f"{rank}: {first.cause.title} ({CERTAINTY[first.certainty]}{known}){disposition}."


def _pains_not_understood(context: Context) -> str:
    """That texts on head, neck or back were not understood, which may have told of a pain."""
    texts = {note.verbatim for note in context.chart.notes if note.is_on_pains}
    if not texts:
        return ""
    return (
        f" But {count(len(texts), 'text')} on head, neck or back {'was' if len(texts) == 1 else 'were'} not understood: ask for both pains."
    )


def _unknown(context: Context) -> str:
    questions = [question.text for question in context.assessment.questions if question.why is not Asking.OTHER_PAIN]
    ask = f"Ask next: {questions[0]}" if questions else ""
    return " ".join(part for part in (pain_not_recorded(context), ask) if part)


def _not_understood(context: Context) -> str:
    texts = [f"“{text}”" for text in not_understood(context)]
    return f"Not understood and not weighed: {shortened(texts, _SHOWN)}." if texts else ""
