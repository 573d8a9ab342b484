"""OperationOutcomes: remarks on the input in an answer, and errors instead of one."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from nuchal.errors import InvalidInput, NuchalError, Problem
from nuchal.fhir.context import Context
from nuchal.fhir.narrative import bullets, narrative, plain, section, untagged
from nuchal.fhir.phrases import in_order
from nuchal.fhir.statements import limits, passed_over, remarks, unlisted_causes, waiting_flags
from nuchal.findings import Note, NoteKind
from nuchal.terminology import Coding

REMARKS: Final = "operation-outcome"

# severity and code of http://hl7.org/fhir/issue-type for each kind of note
_ISSUES: Final = {
    NoteKind.NOT_UNDERSTOOD: ("warning", "not-supported"),
    NoteKind.MISSING: ("warning", "incomplete"),
    NoteKind.REFUSED: ("warning", "business-rule"),
    NoteKind.IGNORED: ("information", "informational"),
    NoteKind.ASSUMED: ("information", "informational"),
    NoteKind.CONTRADICTORY: ("warning", "conflict"),
    NoteKind.BY_TEXT: ("information", "informational"),
    NoteKind.UNUSABLE: ("warning", "value"),
    NoteKind.OUTDATED: ("information", "informational"),
    NoteKind.OVER: ("information", "informational"),
}


def input_remarks(context: Context) -> dict[str, Any]:
    """What was missing, refused, not understood, ignored, assumed, contradictory or matched by text; at least what the answer is for."""
    issues = [_note(note) for note in context.chart.notes] + [_information(text) for text in _about_the_answer(context)]
    return {**context.head("OperationOutcome", REMARKS, _told(issues)), "issue": issues}


def _about_the_answer(context: Context) -> Iterator[str]:
    yield from passed_over(context)
    yield from remarks(context)
    if context.detail_full:
        yield from waiting_flags(context)
        yield from unlisted_causes(context)
    yield from limits(context)


def operation_outcome(error: NuchalError) -> dict[str, Any]:
    """The OperationOutcome of an error; one of the input lists every place at fault."""
    problems: Sequence[Problem] = error.problems if isinstance(error, InvalidInput) else (Problem(error.message, error.expression),)
    severity = _severity(error.issue_code)
    return _outcome([_issue(severity, error.issue_code, problem.message, expression=problem.expression) for problem in problems])


def problem_outcome(code: str, message: str) -> dict[str, Any]:
    """The OperationOutcome of an HTTP error; `code` is one of http://hl7.org/fhir/issue-type, `message` holds no value of a patient."""
    return _outcome([_issue(_severity(code), code, message)])


def _severity(code: str) -> str:
    return "fatal" if code == "exception" else "error"


def _outcome(issues: list[dict[str, Any]]) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "language": "en", "text": _told(issues), "issue": issues}


def _told(issues: list[dict[str, Any]]) -> dict[str, Any]:
    """The narrative of `issues`, what needs a look before what is for information; what many entries share is told once."""
    worse, rest = ([issue["details"]["text"] for issue in issues if (issue["severity"] == "information") is mild] for mild in (False, True))
    if not (worse and rest):
        return narrative(bullets(in_order(worse or rest)))
    return narrative(section("Needs a look", bullets(in_order(worse))), section("For information", bullets(in_order(rest))))


def _note(note: Note) -> dict[str, Any]:
    severity, code = _ISSUES[note.kind]
    message = f"{note.message.rstrip('.')}: “{untagged(plain(note.verbatim))}”" if note.verbatim else note.message
    issue = _issue(severity, code, message, expression=note.expression)
    return issue | ({"diagnostics": untagged(plain(_token(note.coding)))} if note.coding else {})


def _token(coding: Coding) -> str:
    """A code as FHIR writes it in a search, with its display: what a site needs to map it."""
    return f"{coding.system}|{coding.code}" + (f" “{coding.display}”" if coding.display else "")


def _information(text: str) -> dict[str, Any]:
    return _issue("information", "informational", text)


def _issue(severity: str, code: str, message: str, *, expression: str | None = None) -> dict[str, Any]:
    issue: dict[str, Any] = {"severity": severity, "code": code, "details": {"text": message}}
    return issue | ({"expression": [expression]} if expression else {})
