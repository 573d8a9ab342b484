"""Which resources are evidence on the patient; of the others, why they are none."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from nuchal.findings import NoteKind
from nuchal.intake.context import Context
from nuchal.intake.entries import Entry, is_our_own
from nuchal.intake.subject import People, ThePatient
from nuchal.intake.times import span_of
from nuchal.intake.validation import TIMES

# http://hl7.org/fhir/R4/extensibility.html#modifierExtension, http://hl7.org/fhir/R4/resource.html#implicitRules:
# who does not know them must not use what holds them.
_CHANGES_MEANING: Final = {
    "modifierExtension": "a modifierExtension that is not known here may change all that it says",
    "implicitRules": "it was written under implicitRules that are not known here",
}

_SPELLED: Final = tuple(f'"{name}"'.encode() for name in _CHANGES_MEANING)


def means_what_it_says(entry: Entry, context: Context) -> bool:
    """Whether nothing in the resource of `entry`, contained ones included, may turn its meaning round; when something may, it is said."""
    if not any(name in entry.spelling for name in _SPELLED):
        return True  # nearly every resource, at a hundredth of the cost of a search
    place = next(_changed_places(entry.resource, ""), None)
    if place is None:
        return True
    context.note(NoteKind.REFUSED, f"Not used: {_CHANGES_MEANING[place.rpartition('.')[2]]}", place)
    return False


def _changed_places(node: object, path: str) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (f"{path}.{name}" for name in _CHANGES_MEANING if node.get(name))
        for name, child in node.items():
            yield from _changed_places(child, f"{path}.{name}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from _changed_places(child, f"{path}[{number}]")


def tell_unreadable_times(resource: Mapping[str, Any], context: Context) -> None:
    """Say which times of `resource` cannot be believed; those of FHIR begin with the year 1, those of patients do not."""
    for name, value in resource.items():
        times: list[tuple[str, object]] = []
        if isinstance(value, str):
            times = [(f".{name}", value)] if TIMES.fullmatch(name) else []
        elif isinstance(value, dict) and name.endswith("Period"):
            times = [(f".{name}.{part}", time) for part, time in value.items() if TIMES.fullmatch(part) and isinstance(time, str)]
        for path, time in times:
            if span_of(time, context.zone) is None:
                context.note(NoteKind.UNUSABLE, "A time that cannot be is not used", path)


def is_evidence(entry: Entry, context: Context, the_patient: ThePatient, people: People) -> bool:
    """Whether a resource is evidence on the patient; when not, why is said."""
    resource = entry.resource
    if is_our_own(resource):
        context.note(NoteKind.IGNORED, "Nuchal itself made it; a proposal is no evidence")
        return False
    if entry.resource_type == "Patient":
        return _is_the_patient(entry, context, the_patient)
    person, whose = people.of(resource), ".patient" if "patient" in resource else ".subject"
    if person and person.key != the_patient.person.key:
        context.note(NoteKind.REFUSED, "Not used: it belongs to another patient", whose)
        return False
    foci = [people.meant(focus, resource) for focus in (resource.get("focus") or () if entry.resource_type == "Observation" else ())]
    if any(focus is None or focus.key != the_patient.person.key for focus in foci):
        context.note(NoteKind.REFUSED, "Not used: its focus is not the patient but somebody or something else", ".focus")
        return False
    if person is None:
        context.note(NoteKind.ASSUMED, "Names no patient; taken as the one of the request", whose)
    return True


def _is_the_patient(entry: Entry, context: Context, the_patient: ThePatient) -> bool:
    """The same Patient sent twice is read once."""
    if entry is not the_patient.entry:
        context.note(NoteKind.IGNORED, "Another Patient, or another version of the same")
        return False
    return means_what_it_says(entry, context)
