"""Annotations; our texts only, since Annotation.text is markdown and texts of the input stay out of it."""

from collections.abc import Iterable
from typing import Any

from nuchal import __version__
from nuchal.fhir.context import Context


def notes(context: Context, texts: Iterable[str]) -> list[dict[str, Any]]:
    """One Annotation for each text, by the software at the moment of the evaluation."""
    author = f"Nuchal {__version__}"
    return [{"authorString": author, "time": context.moment, "text": text} for text in texts]
