"""One statement about one word of the vocabulary."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Presence(StrEnum):
    """Whether a finding was looked for, and what was seen.

    ABSENT and UNKNOWN differ on purpose: a red flag is ruled out only by a finding that
    somebody recorded as absent.
    """

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Recognition(StrEnum):
    """How a statement was understood: by its code, by its text, nearly by its text, or computed from others."""

    CODE = "code"
    TEXT = "text"
    NEAR_TEXT = "near-text"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One statement about one patient at one moment.

    `word` is an id of the vocabulary, not a code of a terminology. A number is in the
    unit of the vocabulary and rounded to four decimals, so that engine and witness read
    the same; a word with a number is present. `observed` and `since` are aware.
    `confirmed` is False for what counts for red flags only (provisional, unconfirmed,
    nearly understood). `source` is the reference of the resource in the input's own form
    and `expression` its FHIRPath, None when the finding was not read from a resource.
    """

    word: str
    presence: Presence
    value: float | None = None
    observed: datetime
    since: datetime | None = None
    confirmed: bool = True
    recognition: Recognition = Recognition.CODE
    source: str | None = None
    expression: str | None = None
