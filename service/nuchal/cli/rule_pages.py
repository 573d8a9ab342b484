"""`nuchal rules pages`: what the rules say, written for readers."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from nuchal.cli.exit_codes import DONE, PROBLEMS_FOUND
from nuchal.cli.rule_mutation import last_figures
from nuchal.content import ruleset_folder
from nuchal.rules.pages import FOLDER, pages
from nuchal.rules.reader import load_ruleset


def write_pages(chosen: argparse.Namespace) -> int:
    """Write the pages into the folder of the ruleset, or with `chosen.check` say which differ from it."""
    folder = Path(str(ruleset_folder(chosen.path)))
    ruleset = load_ruleset(folder)
    console = Console(highlight=False, soft_wrap=True)
    wanted = pages(ruleset, last_figures(folder))
    stale = _stale(folder, wanted)
    if chosen.check:
        for path in stale:
            console.print(f"{path} is not what `nuchal rules pages` writes", style="red")
        return PROBLEMS_FOUND if stale else DONE
    for path in stale:
        _replace(folder / path, wanted.get(path))
    console.print(f"{len(wanted)} pages, {len(stale)} of them changed; begin at {folder / 'RULES.md'}")
    return DONE


def _stale(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """Paths of pages that are missing, differ, or should not be there."""
    found = {str(file.relative_to(folder)) for file in (folder / FOLDER).rglob("*.md")}
    return sorted(path for path in found | wanted.keys() if _text(folder / path) != wanted.get(path))


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None


def _replace(file: Path, text: str | None) -> None:
    if text is None:
        file.unlink()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
