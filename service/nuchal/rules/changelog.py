"""CHANGELOG.md of a ruleset: what changed for patients, one section for each version, newest first."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

_SECTION = re.compile(r"^## +(\d+\.\d+\.\d+) +\(effective (\d{4}-\d{2}-\d{2})\) *$", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.;])\s+")
_LEAD = re.compile(r"[^.;:]+:(?= )")  # Suggestions: ...
_BULLET = "- "


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One version of a ruleset: the day from which it holds, and its entries, each as one line of plain text."""

    version: str
    effective: date
    entries: tuple[str, ...]

    def naming(self, names: Iterable[str]) -> tuple[str, ...]:
        """The sentences that hold one of `names` as whole words, in their order, each after the lead of its entry."""
        wanted = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names), re.IGNORECASE)
        return tuple(sentence for entry in self.entries for sentence in _sentences(entry) if wanted.search(sentence))


def _sentences(entry: str) -> Iterator[str]:
    lead = _LEAD.match(entry)
    first, *others = _SENTENCE_END.split(entry)
    yield first
    yield from (f"{lead[0]} {other}" if lead else other for other in others)


def releases(changelog: str) -> tuple[Release, ...]:
    """The versions in the order of the file, each below its heading ``## 1.2.0 (effective 2026-12-01)``."""
    sections = _SECTION.split(changelog)[1:]  # version, day, text, version, day, text ...
    return tuple(
        Release(version=version, effective=date.fromisoformat(day), entries=tuple(_entries(text.splitlines())))
        for version, day, text in zip(sections[::3], sections[1::3], sections[2::3], strict=True)
    )


def _entries(lines: Iterable[str]) -> Iterator[str]:
    """Bullets and paragraphs, their lines joined and the marks of Markdown taken away."""
    entry: list[str] = []
    for line in (*lines, ""):
        text = line.strip().replace("**", "").replace("`", "")
        if entry and (not text or text.startswith(_BULLET)):
            yield " ".join(entry)
            entry = []
        if text:
            entry.append(text.removeprefix(_BULLET))
