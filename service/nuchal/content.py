"""Where the content lies. The only module that knows."""

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from nuchal.errors import ConfigurationError

BUNDLED_RULESET = "back_pain_headache"


def bundled_ruleset() -> Traversable:
    """The folder of the ruleset that comes with Nuchal."""
    return _root() / "rulesets" / BUNDLED_RULESET


def ruleset_folder(chosen: Path | None) -> Traversable:
    """The folder of a site's own ruleset, or of the one that comes with Nuchal when none is chosen.

    Raises:
        ConfigurationError: there is no folder `chosen`.
    """
    if chosen is None:
        return bundled_ruleset()
    if not chosen.is_dir():
        raise ConfigurationError(f"there is no folder {chosen} to read a ruleset from")
    return chosen


def examples() -> Traversable:
    """The folder of the made-up patients."""
    return _root() / "examples"


def profiles() -> Traversable:
    """The folder of the FHIR profiles and what belongs to them."""
    return _root() / "fhir_profiles"


@cache
def _root() -> Traversable:
    """The folder with `rulesets`, `fhir_profiles` and `examples`: in a wheel `_content`, else the checkout."""
    installed = resources.files("nuchal") / "_content"
    root = installed if installed.is_dir() else Path(__file__).parents[2]
    if not (root / "rulesets").is_dir():
        raise ConfigurationError("this installation of Nuchal holds no rulesets: it is neither a wheel nor a checkout")
    return root
