"""A condition as a tree of lines, which each kind of page sets in its own way."""

from collections.abc import Sequence
from dataclasses import dataclass

from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Condition, FlagRaised, NotPresent, words
from nuchal.rules.wording import Wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One line and what stands below it.

    A line without anything below speaks of one `word` of the vocabulary or of one red `flag`.
    """

    text: str
    word: str | None = None
    flag: str | None = None
    below: tuple["Outline", ...] = ()


def outline(condition: Condition, wordings: Wordings) -> Outline:
    """`condition` as a tree: "at least 2 of these:" above its members, a word or a comparison at each end."""
    match condition:
        case All(members) if len(members) > 1:
            return _group("all of these:", members, wordings)
        case AnyOf(members) if len(members) > 1:
            return _group("any of these:", members, wordings)
        case AtLeast(count, members) if len(members) > 1:
            return _group(f"at least {count} of these:", members, wordings)
        case All((member,)) | AnyOf((member,)) | AtLeast(_, (member,)):
            return outline(member, wordings)
        case Absent(All() | AnyOf() | AtLeast() as operand):
            return _group("recorded as untrue:", (operand,), wordings)
        case NotPresent(All() | AnyOf() | AtLeast() as operand):
            return _group("not known to be true:", (operand,), wordings)
        case FlagRaised(flag):
            return Outline(text=wordings.of(condition), flag=flag)
        case _:
            return Outline(text=wordings.of(condition), word=next(iter(words(condition)), None))


def _group(lead: str, members: Sequence[Condition], wordings: Wordings) -> Outline:
    return Outline(text=lead, below=tuple(outline(member, wordings) for member in members))
