"""Parts of a ruleset in one line of words each, as a comparison shows them."""

from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final, get_args

from nuchal.rules.conditions import Condition
from nuchal.rules.model import Case, Ruleset, Source
from nuchal.rules.pages import given
from nuchal.rules.vocabulary import CodeMapping
from nuchal.terminology import Coding

CONDITIONS: Final = get_args(Condition)
_NAMES: Final = ("id", "name", "ref", "title")  # what tells one part of a list from the others


def key(part: Any) -> Hashable:  # noqa: ANN401  any part of a ruleset
    """What a part of a list is known by, so that it can be found in another version of the list."""
    match part:
        case CodeMapping():
            return key(part.coding)
        case Coding():
            return (part.system, part.code)
        case _ if is_dataclass(part) and not isinstance(part, CONDITIONS):
            return next((getattr(part, name) for name in _NAMES if hasattr(part, name)), repr(part))
        case _:
            return part  # type: ignore[no-any-return]  # texts, numbers, pairs of texts


def said(part: Any, ruleset: Ruleset) -> str:  # noqa: ANN401  the same
    """A part of `ruleset` in one line."""
    match part:
        case None:
            return "none"
        case bool():
            return "yes" if part else "no"
        case float():
            return f"{part:.10g}"
        case tuple():
            return ", ".join(said(each, ruleset) for each in part)
        case frozenset():
            return ", ".join(sorted(said(each, ruleset) for each in part))
        case Mapping():
            return ", ".join(f"{said(name, ruleset)}: {said(value, ruleset)}" for name, value in part.items())
        case _ if isinstance(part, CONDITIONS):
            return ruleset.wordings.of(part)
        case _ if is_dataclass(part):
            return _record(part, ruleset)
        case _:
            return str(part)


def _record(part: Any, ruleset: Ruleset) -> str:  # noqa: ANN401  a dataclass of the model
    match part:
        case Coding():
            return f"{part.system} {part.code} {part.display or ''}{'' if part.verified else ' (not verified)'}"
        case CodeMapping():
            return f"{said(part.coding, ruleset)}, {part.match}"
        case Source():
            return f"{part.ref}: {part.supports}"
        case Case():
            return f"{part.name}: {given(part, ruleset.vocabulary)} -> {part.expect}{_figures(part)}"
        case _:
            values = {field.name: getattr(part, field.name) for field in fields(part)}
            return "; ".join(f"{label(name)} {said(value, ruleset)}" for name, value in values.items() if value not in (None, (), ""))


def label(name: str) -> str:
    """The name of a field as words."""
    return name.replace("_", " ")


def _figures(case: Case) -> str:
    """What a case says besides, so that no two cases read alike that are not."""
    figures = {
        "waits for": ", ".join(case.missing),
        "as of": case.as_of,
        "certainty": case.certainty,
        "support": case.support,
        "cautions": case.cautions,
    }
    return "".join(f", {name} {figure}" for name, figure in figures.items() if figure not in (None, ""))
