"""The entries of a Bundle, and which of them a reference means."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import orjson

from nuchal.terminology import CANONICAL_BASE

_TYPE_AND_ID: Final = re.compile(r"(?:(?P<base>https?://\S+)/)?(?P<local>[A-Za-z]+/[A-Za-z0-9.-]{1,64})(?:/_history/\S*)?")
_RESOURCE: Final = re.compile(r"Bundle(?:\.entry\[\d+\]\.resource)+")
_UUID: Final = "urn:uuid:"
_OID: Final = "urn:oid:"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One resource of the Bundle; `expression` is its FHIRPath, `full_url` as it came."""

    expression: str
    full_url: str | None
    resource: dict[str, Any]

    @cached_property
    def resource_type(self) -> str:
        """The resourceType."""
        return str(self.resource["resourceType"])

    @cached_property
    def local(self) -> str | None:
        """Type/id, None without an id."""
        identity = self.resource.get("id")
        return f"{self.resource_type}/{identity}" if isinstance(identity, str) else None

    @cached_property
    def spelling(self) -> bytes:
        """The resource in its one spelling."""
        return canonical_json(self.resource)

    @cached_property
    def reference(self) -> str | None:
        """How the input itself refers to the resource: its fullUrl when that is a urn, else Type/id (DESIGN 5)."""
        if self.full_url and (self.full_url.startswith((_UUID, _OID)) or self.local is None):
            return self.full_url
        return self.local


def resource_of(place: str) -> str | None:
    """The FHIRPath of the resource in which the FHIRPath `place` lies; of Bundles inside the Bundle that of the innermost."""
    found = _RESOURCE.match(place)
    return found[0] if found else None


def canonical_json(resource: Mapping[str, Any]) -> bytes:
    """One spelling of a resource, whatever the order of its elements."""
    return orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)


class References:
    """Resolves references inside the Bundle (http://hl7.org/fhir/R4/bundle.html#references), among validated entries."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_url: dict[str, Entry] = {}
        self._by_local: dict[str, Entry] = {}
        self._by_canonical: dict[str, dict[str, Any]] = {}
        # a resource that is sent twice: the same one whatever the order of the Bundle
        for entry in sorted(entries, key=_version):
            if entry.full_url:
                self._by_url[entry.full_url] = entry
            if entry.local:
                self._by_local[entry.local] = entry
            address, version = entry.resource.get("url"), entry.resource.get("version")
            if isinstance(address, str):
                self._by_canonical.update({address: entry.resource, f"{address}|{version}": entry.resource})

    def canonical(self, address: str) -> dict[str, Any] | None:
        """The resource with the canonical `address`; of another version than a wanted one, none."""
        return self._by_canonical.get(address)

    def entry(self, reference: str) -> Entry | None:
        """The entry that `reference` means; an absolute one on another server than the entry's means nothing here."""
        if reference in self._by_url:
            return self._by_url[reference]
        parts = _TYPE_AND_ID.fullmatch(reference)
        found = self._by_local.get(parts["local"]) if parts else None
        if parts is None or found is None:
            return None
        server = _TYPE_AND_ID.fullmatch(found.full_url or "")
        elsewhere = parts["base"] and server and server["base"] and parts["base"] != server["base"]
        return None if elsewhere else found

    def resource(self, reference: object, holder: Mapping[str, Any]) -> dict[str, Any] | None:
        """The resource that a Reference of `holder` means, contained ones included."""
        target = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(target, str):
            return None
        if target.startswith("#"):
            return contained(target, holder)
        entry = self.entry(target)
        return None if entry is None else entry.resource


def contained(target: str, holder: Mapping[str, Any]) -> dict[str, Any] | None:
    """The resource with the fragment `target` (``#id``) inside `holder`."""
    inside: list[dict[str, Any]] = holder.get("contained") or []
    return next((resource for resource in inside if resource.get("id") == target[1:]), None)


def is_our_own(resource: Mapping[str, Any]) -> bool:
    """Whether Nuchal itself made `resource`, whose structure need not have been checked."""
    meta, identifiers = resource.get("meta"), resource.get("identifier")
    source = meta.get("source") if isinstance(meta, dict) else None
    inside = identifiers if isinstance(identifiers, list) else [identifiers]
    systems = [identifier.get("system") for identifier in inside if isinstance(identifier, dict)]
    return any(isinstance(address, str) and address.startswith(CANONICAL_BASE) for address in (source, *systems))


def local_form(reference: str) -> str:
    """Type/id of a relative or absolute reference; other references as they are."""
    parts = _TYPE_AND_ID.fullmatch(reference)
    return parts["local"] if parts else reference


def _version(entry: Entry) -> tuple[str, bytes]:
    return (str((entry.resource.get("meta") or {}).get("lastUpdated", "")), entry.spelling)
