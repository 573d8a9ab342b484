"""Every ICD-10-CM code of the chapters on these pains has a decision in data/icd_10_cm_decisions.csv, and the vocabulary keeps it.

A row decides a code, or a range of codes of equal length, with all that lies below; of several rows
the one with the longest code holds. A word with a question mark is asked for and not asserted (broader).
"""

import csv
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from nuchal.intake.vocabulary_index import VocabularyIndex, icd_plain
from nuchal.rules.model import Ruleset
from nuchal.rules.vocabulary import Match
from nuchal.terminology import ICD_10_CM

CATEGORIES = (
    ("G43", "G44"),  # migraine and other headaches
    ("G89", "G89"),  # pain
    ("H53", "H57"),  # sight, eye movements, eye pain
    ("I60", "I69"),  # vessels of the brain
    ("M40", "M54"),  # spine
    ("M79", "M79"),  # soft tissue
    ("O00", "O9A"),  # pregnancy, childbirth, puerperium
    ("R00", "R99"),  # symptoms and signs
    ("S00", "S39"),  # injuries of head, neck and trunk
)
NOT_RELEVANT = "not-relevant"
LATER_ENCOUNTERS = ("subsequent encounter", "sequela")  # in titles of injuries; the injury is not one of these days


@dataclass(frozen=True, slots=True)
class Decision:
    """What the codes from `first` to `last` and all below them mean."""

    first: str
    last: str
    words: frozenset[str]
    reason: str

    def covers(self, code: str) -> bool:
        return self.first <= code[: len(self.first)] <= self.last


def _decisions() -> list[Decision]:
    with (Path(__file__).parent / "data" / "icd_10_cm_decisions.csv").open(encoding="utf-8", newline="") as file:
        return [_decision(row) for row in csv.DictReader(file)]


def _decision(row: Mapping[str, str]) -> Decision:
    first, _, last = row["codes"].partition("-")
    words = frozenset(() if row["decision"] == NOT_RELEVANT else row["decision"].split())
    return Decision(icd_plain(first), icd_plain(last or first), words, row["reason"])


def _chapter(code: str) -> str | None:
    """The range of CATEGORIES that holds `code`."""
    return next((f"{first}-{last}" for first, last in CATEGORIES if first <= code[:3] <= last), None)


DECISIONS = _decisions()


def _nearest(code: str) -> list[Decision]:
    """The decisions on `code`: of those that cover it, the ones with the longest code."""
    covering = [decision for decision in DECISIONS if decision.covers(code)]
    longest = max((len(decision.first) for decision in covering), default=0)
    return [decision for decision in covering if len(decision.first) == longest]


def _told(codes: Iterable[str], titles: Mapping[str, str]) -> str:
    """How many codes of each chapter, and the first of them; nothing when there are none."""
    found = sorted(codes)
    counts = sorted(Counter(f"{_chapter(code)}" for code in found).items())
    return "\n".join([*(f"{chapter}: {count} codes" for chapter, count in counts), *(f"{code} {titles[code]}" for code in found[:20])])


@pytest.fixture(scope="module")
def titles() -> Mapping[str, str]:
    """The codes of CATEGORIES without dots, headings and codes with a seventh character included, and their titles."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package reads its files in a way that Python 3.11 deprecates
        import simple_icd_10_cm as icd  # noqa: PLC0415  here alone, for it takes a second
    return {icd_plain(code): icd.get_description(code) for code in icd.get_all_codes() if _chapter(code) and "-" not in code}


@pytest.fixture(scope="module")
def decided(titles: Mapping[str, str]) -> Mapping[str, list[Decision]]:
    return {code: _nearest(code) for code in titles}


@pytest.fixture(scope="module")
def index(ruleset: Ruleset) -> VocabularyIndex:
    return VocabularyIndex(ruleset)


def test_the_list_of_codes_is_whole(titles):
    assert {_chapter(code) for code in titles} == {f"{first}-{last}" for first, last in CATEGORIES}
    assert len(titles) > 15_000


def test_every_code_falls_under_exactly_one_decision(decided, titles):
    undecided = _told((code for code, decisions in decided.items() if len(decisions) != 1), titles)
    assert not undecided, undecided


def test_every_decision_decides_some_code(decided):
    deciding = {decision for decisions in decided.values() for decision in decisions}
    assert [decision for decision in DECISIONS if decision not in deciding] == []


def test_a_decision_names_words_or_says_why_none():
    assert [decision for decision in DECISIONS if bool(decision.words) == bool(decision.reason)] == []


def test_the_vocabulary_does_what_the_table_says(index, decided, titles):
    wrong = _told(
        (code for code, title in titles.items() if _meant(index, f"{code[:3]}.{code[3:]}".rstrip(".")) != _expected(decided[code], title)),
        titles,
    )
    assert not wrong, wrong


def _meant(index: VocabularyIndex, code: str) -> frozenset[str]:
    return frozenset(coded.word + "?" * (coded.match is Match.BROADER) for coded in index.by_code(ICD_10_CM, code))


def _expected(decisions: list[Decision], title: str) -> frozenset[str]:
    is_later = any(later in title for later in LATER_ENCOUNTERS) and all(decision.first.startswith("S") for decision in decisions)
    return frozenset() if is_later else frozenset(word for decision in decisions for word in decision.words)


def test_a_code_that_the_vocabulary_calls_verified_stands_in_the_list_with_its_title(ruleset, titles):
    codings = [mapping.coding for word in ruleset.vocabulary.values() for mapping in word.codes if mapping.coding.verified]
    held = {(icd_plain(coding.code), coding.display) for coding in codings if coding.system == ICD_10_CM and _chapter(coding.code)}
    assert [(code, display) for code, display in sorted(held) if titles.get(code) != display] == []
