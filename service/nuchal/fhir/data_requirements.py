"""The questions as DataRequirements: what to send in another request to get a better answer."""

from typing import Any

from nuchal.assessment.model import Question
from nuchal.fhir.canonicals import QUESTION
from nuchal.fhir.concepts import coded, codings
from nuchal.fhir.context import Context
from nuchal.fhir.elements import filled
from nuchal.rules.vocabulary import Match, WordKind
from nuchal.terminology import VOCABULARY


def data_requirements(context: Context) -> list[dict[str, Any]]:
    """The DataRequirements in the order of the questions."""
    return [data_requirement(context, question) for question in context.assessment.questions]


def data_requirement(context: Context, question: Question) -> dict[str, Any]:
    """The DataRequirement of R4 4.0.1 for one question.

    Whatever the finding, an Observation with one of the codes answers it; age and sex are
    read from the Patient.
    """
    is_demographic = context.vocabulary[question.word].kind is WordKind.DEMOGRAPHIC
    return filled(
        {
            "extension": [_asked(question)],
            "type": "Patient" if is_demographic else "Observation",
            "codeFilter": [] if is_demographic else [{"path": "code", "code": _codes(context, question.word)}],
        }
    )


def _asked(question: Question) -> dict[str, Any]:
    return {
        "url": QUESTION,
        "extension": [
            {"url": "text", "valueString": question.text},
            {"url": "why", "valueCode": question.why.value},
            *({"url": "rule", "valueString": rule} for rule in question.rules),
        ],
    }


def _codes(context: Context, word: str) -> list[dict[str, Any]]:
    entry = context.vocabulary[word]
    equivalent = [mapping.coding for mapping in entry.codes if mapping.match is Match.EQUIVALENT]
    return [coded(VOCABULARY, word, entry.title), *codings(equivalent)]
