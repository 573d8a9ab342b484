"""Codes and displays of symptoms and signs in public sample charts, each with a word that it must mean; no word: it means none of ours."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from nuchal.intake.texts import TextReader
from nuchal.intake.vocabulary_index import VocabularyIndex
from nuchal.rules.model import Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A coding as a chart holds it; some charts hold the text alone."""

    system: str
    code: str
    display: str
    word: str


def _read() -> list[Seen]:
    with (Path(__file__).parent / "data" / "displays_seen.csv").open(encoding="utf-8", newline="") as file:
        return [Seen(**row) for row in csv.DictReader(file)]


SEEN = _read()
CODED = [seen for seen in SEEN if seen.code]


@pytest.fixture(scope="module")
def index(ruleset: Ruleset) -> VocabularyIndex:
    return VocabularyIndex(ruleset)


@pytest.mark.parametrize("seen", CODED, ids=lambda seen: seen.display)
def test_a_code_means_its_word(index, seen):
    words = {coded.word for coded in index.by_code(seen.system, seen.code)}
    assert seen.word in words if seen.word else not words


@pytest.mark.parametrize("seen", SEEN, ids=lambda seen: f"{seen.display} {seen.word}")
def test_a_display_reads_as_its_word(index, seen):
    words = {found.word for found in TextReader(index).read(seen.display).words}
    assert seen.word in words if seen.word else not words
