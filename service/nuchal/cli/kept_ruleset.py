"""A ruleset that the command line names: by its folder, or by the hash of one that the store keeps."""

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from nuchal.config import Settings
from nuchal.content import bundled_ruleset
from nuchal.errors import ConfigurationError
from nuchal.rules.archive import unpack
from nuchal.rules.model import Ruleset
from nuchal.rules.reader import load_ruleset

if TYPE_CHECKING:
    from nuchal.store import Store

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
        NuchalError: it cannot be read, or is not kept.
    """
    if not isinstance(chosen, str):
        return load_ruleset(bundled_ruleset() if chosen is None else chosen)
    from nuchal.store import Store  # noqa: PLC0415  a quarter of a second that comparing folders need not pay

    store = Store.open(Settings.from_env(os.environ).store_url)
    try:
        return kept_ruleset(store, chosen)
    finally:
        store.close()


def kept_ruleset(store: "Store", beginning: str) -> Ruleset:
    """The one ruleset that `store` keeps whose hash begins so.

    Raises:
        ConfigurationError: there is none, or several.
        RulesetError: this version of Nuchal cannot read it.
        StoreUnavailable: the store cannot be read.
    """
    found = [hash_ for hash_ in store.rulesets.labels() if hash_.startswith(beginning)]
    archive = store.rulesets.load(found[0]) if len(found) == 1 else None
    if archive is None:
        number = "several rulesets" if found else "no ruleset"
        raise ConfigurationError(f"the store {store.database.place} keeps {number} whose hash begins with {beginning}")
    return load_ruleset(unpack(archive))
