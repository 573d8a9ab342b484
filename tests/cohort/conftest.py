"""How an answer on a test patient is scored: against names and codes, never against ids of rules."""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nuchal.assessment.model import Assessment
from nuchal.evaluation import Evaluator
from nuchal.rules.model import Cause
from nuchal.terminology import ICD_10_CM

SPEEDS = ["emergency", "urgent", "soon", "routine", "self-care"]
_FILLERS = frozenset(
    {"of", "the", "a", "an", "in", "with", "or", "and", "syndrome", "disorder", "disease", "acute", "suspected", "possible"}
)
_SPELLING = (
    ("haem", "hem"),
    ("oedema", "edema"),
    ("tumour", "tumor"),
    ("ischaem", "ischem"),
    ("pre-eclamp", "preeclamp"),
    ("anaem", "anem"),
)


@dataclass
class Score:
    """What came out for one patient; empty lists are good."""

    patient: dict[str, Any]
    rank: int | None  # of the first right cause; None: not listed, or none is right
    disposition: str
    missed: list[str] = field(default_factory=list)
    flags_missing: list[str] = field(default_factory=list)
    flags_false: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)

    @property
    def wants_a_cause(self) -> bool:
        """Whether a right first cause is named at all."""
        return bool(self.patient["expected"]["first"])

    @property
    def disposition_fits(self) -> bool:
        """Whether the speed is one that the writer accepts."""
        return self.disposition in {self.patient["expected"]["disposition"], *self.patient["expected"]["disposition_acceptable"]}

    @property
    def complaints(self) -> list[str]:
        """What did not come out as its writer expects."""
        wanted = " or ".join(each["name"] for each in self.patient["expected"]["first"])
        found = [f"{wanted} is {f'number {self.rank}' if self.rank else 'not listed'}"] if self.wants_a_cause and self.rank != 1 else []
        found += [] if self.disposition_fits else [f"{self.disposition} instead of {self.patient['expected']['disposition']}"]
        said = {"missed": self.missed, "no flag says": self.flags_missing, "a flag says": self.flags_false, "proposed": self.forbidden}
        return found + [f"{what} {', '.join(each)}" for what, each in said.items() if each]

    @property
    def over_triaged(self) -> bool:
        """Whether the patient is to be seen sooner than every accepted speed."""
        accepted = [self.patient["expected"]["disposition"], *self.patient["expected"]["disposition_acceptable"]]
        return self.disposition in SPEEDS and SPEEDS.index(self.disposition) < min(map(SPEEDS.index, accepted))


@pytest.fixture(scope="session")
def scores(evaluator: Evaluator) -> Callable[[str], list[Score]]:
    """The scores of a set of patients."""

    @cache
    def of(name: str) -> list[Score]:
        return [score(patient, evaluator) for patient in patients(name)]

    return of


def patients(name: str) -> list[dict[str, Any]]:
    """Every patient of a set, in order of the files."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((Path(__file__).parent / name).glob("*.json"))]


def score(patient: dict[str, Any], evaluator: Evaluator) -> Score:
    """Evaluate one patient and hold the answer against what its writer expects."""
    body = json.dumps(patient["bundle"]).encode()
    parameters = {"asOf": patient["asOf"]} | ({"subject": patient["subject"]} if "subject" in patient else {})
    evaluation = evaluator.evaluate(body, parameters, now=datetime.now(UTC))
    result, expected = evaluation.assessment, patient["expected"]
    causes = [listed.cause for listed in result.causes]
    raised = [each.flag.title for each in result.flags]
    named = {id_ for each in result.flags for id_ in each.flag.may_mean}
    seen = [*causes, *(result.ruleset.causes[id_] for id_ in sorted(named))]
    return Score(
        patient=patient,
        rank=next((rank for rank, cause in enumerate(causes, start=1) if _is_any(cause, expected["first"])), None),
        disposition=result.disposition.value if result.disposition else "none",
        missed=[each["name"] for each in expected["not_missed"] if not any(_is_any(cause, [each]) for cause in seen)],
        flags_missing=[words for words in expected["flags"] if not any(re.search(words, title, re.IGNORECASE) for title in raised)],
        flags_false=[words for words in expected["flags_absent"] if any(re.search(words, title, re.IGNORECASE) for title in raised)],
        forbidden=[words for words in expected["forbidden"] if any(re.search(words, text, re.IGNORECASE) for text in _proposed(result))],
        listed=[cause.title for cause in causes],
        raised=raised,
    )


def _proposed(result: Assessment) -> list[str]:
    """Titles of what is to be done; a warning is no proposal."""
    return [each.activity.title for each in result.plan.activities if not each.activity.prohibits] if result.plan else []


def _is_any(cause: Cause, wanted: list[dict[str, Any]]) -> bool:
    codes = {coding.code for coding in cause.codings if coding.system == ICD_10_CM}
    for each in wanted:
        names = [each["name"], *each.get("synonyms", [])]
        if any(_same(name, cause.title) for name in names):
            return True
        if any(code.startswith(prefix) for prefix in each.get("icd10", []) for code in codes):
            return True
    return False


def _same(name: str, title: str) -> bool:
    """Whether all telling words of one name stand in the other."""
    first, second = _bag(name), _bag(title)
    return bool(first) and bool(second) and (first <= second or second <= first)


def _bag(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    for british, american in _SPELLING:
        plain = plain.replace(british, american)
    return frozenset(re.findall(r"[a-z0-9]+", plain)) - _FILLERS
