"""What was read of one patient, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from nuchal.findings.state import Findings
from nuchal.terminology import Coding


class NoteKind(StrEnum):
    """Why something is said about the input."""

    NOT_UNDERSTOOD = "not-understood"  # reads as a symptom or sign, or is said to be present, and maps to nothing; or its value does
    MISSING = "missing"  # the sender says that there is more: one page of several, an entry answered with an error
    REFUSED = "refused"  # of another patient, of another body than the patient's, or changed by an extension that is not known
    IGNORED = "ignored"  # in error, cancelled, not a type that is read, our own proposal
    ASSUMED = "assumed"  # a default or a reading that a person may want to check
    CONTRADICTORY = "contradictory"
    BY_TEXT = "by-text"  # understood by its text, exactly or nearly
    UNUSABLE = "unusable"  # no unit, implausible, unreadable, future
    OUTDATED = "outdated"  # older than the look-back of its word
    OVER = "over"  # resolved, and not known to be absent since


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One remark on the input for the OperationOutcome of the answer; never holds a value of the patient.

    `word` is the word of the vocabulary that it is about, where there is one. `verbatim`
    is the text of an entry that reads as a symptom or sign and was not understood; it is
    shown to the clinician, escaped, and never logged. `coding` is the code that means no
    word of the vocabulary, for those who can map it; of several the first. `is_on_pains`:
    what was not understood names head, neck or back.
    """

    kind: NoteKind
    message: str
    word: str | None = None
    expression: str | None = None
    verbatim: str | None = None
    coding: Coding | None = None
    is_on_pains: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The patient, as the input refers to them.

    `reference` keeps the input's own form. `identifier` is Patient.identifier[0] as it
    came, for answers whose reference does not resolve (urn:uuid, contained).
    """

    reference: str
    identifier: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartEntry:
    """One resource of the input: its reference in the input's own form, its type, and the words it gave."""

    reference: str | None
    resource_type: str
    expression: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything intake has to say about one request.

    `as_of` is the moment of the evaluation, `effective` the latest clinical time that
    was used (None without one). `known_causes` are ids of causes on the problem list as
    active and confirmed. `passed_over` counts resources of types that are not read or of the future, and
    codes that name nothing of ours. `site_map` is the sha256 of the site's own codes
    that were understood beside those of the vocabulary, None without any.
    """

    subject: Subject
    encounter: str | None
    as_of: datetime
    effective: datetime | None
    findings: Findings
    entries: tuple[ChartEntry, ...]
    known_causes: frozenset[str]
    notes: tuple[Note, ...]
    input_hash: str
    passed_over: Mapping[str, int] = field(default_factory=dict)
    site_map: str | None = None
