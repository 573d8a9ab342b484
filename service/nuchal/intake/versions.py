"""Several versions of one resource: the latest is the resource, the others are no evidence (http://hl7.org/fhir/R4/http.html#history)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from math import inf
from typing import Any, Final

from nuchal.intake.entries import Entry, local_form
from nuchal.intake.times import span_of

_OF_VERSION: Final = re.compile(r"/_history/\S*$")
_ABSOLUTE: Final = re.compile(r"https?://\S+/")


@dataclass(frozen=True, slots=True)
class Deletion:
    """A resource that was deleted: how it is called, and when (infinity: after everything)."""

    name: str
    moment: float


def deletion_of(raw: Mapping[str, Any]) -> Deletion | None:
    """What the entry `raw` of a Bundle deletes; None when it deletes nothing that has a name."""
    address = raw.get("request", {}).get("url") or raw.get("fullUrl")
    if not isinstance(address, str):
        return None
    written = span_of(raw.get("response", {}).get("lastModified"), UTC)
    return Deletion(local_form(_OF_VERSION.sub("", address)), written.start.timestamp() if written else inf)


def superseded(entries: Iterable[Entry], deletions: Iterable[Deletion]) -> Mapping[str, str]:
    """Why each version that no longer stands does not, by its FHIRPath; versions that cannot be put in order all stand."""
    versions: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.local:
            server = _ABSOLUTE.match((entry.full_url or "").removesuffix(entry.local))
            versions[server[0] if server else "", entry.local].append(entry)
    gone = {deletion.name: deletion.moment for deletion in sorted(deletions, key=lambda one: one.moment)}
    found: dict[str, str] = {}
    for (_, local), several in versions.items():
        if len(several) == 1 and local not in gone:
            continue
        ranks = _ranks(several)
        for entry, rank in zip(several, ranks, strict=True):
            if gone.get(local, -inf) > max(_moment(one) or -inf for one in several):
                found[entry.expression] = "Not used: the Bundle says that it was deleted"
            elif rank < max(ranks):
                found[entry.expression] = "Not used: a later version of it is in the Bundle"
    return found


def _ranks(several: Sequence[Entry]) -> list[tuple[float, ...]]:
    """The order of versions, by when they were written and by their numbers, as far as all of them say that."""
    told = (values for values in ([_moment(one) for one in several], [_number(one) for one in several]) if None not in values)
    ranks = zip(*told, strict=True)
    return [tuple(value for value in rank if value is not None) for rank in ranks] or [()] * len(several)


def _moment(entry: Entry) -> float | None:
    written = span_of((entry.resource.get("meta") or {}).get("lastUpdated"), UTC)
    return written.start.timestamp() if written else None


def _number(entry: Entry) -> float | None:
    version = str((entry.resource.get("meta") or {}).get("versionId", ""))
    return float(version) if version.isascii() and version.isdecimal() else None
