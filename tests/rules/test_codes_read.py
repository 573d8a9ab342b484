"""Codes of ICPC-2 and LOINC that charts hold mean the words of data/codes_read.csv.

A word with a question mark is asked for and not asserted (broader).
"""

import csv
from pathlib import Path

import pytest

from nuchal.intake.vocabulary_index import VocabularyIndex
from nuchal.rules.model import Ruleset
from nuchal.rules.vocabulary import Match
from nuchal.terminology import ICPC_2, LOINC

SYSTEMS = {"icpc-2": ICPC_2, "loinc": LOINC}
with (Path(__file__).parent / "data" / "codes_read.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


@pytest.fixture(scope="module")
def index(ruleset: Ruleset) -> VocabularyIndex:
    return VocabularyIndex(ruleset)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['code']} {row['title']}")
def test_a_code_means_its_words(index, row):
    meant = {coded.word + "?" * (coded.match is Match.BROADER) for coded in index.by_code(SYSTEMS[row["system"]], row["code"])}
    assert meant == (set() if row["decision"] == "not-relevant" else set(row["decision"].split()))


def test_a_code_stands_in_the_table_once():
    codes = [(row["system"], row["code"]) for row in ROWS]
    assert len(set(codes)) == len(codes)
