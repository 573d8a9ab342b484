"""What is known of the patient, in the words that the rules use. No FHIR here."""

from nuchal.findings.chart import Chart, ChartEntry, Note, NoteKind, Subject
from nuchal.findings.finding import Finding, Presence, Recognition
from nuchal.findings.state import UNKNOWN, Findings, State, View

__all__ = [
    "UNKNOWN",
    "Chart",
    "ChartEntry",
    "Finding",
    "Findings",
    "Note",
    "NoteKind",
    "Presence",
    "Recognition",
    "State",
    "Subject",
    "View",
]
