"""CodeableConcepts: only verified codes go out, and there is always a text."""

from collections.abc import Iterable
from typing import Any, Final

from nuchal.fhir.canonicals import DISPOSITION
from nuchal.inference.outcome import Certainty
from nuchal.rules.model import Disposition
from nuchal.terminology import Coding

SPEED: Final = {
    Disposition.EMERGENCY: "emergency (now)",
    Disposition.URGENT: "urgent (the same day)",
    Disposition.SOON: "soon (within days)",
    Disposition.ROUTINE: "routine",
    Disposition.SELF_CARE: "self-care",
}

CERTAINTY: Final = {
    Certainty.MEETS_CRITERIA: "meets criteria",
    Certainty.PROBABLE: "probable",
    Certainty.POSSIBLE: "possible",
}


def codings(codes: Iterable[Coding]) -> list[dict[str, Any]]:
    """The verified ones of `codes`; recalled codes are understood on input and left out here (DESIGN 3)."""
    return [coded(code.system, code.code, code.display) for code in codes if code.verified]


def coded(system: str, code: str, display: str | None = None) -> dict[str, Any]:
    """One Coding."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(codes: Iterable[Coding], text: str) -> dict[str, Any]:
    """A CodeableConcept of the verified codes with `text`."""
    verified = codings(codes)
    return ({"coding": verified} if verified else {}) | {"text": text}


def disposition_concept(disposition: Disposition) -> dict[str, Any]:
    """How soon the patient must be seen, as a category of the CarePlan."""
    return {"coding": [coded(DISPOSITION, disposition.value, disposition.value)], "text": SPEED[disposition]}
