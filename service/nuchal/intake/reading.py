"""One request becomes one chart: check, find the patient, read resource by resource, sum up."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from nuchal.findings import Chart, ChartEntry, Finding, Findings, Note, NoteKind, Presence
from nuchal.intake import condition, encounter, medication, observation, patient, procedure, quantities, validation
from nuchal.intake.bundle import contents
from nuchal.intake.codeable import ConceptReader
from nuchal.intake.context import Context, Reader
from nuchal.intake.drugs import DrugIndex
from nuchal.intake.entries import Entry, References, canonical_json, is_our_own
from nuchal.intake.knowledge import Knowledge, Reading
from nuchal.intake.quantities import Units
from nuchal.intake.remarks import remarks
from nuchal.intake.request import AssessRequest
from nuchal.intake.subject import People, ThePatient
from nuchal.intake.times import period_spans
from nuchal.intake.validation import READ_TYPES
from nuchal.intake.vocabulary_index import Code, VocabularyIndex, comparable
from nuchal.rules.model import Ruleset

READERS: Final[Mapping[str, Reader]] = {
    "Patient": patient.read,
    "Observation": observation.read,
    "Condition": condition.read,
    "Encounter": encounter.read,
    "Procedure": procedure.read,
    "MedicationRequest": medication.read_request,
    "MedicationStatement": medication.read_statement,
    "MedicationAdministration": medication.read_administration,
}


_NOT_READ_YET: Final = frozenset({"AllergyIntolerance", "FamilyMemberHistory", "Flag", "QuestionnaireResponse", "ServiceRequest"})


class Intake:
    """Reads charts in the words of one ruleset; safe to share between threads, made once for a process."""

    def __init__(self, ruleset: Ruleset) -> None:
        index = VocabularyIndex(ruleset)
        self._knowledge = Knowledge(
            index=index,
            concepts=ConceptReader(index),
            drugs=DrugIndex(ruleset, index.key),
            roles=ruleset.roles,
            causes=_codes_of_causes(ruleset),
        )

    def warm(self) -> None:
        """Load what the first requests would load (half a second); for services, before they fork."""
        validation.warm()
        quantities.warm()

    def read_chart(self, request: AssessRequest) -> Chart:
        """Everything the Bundle says of its one patient.

        Raises:
            InvalidInput: a resource that is read breaks FHIR R4; every place is listed.
            WrongPatient: no patient, or more than one and the request names none.
        """
        inside = contents(request.bundle)
        entries = inside.entries
        known_types = [entry for entry in entries if entry.resource_type in READ_TYPES]
        references = References(known_types)
        people = People(known_types, references)
        readable = [entry for entry in known_types if entry.resource_type in READERS]
        the_patient = people.the_patient(request.subject, (entry.resource for entry in readable))
        units = Units(self._knowledge.index.language.unit_spellings)
        reading = Reading(knowledge=self._knowledge, as_of=request.as_of, references=references, units=units)
        _tell_of_other_types(entries, reading)
        contexts = [
            (entry, Context(chart=reading, resource_type=entry.resource_type, expression=entry.expression, reference=entry.reference))
            for entry in readable
        ]
        ours = [(entry, context) for entry, context in contexts if _is_ours(entry, context, the_patient, people)]
        statements = {entry.expression: READERS[entry.resource_type](entry.resource, context) for entry, context in ours}
        findings = Findings(_each_once(statement for found in statements.values() for statement in found))
        return Chart(
            subject=the_patient.subject,
            encounter=_current_encounter(ours),
            as_of=request.as_of,
            effective=_effective(found for entry, _ in ours if entry.resource_type != "Patient" for found in statements[entry.expression]),
            findings=findings,
            entries=_chart_entries([entry for entry, _ in ours], statements),
            known_causes=_known_causes(ours),
            notes=remarks([*inside.notes, *reading.notes], findings, self._knowledge.index.words),
            input_hash=input_hash(entries),
            passed_over=dict(sorted(reading.passed_over.items())),
        )


def _tell_of_other_types(entries: Iterable[Entry], reading: Reading) -> None:
    """Types that speak of the patient are named one by one, the rest is counted."""
    for entry in entries:
        if entry.resource_type in _NOT_READ_YET:
            message = f"{entry.resource_type} is not read yet; what it says was not weighed"
            reading.notes.append(Note(kind=NoteKind.UNREAD, message=message, expression=entry.expression))
        elif entry.resource_type not in READ_TYPES and entry.resource_type != "OperationOutcome":
            reading.passed_over[entry.resource_type] += 1


def _known_causes(ours: Iterable[tuple[Entry, Context]]) -> frozenset[str]:
    problems = ((entry.resource, context) for entry, context in ours if entry.resource_type == "Condition")
    return frozenset(cause for resource, context in problems for cause in condition.known_causes(resource, context))


def _codes_of_causes(ruleset: Ruleset) -> Mapping[Code, frozenset[str]]:
    """The causes that a code on the problem list makes known; a plain pain (backache) is a complaint, not yet a cause."""
    pains = {
        comparable(code.coding.system, code.coding.code) for word in ruleset.vocabulary.values() if word.general for code in word.codes
    }
    causes: dict[Code, set[str]] = defaultdict(set)
    for cause in ruleset.causes.values():
        for coding in cause.codings:
            causes[comparable(coding.system, coding.code)].add(cause.id)
    return {code: frozenset(ids) for code, ids in causes.items() if code not in pains}


def input_hash(entries: Iterable[Entry]) -> str:
    """sha256 over the canonical JSON of the resources, sorted: neither their order nor that of elements matters."""
    digest = hashlib.sha256()
    for spelling in sorted(canonical_json(entry.resource) for entry in entries):
        digest.update(spelling)
        digest.update(b"\n")
    return digest.hexdigest()


def _is_ours(entry: Entry, context: Context, the_patient: ThePatient, people: People) -> bool:
    """Whether a resource is evidence on the patient; when not, why is said."""
    resource = entry.resource
    if resource.get("modifierExtension"):
        context.note(NoteKind.REFUSED, "Not used: a modifierExtension may change all that it says", ".modifierExtension")
        return False
    if is_our_own(resource):
        context.note(NoteKind.IGNORED, "Nuchal itself made it; a proposal is no evidence")
        return False
    if entry.resource_type == "Patient":
        # the same Patient sent twice is read once
        mine = entry is the_patient.entry
        if not mine:
            context.note(NoteKind.IGNORED, "Another Patient, or another version of the same")
        return mine
    person = people.of(resource)
    if person and person.key != the_patient.person.key:
        context.note(NoteKind.REFUSED, "Not used: it belongs to another patient", ".subject")
        return False
    foci = [people.meant(focus, resource) for focus in (resource.get("focus") or () if entry.resource_type == "Observation" else ())]
    if any(focus is None or focus.key != the_patient.person.key for focus in foci):
        context.note(NoteKind.REFUSED, "Not used: its focus is not the patient but somebody or something else", ".focus")
        return False
    if person is None:
        context.note(NoteKind.ASSUMED, "Names no patient; taken as the one of the request", ".subject")
    return True


def _each_once(statements: Iterable[Finding]) -> list[Finding]:
    """Statements without exact repetitions: several codes of one concept may give one word."""
    return list(dict.fromkeys(statements))


def _current_encounter(ours: Sequence[tuple[Entry, Context]]) -> str | None:
    """The encounter that the assessment belongs to: of those that go on, the one that began last."""
    current = [
        (_started(entry, context), entry.reference)
        for entry, context in ours
        if entry.resource_type == "Encounter" and entry.reference and encounter.is_current(entry.resource, context)
    ]
    return max(current)[1] if current else None


def _started(entry: Entry, context: Context) -> float:
    start, _ = period_spans(entry.resource.get("period"), context.zone)
    return start.start.timestamp() if start else 0.0


def _effective(statements: Iterable[Finding]) -> datetime | None:
    """The latest clinical time that says something."""
    return max((finding.observed for finding in statements if finding.presence is not Presence.UNKNOWN), default=None)


def _chart_entries(ours: Iterable[Entry], statements: Mapping[str, Sequence[Finding]]) -> tuple[ChartEntry, ...]:
    entries = (
        ChartEntry(
            reference=entry.reference,
            resource_type=entry.resource_type,
            expression=entry.expression,
            words=tuple(sorted({finding.word for finding in statements[entry.expression]})),
        )
        for entry in ours
    )
    return tuple(sorted(entries, key=lambda entry: (entry.resource_type, entry.reference or "", entry.words, entry.expression)))
