"""Where the content lies."""

from pathlib import Path

import pytest

from nuchal.content import bundled_ruleset, ruleset_folder
from nuchal.errors import ConfigurationError

CHECKOUT = Path(__file__).parents[1]


def test_a_checkout_uses_its_own_ruleset():
    assert ruleset_folder(None) == bundled_ruleset() == CHECKOUT / "rulesets" / "back_pain_headache"


def test_a_site_may_bring_its_own_ruleset(tmp_path):
    assert ruleset_folder(tmp_path) == tmp_path


def test_a_folder_that_is_not_there_is_named():
    with pytest.raises(ConfigurationError, match="no folder nowhere"):
        ruleset_folder(Path("nowhere"))
