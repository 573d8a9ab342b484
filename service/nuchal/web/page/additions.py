"""Answers as Observations that are added to an input, so that the whole answer can be asked for again with them."""

from collections.abc import Sequence
from typing import Any

import orjson

from nuchal.fhir.ids import instant
from nuchal.findings import Chart, Presence
from nuchal.terminology import UCUM, VOCABULARY
from nuchal.web.page.supposing import Supposition


def with_answers(body: bytes, chart: Chart, answers: Sequence[Supposition]) -> bytes:
    """The input with an Observation for each answer, in the words of the vocabulary, at the moment of the evaluation."""
    document = orjson.loads(body)
    bundle = bundle_in(document)
    bundle["entry"] = [*(bundle.get("entry") or ()), *({"resource": _observation(answer, chart)} for answer in answers)]
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def bundle_in(document: dict[str, Any]) -> dict[str, Any]:
    """The Bundle of a document that was evaluated: itself, or a parameter."""
    if document["resourceType"] == "Bundle":
        return document
    return next(parameter["resource"] for parameter in document["parameter"] if parameter["name"] == "bundle")


def _observation(answer: Supposition, chart: Chart) -> dict[str, Any]:
    quantity = answer.word.quantity
    value: dict[str, Any] = {"valueBoolean": answer.presence is Presence.PRESENT}
    if quantity is not None:
        value = {"valueQuantity": {"value": answer.value, "system": UCUM, "code": quantity.unit}}
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": VOCABULARY, "code": answer.word.id, "display": answer.word.title}]},
        "subject": {"reference": chart.subject.reference},
        "effectiveDateTime": instant(chart.as_of),
        **value,
    }
