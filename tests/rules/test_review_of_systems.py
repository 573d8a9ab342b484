"""Items of a review of systems, an examination and a headache history, each with the word as which it must read."""

import csv
from pathlib import Path

import pytest

from nuchal.intake.texts import TextReader
from nuchal.intake.vocabulary_index import VocabularyIndex
from nuchal.rules.model import Ruleset

NOT_RELEVANT = "not-relevant"


def _read() -> list[tuple[str, str]]:
    with (Path(__file__).parent / "data" / "review_of_systems.csv").open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["word"]) for row in csv.DictReader(file)]


ITEMS = _read()


@pytest.fixture(scope="module")
def reader(ruleset: Ruleset) -> TextReader:
    return TextReader(VocabularyIndex(ruleset))


@pytest.mark.parametrize(("text", "word"), [item for item in ITEMS if item[1] != NOT_RELEVANT])
def test_an_item_reads_as_its_word(reader, text, word):
    assert [found.word for found in reader.names(text)] == [word]


@pytest.mark.parametrize(("text", "word"), [item for item in ITEMS if item[1] != NOT_RELEVANT])
def test_a_denied_item_denies_its_word(reader, text, word):
    assert [(found.word, found.negated) for found in reader.read(f"No {text}").words] == [(word, True)]


@pytest.mark.parametrize("text", [text for text, word in ITEMS if word == NOT_RELEVANT])
def test_an_item_that_no_rule_asks_for_asserts_nothing(reader, text):
    assert reader.read(text).words == ()


def test_no_item_stands_twice():
    assert len({text.lower() for text, _ in ITEMS}) == len(ITEMS)
