"""A code in a code system."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """One code with its display.

    `verified` is False for a code that was recalled and not seen in a published list:
    it is understood on input and left out of output (DESIGN 3).
    """

    system: str
    code: str
    display: str | None = None
    verified: bool = False
