"""The one place where the limits of a response are held (CDS Hooks 2.0.1, Card Attributes; DESIGN 5, Cards)."""

from collections.abc import Iterable
from typing import Any, Final

MOST_CARDS: Final = 3
MOST_CRITICAL: Final = 1
MOST_SUGGESTIONS: Final = 6
MOST_LINKS: Final = 3
LONGEST_SUMMARY: Final = 139  # the specification says: under 140
LONGEST_LABEL: Final = 80

_URGENCY: Final = ("critical", "warning", "info")


def limited(cards: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The most urgent cards, in their order, each within its limits."""
    ranked = sorted(cards, key=lambda card: _URGENCY.index(card["indicator"]))
    critical = [card for card in ranked if card["indicator"] == "critical"][:MOST_CRITICAL]
    others = [card for card in ranked if card["indicator"] != "critical"]
    return [_limited(card) for card in [*critical, *others][:MOST_CARDS]]


def _limited(card: dict[str, Any]) -> dict[str, Any]:
    limits: dict[str, Any] = {"summary": cut(card["summary"], LONGEST_SUMMARY)}
    for name, most in (("suggestions", MOST_SUGGESTIONS), ("links", MOST_LINKS)):
        if name in card:
            limits[name] = [one | {"label": cut(one["label"], LONGEST_LABEL)} for one in card[name][:most]]
    return card | limits


def cut(text: str, longest: int) -> str:
    """`text` on one line, cut at a word where it is too long."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return line[: longest - 1].rpartition(" ")[0].rstrip(",;: ") + "…" if " " in line[: longest - 1] else line[: longest - 1] + "…"
