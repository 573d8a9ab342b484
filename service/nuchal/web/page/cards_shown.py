"""Cards as an EHR shows them: their detail is Markdown, of which no HTML is let through."""

from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from nuchal.cds_hooks import Addresses, preview
from nuchal.evaluation import Evaluation
from nuchal.web.addresses import public_url

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def cards(evaluation: Evaluation) -> list[dict[str, Any]]:
    """The cards for an evaluation; `rendered` is the detail as HTML."""
    found = preview(evaluation, Addresses(rule_page=lambda rule: public_url(f"/rules/{rule}")))
    return [card | {"rendered": Markup(_MARKDOWN.render(card.get("detail", "")))} for card in found]  # noqa: S704  commonmark without HTML escapes all else
