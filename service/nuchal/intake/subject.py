"""The one patient of a request, and whose each resource is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nuchal.errors import WrongPatient
from nuchal.findings import Subject
from nuchal.intake.entries import Entry, References, canonical_json, contained, local_form


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a resource is about: a key to compare by, and the reference in the input's own form."""

    key: str
    reference: str


@dataclass(frozen=True, slots=True)
class ThePatient:
    """The patient of the request; `resource` is None when the Bundle holds no Patient."""

    person: Person
    resource: dict[str, Any] | None
    entry: Entry | None

    @property
    def subject(self) -> Subject:
        """The patient as answers refer to them."""
        identifiers = (self.resource or {}).get("identifier")
        return Subject(reference=self.person.reference, identifier=identifiers[0] if identifiers else None)


class People:
    """Who is who in one Bundle: urn, relative, absolute, contained and logical references to one person have one key."""

    def __init__(self, entries: Iterable[Entry], references: References) -> None:
        self._references = references
        self._patients: dict[str, Entry] = {}
        self._identifiers: dict[str, str] = {}
        self._meant: dict[str, Person] = {}  # nearly all resources refer to one person in one way
        for entry in entries:
            if entry.resource_type == "Patient":
                self._add(entry)

    def _add(self, entry: Entry) -> None:
        key = _entry_key(entry)
        # sent twice: References says which of the two stands
        self._patients[key] = self._references.entry(entry.reference or "") or entry
        for identifier in _identifier_keys(entry.resource):
            self._identifiers[identifier] = key

    def of(self, resource: dict[str, Any]) -> Person | None:
        """Whom `resource` is about; None when it does not say."""
        return self.meant(resource.get("subject") or resource.get("patient"), resource)

    def meant(self, reference: object, resource: dict[str, Any]) -> Person | None:
        """Whom a Reference in `resource` means; None when it does not say."""
        if not isinstance(reference, dict):
            return None
        target = reference.get("reference")
        if not isinstance(target, str):
            logical = _identifier_key(reference.get("identifier"))
            return Person(self._identifiers.get(logical, logical), "") if logical else None
        if target.startswith("#"):
            return Person(self._contained_key(target, resource), target)
        if target not in self._meant:
            self._meant[target] = Person(self._key(target), target)
        return self._meant[target]

    def _key(self, target: str) -> str:
        entry = self._references.entry(target)
        if entry:
            return _entry_key(entry)
        local = local_form(target)
        return target if local in self._patients else local  # the same id on another server is somebody else

    def _contained_key(self, target: str, holder: dict[str, Any]) -> str:
        person = contained(target, holder) or {}
        identifiers = _identifier_keys(person)
        known = next((self._identifiers[identifier] for identifier in identifiers if identifier in self._identifiers), None)
        anonymous = {name: value for name, value in person.items() if name != "id"}
        return known or next(iter(identifiers), f"contained:{canonical_json(anonymous).decode()}")

    def the_patient(self, wanted: str | None, resources: Iterable[dict[str, Any]]) -> ThePatient:
        """The one patient: `wanted` by reference, else the Patient of the Bundle, else the one common subject.

        Raises:
            WrongPatient: nobody, or more than one and none is wanted.
        """
        holders = self._holders(resources)
        persons = set(self._patients) or {key for key, (person, _) in holders.items() if _may_be_patient(person)}
        if wanted is not None:
            key = self._key(wanted)
            if key not in persons and key not in holders:
                raise WrongPatient("The parameter subject names nobody in the Bundle")
        elif len(persons) == 1:
            key = next(iter(persons))
        elif persons:
            raise WrongPatient("More than one patient, and no parameter subject says which", expression="Bundle.entry")
        else:
            raise WrongPatient("No Patient in the Bundle, and no resource names one", expression="Bundle.entry")
        if key in self._patients:
            entry = self._patients[key]
            return ThePatient(Person(key, entry.reference or ""), entry.resource, entry)
        person, holder = holders[key]
        inside = contained(person.reference, holder) if person.reference.startswith("#") else None
        return ThePatient(person, inside, None)

    def _holders(self, resources: Iterable[dict[str, Any]]) -> dict[str, tuple[Person, dict[str, Any]]]:
        """Everybody that a resource is about, with one such resource; of several spellings the first in the alphabet."""
        holders: dict[str, tuple[Person, dict[str, Any]]] = {}
        for resource in resources:
            person = self.of(resource)
            if person and (person.key not in holders or person.reference < holders[person.key][0].reference):
                holders[person.key] = (person, resource)
        return holders


def _may_be_patient(person: Person) -> bool:
    local = local_form(person.reference)
    return "/" not in local or local.startswith("Patient/")


def _entry_key(entry: Entry) -> str:
    return entry.local or entry.full_url or f"anonymous:{entry.spelling.decode()}"


def _identifier_keys(person: Mapping[str, Any]) -> tuple[str, ...]:
    keys = (_identifier_key(identifier) for identifier in person.get("identifier") or ())
    return tuple(key for key in keys if key)


def _identifier_key(identifier: object) -> str | None:
    if not isinstance(identifier, dict) or not identifier.get("value"):
        return None
    return f"identifier:{identifier.get('system', '')}|{identifier['value']}"
