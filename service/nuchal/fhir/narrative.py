"""XHTML of narratives, so small that everything in it is escaped by construction."""

import re
from collections.abc import Iterable
from html import escape
from typing import Any, Final, NewType

Markup = NewType("Markup", str)
"""XHTML that was built here; every other text is escaped."""

# XML 1.0, production 2 (Char): what no XML text may hold. FHIR strings allow no control characters either (datatypes.html#string).
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

LONGEST_VERBATIM: Final = 200


def plain(text: str) -> str:
    """A text of the input on one line, without control characters, and of a length that a person reads."""
    cleaned = " ".join(_NOT_XML.sub(" ", text).split())
    return cleaned if len(cleaned) <= LONGEST_VERBATIM else cleaned[: LONGEST_VERBATIM - 1] + "…"


def untagged(text: str) -> str:
    """A text that opens no tag, should somebody show a plain string of the answer as HTML; `<` is all that this takes."""
    return text.replace("<", "&lt;")


def words(text: str) -> Markup:
    """A text, escaped."""
    return Markup(escape(_NOT_XML.sub(" ", text), quote=False))


def paragraph(text: str) -> Markup:
    """A paragraph."""
    return Markup(f"<p>{words(text)}</p>")


def emphasis(text: str) -> Markup:
    """A paragraph in bold; nothing without a text."""
    return Markup(f"<p><b>{words(text)}</b></p>" if text else "")


def section(title: str, *blocks: Markup) -> Markup:
    """A titled section; nothing without content."""
    content = "".join(blocks)
    return Markup(f"<h3>{words(title)}</h3>{content}" if content else "")


def bullets(texts: Iterable[str]) -> Markup:
    """A list of texts; nothing without any."""
    return _list("ul", map(words, texts))


def numbered(items: Iterable[Markup]) -> Markup:
    """A numbered list; nothing without items."""
    return _list("ol", items)


def titled(title: str, *blocks: Markup) -> Markup:
    """An item of a list: a bold title with `blocks` under it."""
    return Markup(f"<b>{words(title)}</b>{''.join(blocks)}")


def narrative(*blocks: Markup) -> dict[str, Any]:
    """The `text` element: status generated, language English, content equal to the data."""
    content = "".join(blocks)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en">{content}</div>'}


def _list(tag: str, items: Iterable[Markup]) -> Markup:
    content = "".join(f"<li>{item}</li>" for item in items)
    return Markup(f"<{tag}>{content}</{tag}>" if content else "")
