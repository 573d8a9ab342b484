"""Each line of the five articles that the product began with is carried by rules, words or literature that are in use."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from nuchal.rules.check import rules_of
from nuchal.rules.model import Ruleset

LINES = yaml.safe_load((Path(__file__).parent / "data" / "seed_coverage.yaml").read_text(encoding="utf-8"))["lines"]
ORIGINAL = Path(__file__).parents[3] / "shared" / "clinical" / "seed_coverage.md"


@pytest.fixture(scope="module")
def in_use(ruleset: Ruleset) -> frozenset[str]:
    return frozenset({*(rule.id for rule in rules_of(ruleset) if rule.fires), *ruleset.vocabulary, *ruleset.references})


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line['seed']}: {line['says']}")
def test_what_an_article_says_is_carried_by_what_is_in_use(line, in_use):
    assert line["carried_by"]
    assert set(line["carried_by"]) <= in_use


def test_no_line_stands_twice():
    said = [(line["seed"], line["says"]) for line in LINES]
    assert len(set(said)) == len(said)


@pytest.mark.shared
@pytest.mark.skipif(not ORIGINAL.is_file(), reason="shared/clinical/seed_coverage.md is not beside the checkout")
def test_every_line_of_the_original_table_is_there():
    assert [line["seed"] for line in LINES] == list(_seeds_of_lines())


def _seeds_of_lines() -> Iterator[int]:
    """The article of each row of the tables, in order; the two rows of each table's head left out."""
    for section in re.split(r"^## ", ORIGINAL.read_text(encoding="utf-8"), flags=re.MULTILINE):
        article = re.match(r"Seed (\d+)", section)
        if article:
            rows = re.findall(r"^\|.*\|$", section, flags=re.MULTILINE)
            yield from [int(article[1])] * (len(rows) - 2)
