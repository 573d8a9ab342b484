"""What the changelog of a ruleset says of a rule."""

from datetime import date

import pytest

from nuchal.rules.changelog import releases

CHANGELOG = """\
# What changed

Newest first.

## 1.1.0 (effective 2027-01-01)

- **Changed:** `rf-fever` waits for a
  temperature. Migraine with aura counts; migraine is named twice.

## 1.0.0 (effective 2026-12-01)

First rules.

- All of them.
"""


def test_versions_stand_as_in_the_file_with_entries_as_plain_lines():
    first, second = releases(CHANGELOG)
    assert (first.version, first.effective) == ("1.1.0", date(2027, 1, 1))
    assert first.entries == ("Changed: rf-fever waits for a temperature. Migraine with aura counts; migraine is named twice.",)
    assert second.entries == ("First rules.", "All of them.")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("rf-fever",), ("Changed: rf-fever waits for a temperature.",)),
        (("Migraine with aura", "x"), ("Changed: Migraine with aura counts;",)),
        (("migraine",), ("Changed: Migraine with aura counts;", "Changed: migraine is named twice.")),
        (("fever",), ()),  # a part of an id is no name
        (("graine",), ()),
        (("counts; migraine",), ()),
        (("a.*",), ()),
    ],
)
def test_a_rule_is_named_by_whole_words_of_its_title_or_id(names, said):
    assert releases(CHANGELOG)[0].naming(names) == said


@pytest.mark.parametrize("text", ["", "# Nothing yet\n", "## Unreleased\n- x\n"])
def test_no_versions_are_no_fault(text):
    assert releases(text) == ()


def test_the_bundled_changelog_begins_with_this_version_and_ends_with_the_first(ruleset):
    assert ruleset.releases[0].version == ruleset.version
    assert ruleset.releases[0].effective == ruleset.effective
    assert ruleset.releases[-1].effective == ruleset.released
