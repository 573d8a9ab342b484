"""A ruleset becomes bytes and comes back as it was."""

import pytest

from nuchal.errors import RulesetError
from nuchal.rules.archive import pack, unpack
from nuchal.rules.reader import load_ruleset


def test_a_ruleset_comes_back_as_it_was(tiny):
    tiny.write("CHANGELOG.md", "# Changes\n\n## 1.2.3 (effective 2026-12-01)\n\n- **Fever:** counts.\n")
    tiny.write("README.md", "Not read, not kept.")
    ruleset = load_ruleset(tiny.folder)
    assert ruleset.releases
    assert load_ruleset(unpack(pack(tiny.folder, ruleset.hash))) == ruleset


def test_the_same_files_give_the_same_bytes(tiny):
    ruleset = load_ruleset(tiny.folder)
    first = pack(tiny.folder, ruleset.hash)
    for file in tiny.folder.rglob("*.yaml"):
        file.touch()
    assert pack(tiny.folder, ruleset.hash) == first


def test_a_folder_that_has_changed_since_it_was_read_is_not_kept_for_what_was_read(tiny):
    ruleset = load_ruleset(tiny.folder)
    tiny.edit("derived/fever.yaml", "value: 38}", "value: 39}")
    with pytest.raises(RulesetError, match="no more what was read"):
        pack(tiny.folder, ruleset.hash)


def test_other_bytes_are_no_archive():
    with pytest.raises(RulesetError, match="no archive"):
        unpack(b"nonsense")
