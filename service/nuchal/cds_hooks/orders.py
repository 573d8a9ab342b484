"""Which suggestions the patient's chart holds already as an order."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from nuchal.assessment.model import PlannedActivity
from nuchal.intake.entries import is_our_own
from nuchal.rules.model import Activity

_STANDING: Final = frozenset({"draft", "active", "on-hold"})
_NO_ORDER: Final = frozenset({"proposal", "option"})  # http://hl7.org/fhir/R4/valueset-request-intent.html
_NAMES = frozenset[tuple[str, str]]


class Orders:
    """The orders that stand for one patient."""

    def __init__(self, service_requests: Iterable[Mapping[str, Any]], patient_id: str) -> None:
        """`service_requests` as the client sent them, once intake has accepted their form."""
        requests = (one for one in service_requests if _stands(one) and _is_about(one, patient_id))
        self._names = frozenset(name for request in requests for name in _names_of(request))

    def holds(self, planned: PlannedActivity) -> bool:
        """Whether the same thing is ordered, by one of its codes or by its title."""
        return not self._names.isdisjoint(_names(planned.activity))


def _stands(request: Mapping[str, Any]) -> bool:
    """An order that is neither done nor revoked; a proposal is one only when it is ours and somebody filed it."""
    is_order = request.get("intent") not in _NO_ORDER or is_our_own(request)
    return is_order and request.get("status") in _STANDING and request.get("doNotPerform") is not True


def _is_about(request: Mapping[str, Any], patient_id: str) -> bool:
    reference = (request.get("subject") or {}).get("reference")
    return isinstance(reference, str) and (reference == f"urn:uuid:{patient_id}" or f"/{reference}".endswith(f"/Patient/{patient_id}"))


def _names_of(request: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    code = request.get("code") or {}
    yield from ((coding["system"], coding["code"]) for coding in code.get("coding") or () if coding.get("system") and coding.get("code"))
    if code.get("text"):
        yield "", _folded(code["text"])


def _names(activity: Activity) -> _NAMES:
    return frozenset([*((coding.system, coding.code) for coding in activity.codings), ("", _folded(activity.title))])


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
