"""The pages for readers hold what the files hold, in words."""

import re

import pytest

from nuchal.rules.check import rules_of
from nuchal.rules.pages import INDEX, Killed, page_of, pages
from nuchal.rules.reader import load_ruleset


@pytest.fixture(scope="module")
def written(ruleset):
    return pages(ruleset, [Killed("causes", 40, 38), Killed("all", 40, 38)])


def test_every_rule_has_a_page_and_a_line_in_the_index(written, ruleset):
    rules = list(rules_of(ruleset))
    assert written.keys() == {INDEX, *(page_of(rule) for rule in rules)}
    assert [rule.id for rule in rules if f"]({page_of(rule)})" not in written[INDEX]] == []
    assert "| causes | 40 | 38 | 95.0 % |" in written[INDEX]


def test_every_link_leads_to_a_page(written):
    for path, text in written.items():
        folder = "pages/x/" if path != INDEX else ""
        for target in re.findall(r"\]\(([^)]*\.md)\)", text):
            assert re.sub(r"x/\.\./", "", folder + target) in written


def test_a_page_holds_every_text_source_and_case_of_its_rule(written, ruleset):
    flag = ruleset.red_flags["rf-thunderclap"]
    page = written[page_of(flag)]
    for text in (flag.rationale, *flag.false_positives, *(source.supports for source in flag.sources), *(case.name for case in flag.cases)):
        assert text in page
    assert "no clinician has signed it yet" in page


def test_a_condition_stands_as_nested_bullets(written, ruleset):
    page = written[page_of(ruleset.red_flags["rf-thunderclap"])]
    assert "## Raised when\n\n- " in page
    assert any(re.search(r"^- all of these:\n  - ", text, re.MULTILINE) for text in written.values())


def test_no_text_of_a_source_is_taken_for_markup(tiny):
    references = tiny.folder / "references.yaml"
    references.write_text(
        references.read_text(encoding="utf-8").replace("Signs of meningitis", "Signs | of <b>meningitis</b>"), encoding="utf-8"
    )
    index = pages(load_ruleset(tiny.folder), [])[INDEX]
    assert "<b>" not in index


def test_what_is_not_covered_is_listed_with_its_reason(tiny):
    (tiny.folder / "not_covered.yaml").write_text(
        "not_covered:\n- title: Gout\n  group: a table\n  reason: No word for it.\n  sources: [{ref: cohort-2004, supports: Lists it.}]\n",
        encoding="utf-8",
    )
    assert "| Gout | a table | No word for it. (A Journal 2004) |" in pages(load_ruleset(tiny.folder), [])[INDEX]
