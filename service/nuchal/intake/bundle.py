"""What a Bundle holds, Bundles inside it included, and what it says that it does not hold."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from nuchal.errors import InvalidInput, Problem
from nuchal.findings import Note, NoteKind
from nuchal.intake.entries import Entry, is_our_own
from nuchal.intake.fhir_versions import profile_problems, version_problem
from nuchal.intake.resource_types import R4_TYPES
from nuchal.intake.validation import form_problems, missing_unread, resource_problems
from nuchal.intake.versions import Deletion, deletion_of

_TYPES: Final = frozenset(
    ["document", "message", "transaction", "transaction-response", "batch", "batch-response", "history", "searchset", "collection"]
)
_OBJECTS: Final = ("request", "response", "search")
_ERROR_STATUS: Final = re.compile(r"\s*([45]\d\d)\b")
_FAILED: Final = frozenset({"error", "fatal"})
# http://hl7.org/fhir/R4/valueset-issue-type.html: data were withheld or not reached, whatever the severity
_WITHHELD: Final = frozenset(
    ["forbidden", "suppressed", "security", "login", "expired", "incomplete", "timeout", "throttled", "too-costly", "transient", "no-store"]
)


@dataclass(frozen=True, slots=True)
class Contents:
    """The resources of a Bundle in its order, remarks on what it does not hold, and what it deletes."""

    entries: tuple[Entry, ...]
    notes: tuple[Note, ...]
    deletions: tuple[Deletion, ...]


def contents(bundle: dict[str, Any]) -> Contents:
    """Everything in a Bundle but what it deletes; a Bundle as a resource stands for its entries (batch-response).

    Raises:
        InvalidInput: with every place where the Bundle, or a resource that is read, is not what FHIR R4 says.
    """
    walk = _Walk()
    walk.bundle(bundle, "Bundle")
    if walk.problems:
        version = version_problem(bundle)
        raise InvalidInput([*([version] if version else []), *walk.problems])
    return Contents(tuple(walk.entries), tuple(walk.notes), tuple(walk.deletions))


class _Walk:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.notes: list[Note] = []
        self.problems: list[Problem] = []
        self.deletions: list[Deletion] = []

    def bundle(self, bundle: dict[str, Any], place: str) -> None:
        self.problems += _envelope_problems(bundle, place)
        raw_entries = bundle.get("entry")
        for index, raw in enumerate(raw_entries if isinstance(raw_entries, list) else ()):
            self._entry(raw, f"{place}.entry[{index}]")
        if not self.problems:
            self._pages(bundle, place)

    def _entry(self, raw: object, place: str) -> None:
        problems = list(_entry_problems(raw, place))
        self.problems += problems
        if problems or not isinstance(raw, dict):
            return
        if _is_deletion(raw):
            deletion = deletion_of(raw)
            self.deletions += [deletion] if deletion else []
            return
        failure = _failure(raw, place)
        if raw.get("modifierExtension"):
            message = "Not used: a modifierExtension that is not known here may change what the entry stands for"
            self.notes.append(Note(kind=NoteKind.REFUSED, message=message, expression=f"{place}.modifierExtension"))
            return
        if failure:
            self.notes.append(failure)
        elif "resource" not in raw:
            self.notes.append(Note(kind=NoteKind.IGNORED, message="An entry without resource", expression=place))
        if "resource" in raw:
            self._resource(raw["resource"], raw.get("fullUrl"), f"{place}.resource")

    def _resource(self, resource: dict[str, Any], full_url: str | None, place: str) -> None:
        if resource["resourceType"] == "Bundle":
            self.bundle(resource, place)
            return
        self.problems += [*profile_problems(resource, place), *resource_problems(resource, place)]
        for name in missing_unread(resource):
            message = f"Has no {name}, which FHIR R4 requires; it is not read here, and the resource is read without"
            self.notes.append(Note(kind=NoteKind.ASSUMED, message=message, expression=f"{place}.{name}"))
        self.entries.append(Entry(expression=place, full_url=full_url, resource=resource))

    def _pages(self, bundle: Mapping[str, Any], place: str) -> None:
        total = bundle.get("total")
        matches = sum((entry.get("search") or {}).get("mode") in (None, "match") for entry in bundle.get("entry") or ())
        if any(link.get("relation") == "next" for link in bundle.get("link") or ()):
            self._page("the Bundle has a link to the next one", f"{place}.link")
        elif isinstance(total, int) and total > matches:
            self._page("total is more than the entries", f"{place}.total")

    def _page(self, why: str, place: str) -> None:
        message = f"Data are missing: the input is one page of several ({why})"
        self.notes.append(Note(kind=NoteKind.MISSING, message=message, expression=place))


def _envelope_problems(bundle: dict[str, Any], place: str) -> Iterator[Problem]:
    yield from form_problems("Bundle", {name: value for name, value in bundle.items() if name != "entry"}, place)
    if bundle.get("implicitRules"):
        yield Problem("Written under implicitRules that are not known here and may change all that it says", f"{place}.implicitRules")
    if isinstance(bundle.get("type"), str) and bundle["type"] not in _TYPES:
        yield Problem("Not a code of bundle-type", f"{place}.type")
    if not isinstance(bundle.get("entry", []), list):
        yield Problem("Must be a list", f"{place}.entry")


def _entry_problems(raw: object, place: str) -> Iterator[Problem]:
    if not isinstance(raw, dict):
        yield Problem("Must be an object", place)
        return
    if not isinstance(raw.get("fullUrl", ""), str):
        yield Problem("Must be a text", f"{place}.fullUrl")
    for name in _OBJECTS:
        if name in raw and not isinstance(raw[name], dict):
            yield Problem("Must be an object", f"{place}.{name}")
    resource = raw.get("resource", {"resourceType": "Basic"})
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        yield Problem("Must be a resource with a resourceType", f"{place}.resource")
    elif resource["resourceType"] not in R4_TYPES:
        yield Problem("Its resourceType is not one of FHIR R4", f"{place}.resource")


def _is_deletion(raw: Mapping[str, Any]) -> bool:
    return bool(raw.get("request", {}).get("method") == "DELETE")


def _failure(raw: Mapping[str, Any], place: str) -> Note | None:
    """That the sender did not get what the entry stands for."""
    if "response" not in raw and raw.get("resource", {}).get("resourceType") != "OperationOutcome":
        return None
    response = raw.get("response", {})
    status = _ERROR_STATUS.match(str(response.get("status", "")))
    if status:
        message = f"Data are missing: the entry was answered with HTTP {status[1]}"
        return Note(kind=NoteKind.MISSING, message=message, expression=f"{place}.response.status")
    for outcome, where in ((response.get("outcome"), f"{place}.response.outcome"), (raw.get("resource"), f"{place}.resource")):
        if reports_failure(outcome):
            return Note(kind=NoteKind.MISSING, message="Data are missing: an OperationOutcome of the sender says so", expression=where)
    return None


def reports_failure(outcome: object) -> bool:
    """Whether this is an OperationOutcome with an error, or one that says that data were withheld. Its form was not checked."""
    if not isinstance(outcome, dict) or outcome.get("resourceType") != "OperationOutcome" or is_our_own(outcome):
        return False
    issues = outcome.get("issue")
    found = [issue for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []
    return any(str(issue.get("severity")) in _FAILED or str(issue.get("code")) in _WITHHELD for issue in found)
