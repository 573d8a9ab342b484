"""Observations that belong to others: members of a panel, and what was derived from another (hasMember, derivedFrom)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from nuchal.intake.entries import References, canonical_json

_NON_EXISTENT: Final = frozenset({"entered-in-error", "cancelled", "registered"})


@dataclass(frozen=True, slots=True)
class Links:
    """For each Observation of the patient the ones that tell more of it, and the ones of which it tells more."""

    _details: Mapping[int, list[dict[str, Any]]] = field(default_factory=dict)
    _wholes: Mapping[int, list[dict[str, Any]]] = field(default_factory=dict)

    def details(self, resource: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The Observations that tell more of `resource`, in an order that does not depend on that of the Bundle."""
        return sorted(self._details.get(id(resource), ()), key=canonical_json)

    def wholes(self, resource: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The Observations of which `resource` tells more, in such an order as well."""
        return sorted(self._wholes.get(id(resource), ()), key=canonical_json)


def links_between(observations: Iterable[dict[str, Any]], references: References) -> Links:
    """The links between `observations`, all of one patient; what is in error links nothing."""
    valid = {id(one): one for one in observations if one.get("status") not in _NON_EXISTENT}
    details: dict[int, list[dict[str, Any]]] = defaultdict(list)
    wholes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in valid.values():
        members = [references.resource(reference, one) for reference in one.get("hasMember") or ()]
        sources = [references.resource(reference, one) for reference in one.get("derivedFrom") or ()]
        pairs = [*((one, member) for member in members), *((source, one) for source in sources)]
        for whole, detail in pairs:
            if whole is not None and detail is not None and id(whole) in valid and id(detail) in valid:
                details[id(whole)].append(detail)
                wholes[id(detail)].append(whole)
    return Links(details, wholes)
