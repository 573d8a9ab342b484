"""GitHub Flavored Markdown in which no text of a chart can do anything: no HTML, no link, no emphasis, no heading."""

import re
from collections.abc import Iterable
from typing import Final

from nuchal.fhir.narrative import words

_MARKS: Final = re.compile(r"([\\`*_\[\]|~])")
_LEADING: Final = re.compile(r"^([#+=-]|\d+[.)])")  # what makes a heading, a rule or a list at the start of a line
# GFM 6.9: texts that become links of themselves
_LINKS: Final = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)|(@)")
_REPLACED: Final = {":": "&#58;", ".": "&#46;", "@": "&#64;"}


def escaped(text: str) -> str:
    """A text on one line that is shown as it is."""
    marked = _MARKS.sub(r"\\\1", words(" ".join(text.split())))
    return _LEADING.sub(_leading, _LINKS.sub(_unlinked, marked))


def bold(text: str) -> str:
    """A text of ours in bold."""
    return f"**{escaped(text)}**"


def bullets(texts: Iterable[str]) -> str:
    """A list of texts that are escaped already; nothing without any."""
    return "\n".join(f"- {text}" for text in texts)


def section(title: str, content: str) -> str:
    """A titled block; nothing without content. A title of few words takes no line of its own."""
    if not content:
        return ""
    return f"{bold(title)}\n\n{content}" if content.startswith("- ") else f"{bold(title)} {content}"


def blocks(texts: Iterable[str]) -> str:
    """Paragraphs."""
    return "\n\n".join(text for text in texts if text)


def _unlinked(found: re.Match[str]) -> str:
    mark = found[2] or found[4] or found[5]
    return found[0][: -len(mark)] + _REPLACED[mark]


def _leading(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if not found[0][0].isdigit() else f"{found[0][:-1]}\\{found[0][-1]}"
