"""ClinicalImpression.summary and CarePlan.description: what a clinician with twenty seconds needs, in two to four sentences."""

from typing import Final

from nuchal.assessment.model import Asking
from nuchal.fhir.concepts import CERTAINTY, SPEED
from nuchal.fhir.context import Context
from nuchal.fhir.phrases import shortened
from nuchal.fhir.statements import count, not_understood, pain_not_recorded
from nuchal.rules.model import Disposition

_SHOWN: Final = 3


def summary(context: Context) -> str:
    """Red flags first, then the first cause and the disposition, what to do or to ask next, what was not understood."""
    return _told(what_was_understood(context), _not_understood(context))


def what_was_understood(context: Context) -> str:
    """The summary without what was not understood, for where that stands by itself."""
    return _told(_red_flags(context), _first_cause(context), pain_not_recorded(context), _next(context))


def foundation(context: Context) -> str:
    """What a plan rests on: red flags, the first cause and the disposition; and what was not weighed."""
    return _told(_red_flags(context), _first_cause(context), _not_understood(context))


def _told(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _red_flags(context: Context) -> str:
    raised = [raised.flag.title for raised in context.assessment.flags]
    if raised:
        return f"{'Red flag' if len(raised) == 1 else 'Red flags'}: {shortened(raised, _SHOWN)}."
    topics = len(context.assessment.screen_open)
    still_open = f"; {count(topics, 'topic')} of the screen {'is' if topics == 1 else 'are'} still open" if topics else ""
    return f"No red flag is raised by what is recorded{still_open}."


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


def _next(context: Context) -> str:
    """In an emergency what to do first; else the first question."""
    assessment = context.assessment
    if assessment.plan and assessment.disposition is Disposition.EMERGENCY:
        return f"Do first: {shortened([planned.activity.title for planned in assessment.plan.activities[:_SHOWN]], _SHOWN)}."
    questions = [question.text for question in assessment.questions if question.why is not Asking.OTHER_PAIN]
    return f"Ask next: {questions[0]}" if questions else ""


def _not_understood(context: Context) -> str:
    texts = [f"“{text}”" for text in not_understood(context)]
    return f"Not understood and not weighed: {shortened(texts, _SHOWN)}." if texts else ""
