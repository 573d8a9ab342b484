"""One thing that `nuchal doctor` found."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence on one subject, and what to do where it is not ok."""

    level: Literal["ok", "warning", "wrong"]
    subject: str
    message: str
    remedy: str = ""


def ok(subject: str, message: str) -> Finding:
    """As it should be."""
    return Finding("ok", subject, message)


def warning(subject: str, message: str, remedy: str) -> Finding:
    """It works, and somebody should know."""
    return Finding("warning", subject, message, remedy)


def wrong(subject: str, message: str, remedy: str) -> Finding:
    """The service would not start, or not do what it is there for."""
    return Finding("wrong", subject, message, remedy)
