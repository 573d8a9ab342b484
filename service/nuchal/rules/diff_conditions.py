"""What became of a condition, told at the smallest place that is other: a threshold, a count, a member."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Condition, NotPresent, flags, words
from nuchal.rules.wording import Wordings

_ALIKE = 1 / 3  # of the words that two criteria read together, for one to be the other in new clothes


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is other, in plain words.

    `place` says where it stands in the rule, `within` the criterion around it. Without
    `before` it is new, without `after` it is gone.
    """

    place: str
    before: str | None
    after: str | None
    within: str | None = None


@dataclass(frozen=True, slots=True)
class ConditionDiff:
    """Compares conditions of one ruleset with those of another, each worded by its own vocabulary."""

    before: Wordings
    after: Wordings

    def changes(self, place: str, before: Condition, after: Condition, within: str | None = None) -> Iterator[Change]:
        """Everything in which `after` says something else than `before`."""
        if before == after:
            return
        match before, after:
            case (All() | AnyOf() | AtLeast(), All() | AnyOf() | AtLeast()):
                whole = self.after.of(after)
                if _lead(before) != _lead(after):
                    yield Change(place=place, before=_lead(before), after=_lead(after), within=whole)
                yield from self.member_changes(place, before.members, after.members, whole)
            case (Absent(All() | AnyOf() | AtLeast() as old), Absent(All() | AnyOf() | AtLeast() as new)) | (
                NotPresent(All() | AnyOf() | AtLeast() as old),
                NotPresent(All() | AnyOf() | AtLeast() as new),
            ):
                yield from self.changes(f"{place}, denied", old, new, self.after.of(after))
            case _:
                yield Change(place=place, before=self.before.of(before), after=self.after.of(after), within=within)

    def member_changes(
        self, place: str, before: Sequence[Condition], after: Sequence[Condition], within: str | None = None
    ) -> Iterator[Change]:
        """What became of the members of a group, whose order says nothing."""
        gone, new = _without(before, after), _without(after, before)
        for old in gone:
            heir = max(new, key=lambda other: _likeness(old, other), default=None)
            if heir is None or _likeness(old, heir) < _ALIKE:
                yield Change(place=place, before=self.before.of(old), after=None, within=within)
            else:
                new.remove(heir)
                yield from self.changes(place, old, heir, within)
        yield from (Change(place=place, before=None, after=self.after.of(added), within=within) for added in new)


def _without(members: Sequence[Condition], others: Sequence[Condition]) -> list[Condition]:
    """`members` less those that stand among `others`, each as often as it does."""
    rest, left = list(others), []
    for member in members:
        if member in rest:
            rest.remove(member)
        else:
            left.append(member)
    return left


def _lead(group: All | AnyOf | AtLeast) -> str:
    match group:
        case AtLeast(count, _):
            return f"at least {count} of these"
        case All():
            return "all of these"
        case AnyOf():
            return "any of these"


def _likeness(one: Condition, other: Condition) -> float:
    """The share of words and red flags that both read, of those that either reads; a change of kind counts against it."""
    read, also = words(one) | flags(one), words(other) | flags(other)
    return len(read & also) / max(1, len(read | also)) - (0.1 if type(one) is not type(other) else 0)
