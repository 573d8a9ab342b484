"""A ruleset that the command line names: by its folder, or by the hash of one that the store keeps."""

import argparse
import os
import re
from pathlib import Path

from nuchal.config import Settings
from nuchal.content import bundled_ruleset
from nuchal.errors import ConfigurationError
from nuchal.rules.archive import unpack
from nuchal.rules.model import Ruleset
from nuchal.rules.reader import load_ruleset

_HASH = re.compile(r"[0-9a-f]{8,64}")


def folder_or_hash(text: str) -> Path | str:
    """The type of an argument: a folder, or the beginning of a hash."""
    if Path(text).is_dir():
        return Path(text)
    if _HASH.fullmatch(text):
        return text
    raise argparse.ArgumentTypeError(f"{text} is neither a folder nor 8 or more characters of the hash of a ruleset")


def chosen_ruleset(chosen: Path | str | None) -> Ruleset:
    """The ruleset in a folder, the one of the store whose hash begins so, or the one that comes with Nuchal.

    Raises:
        ConfigurationError: the store keeps none, or several, whose hash begins so.
        RulesetError: it cannot be read.
        StoreUnavailable: the store cannot be read.
    """
    if isinstance(chosen, str):
        return _kept(chosen)
    return load_ruleset(bundled_ruleset() if chosen is None else chosen)


def _kept(beginning: str) -> Ruleset:
    from nuchal.store import Store  # noqa: PLC0415  a quarter of a second that comparing folders need not pay

    store = Store.open(Settings.from_env(os.environ).store_url)
    try:
        found = [hash_ for hash_ in store.rulesets.labels() if hash_.startswith(beginning)]
        archive = store.rulesets.load(found[0]) if len(found) == 1 else None
    finally:
        store.close()
    if archive is None:
        number = "several rulesets" if found else "no ruleset"
        raise ConfigurationError(f"the store {store.database.place} keeps {number} whose hash begins with {beginning}")
    return load_ruleset(unpack(archive))
