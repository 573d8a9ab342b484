"""One request becomes one chart: check, find the patient, read resource by resource, sum up."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from nuchal.findings import Chart, ChartEntry, Finding, Findings, NoteKind, Presence
from nuchal.intake import (
    allergy,
    condition,
    diagnostic_report,
    encounter,
    family,
    flag,
    medication,
    medication_list,
    observation,
    order,
    patient,
    procedure,
    quantities,
    questionnaire,
    validation,
)
from nuchal.intake.bundle import contents
from nuchal.intake.codeable import ConceptReader
from nuchal.intake.context import Context, Reader
from nuchal.intake.drugs import DrugIndex
from nuchal.intake.entries import Entry, References, resource_of
from nuchal.intake.evidence import is_evidence, means_what_it_says, tell_unreadable_times
from nuchal.intake.explanation import Explanation
from nuchal.intake.knowledge import Knowledge, PassedOver, Reading
from nuchal.intake.links import links_between
from nuchal.intake.quantities import Units
from nuchal.intake.remarks import remarks, told_as_used
from nuchal.intake.request import AssessRequest
from nuchal.intake.settling import settled
from nuchal.intake.site_map import SiteMap
from nuchal.intake.sites import Sites
from nuchal.intake.subject import People
from nuchal.intake.times import UTC, period_spans, span_of
from nuchal.intake.validation import READ_TYPES
from nuchal.intake.versions import superseded
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
    "AllergyIntolerance": allergy.read,
    "FamilyMemberHistory": family.read,
    "Flag": flag.read,
    "List": medication_list.read,
    "QuestionnaireResponse": questionnaire.read,
    "ServiceRequest": order.read,
    "DiagnosticReport": diagnostic_report.read,
}


class Intake:
    """Reads charts in the words of one ruleset; safe to share between threads, made once for a process."""

    def __init__(self, ruleset: Ruleset, site_map: SiteMap | None = None) -> None:
        index = VocabularyIndex(site_map.applied_to(ruleset) if site_map else ruleset)
        self._site_map = site_map.hash if site_map else None
        self._knowledge = Knowledge(
            index=index,
            concepts=ConceptReader(index),
            drugs=DrugIndex({word.id: word.medication for word in ruleset.vocabulary.values() if word.medication}, index.key),
            sites=Sites(index),
            allergens=DrugIndex({word.id: word.allergy for word in ruleset.vocabulary.values() if word.allergy}, index.key),
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
        return self.explain(request).chart

    def explain(self, request: AssessRequest) -> Explanation:
        """The chart, and what each resource came to; raises what `read_chart` raises."""
        inside = contents(request.bundle)
        known_types = [entry for entry in inside.entries if entry.resource_type in READ_TYPES]
        reading = Reading(knowledge=self._knowledge, as_of=request.as_of, references=References(()), units=self._units())
        contexts = {entry.expression: _context(entry, reading) for entry in known_types}
        no_more = superseded((entry for entry in known_types if entry.resource_type != "Patient"), inside.deletions)
        for place, why in no_more.items():
            contexts[place].note(NoteKind.IGNORED, why)
        clear = [
            entry
            for entry in known_types
            if entry.resource_type == "Patient"
            or (entry.expression not in no_more and means_what_it_says(entry, contexts[entry.expression]))
        ]
        reading.references = References(clear)
        people = People(clear, reading.references)
        readable = [entry for entry in clear if entry.resource_type in READERS]
        the_patient = people.the_patient(request.subject, (entry.resource for entry in readable))
        _tell_of_other_types(inside.entries, reading)
        ours = [
            (entry, contexts[entry.expression]) for entry in readable if is_evidence(entry, contexts[entry.expression], the_patient, people)
        ]
        for entry, context in ours:
            tell_unreadable_times(entry.resource, context)
        reading.born = span_of((the_patient.resource or {}).get("birthDate"), request.as_of.tzinfo or UTC)
        observations = (entry.resource for entry, _ in ours if entry.resource_type == "Observation")
        reading.links = links_between(observations, reading.references)
        read = [found for entry, context in ours for found in READERS[entry.resource_type](entry.resource, context)]
        findings = Findings(_each_once(settled(read, reading)))
        known_causes = _known_causes(ours)
        statements = _by_resource(findings.statements, [entry for entry, _ in ours])
        notes = [*inside.notes, *reading.notes]
        notes = told_as_used(notes, findings.statements)
        chart = Chart(
            subject=the_patient.subject,
            encounter=_current_encounter(ours),
            as_of=request.as_of,
            effective=_effective(found for entry, _ in ours if entry.resource_type != "Patient" for found in statements[entry.expression]),
            findings=findings,
            entries=_chart_entries([entry for entry, _ in ours], statements),
            known_causes=frozenset(cause for causes in known_causes.values() for cause in causes),
            notes=remarks(notes, findings, self._knowledge.index.words),
            input_hash=input_hash(inside.entries),
            passed_over=dict(sorted(Counter(passed.what for passed in reading.passed_over).items())),
            site_map=self._site_map,
        )
        return Explanation(chart, inside.entries, statements, notes, reading.passed_over, known_causes)

    def _units(self) -> Units:
        return Units(self._knowledge.index.language.unit_spellings)


def _by_resource(statements: Iterable[Finding], entries: Iterable[Entry]) -> Mapping[str, Sequence[Finding]]:
    """The statements of each resource, by its FHIRPath; none of one that says nothing."""
    found: dict[str, list[Finding]] = {entry.expression: [] for entry in entries}
    for statement in statements:
        place = statement.expression or ""
        found[place if place in found else resource_of(place) or ""].append(statement)
    return found


def _context(entry: Entry, reading: Reading) -> Context:
    return Context(chart=reading, resource_type=entry.resource_type, expression=entry.expression, reference=entry.reference)


def _tell_of_other_types(entries: Iterable[Entry], reading: Reading) -> None:
    """Types that are not read are counted."""
    for entry in entries:
        if entry.resource_type not in READ_TYPES and entry.resource_type != "OperationOutcome":
            reading.passed_over.append(PassedOver(entry.resource_type, entry.expression))


def _known_causes(ours: Iterable[tuple[Entry, Context]]) -> Mapping[str, frozenset[str]]:
    """The causes that each Condition makes known, by its FHIRPath."""
    problems = ((entry, context) for entry, context in ours if entry.resource_type == "Condition")
    return {entry.expression: condition.known_causes(entry.resource, context) for entry, context in problems}


def _codes_of_causes(ruleset: Ruleset) -> Mapping[Code, frozenset[str]]:
    """The causes that a code on the problem list makes known; a plain pain (backache) is a complaint, not yet a cause."""
    pains = {
        comparable(code.coding.system, code.coding.code) for word in ruleset.vocabulary.values() if word.general for code in word.codes
    }
    causes: dict[Code, set[str]] = defaultdict(set)
    for cause in ruleset.causes.values():
        for coding in cause.codings:
            causes[comparable(coding.system, coding.code)].add(cause.id)
    return {code: frozenset(ids) for code, ids in causes.items()} | dict.fromkeys(pains, frozenset())  # a pain is nobody's child


def input_hash(entries: Iterable[Entry]) -> str:
    """sha256 over the canonical JSON of the resources, sorted: neither their order nor that of elements matters."""
    digest = hashlib.sha256()
    for spelling in sorted(entry.spelling for entry in entries):
        digest.update(spelling)
        digest.update(b"\n")
    return digest.hexdigest()


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
