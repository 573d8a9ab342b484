"""How two rulesets differ, in words for clinicians: rules, criteria, thresholds, and the words that rules speak of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, Final

from nuchal.rules.check.rulebook import rules_of
from nuchal.rules.diff_conditions import Change, ConditionDiff
from nuchal.rules.diff_values import CONDITIONS, key, label, said
from nuchal.rules.model import Group, Reference, RuleHead, Ruleset, Supporting, Weight
from nuchal.rules.pages import KINDS

# What a reader calls a field whose name in the file says less.
_PLACES: Final[Mapping[str, str]] = {
    "when": "raised when",
    "disposition": "how soon",
    "urgency": "how soon",
    "immediate_action": "what to do now",
    "rationale": "why",
    "explains": "explains pain of",
    "requires_sex": "only for",
    "min_age": "from the age of",
    "default_min_age": "from the age of",
    "cardinal": "listed only when one of these is true",
    "groups": "criteria",
    "supporting": "speaks for it",
    "excluding": "excluded by",
    "confirm": "how it is confirmed",
    "activities": "suggestions",
    "codings": "codes",
    "sources": "literature",
    "effective": "in effect since",
    "reviewed": "signed by",
    "indicated_when": "only when",
    "contraindications": "withheld when",
    "cautions": "shown with a caution when",
    "clinical_text": "for the clinician",
    "patient_text": "for the patient",
    "absent_when": "absent, when nobody stated it, when",
    "look_back_days": "days for which it counts",
    "synonyms": "texts",
    "quantity": "number",
}
_SAYS_NOTHING: Final = frozenset({"file"})  # where a rule is written
_NAMES_RULES: Final = frozenset({"may_mean", "immediate_action", "activities"})
_ABOUT: Final = (
    *("title", "version", "effective", "canonical", "publisher", "population", "default_min_age", "roles", "screen"),
    *("developer", "funding", "released"),
)


class Kind(StrEnum):
    """What became of a rule, a word or a reference."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDiff:
    """One rule, word or reference that is not as it was; `what` is its kind in words."""

    what: str
    id: str
    title: str
    kind: Kind
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesetDiff:
    """Everything in which two rulesets differ.

    `about` is what stands in ruleset.yaml, `language` how charts are read, `not_covered`
    the causes that no rule weighs.
    """

    about: tuple[Change, ...]
    rules: tuple[ItemDiff, ...]
    words: tuple[ItemDiff, ...]
    language: tuple[Change, ...]
    references: tuple[ItemDiff, ...]
    not_covered: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both say the same, however it is written."""
        return not any(getattr(self, field.name) for field in fields(self))


def diff(before: Ruleset, after: Ruleset) -> RulesetDiff:
    """What became of `before`."""
    return _Comparison(before, after).diff()


class _Comparison:
    """One ruleset beside another."""

    def __init__(self, before: Ruleset, after: Ruleset) -> None:
        self._before = before
        self._after = after
        self._conditions = ConditionDiff(before.wordings, after.wordings)
        self._titles = {rule.id: f"{rule.title} ({rule.id})" for ruleset in (before, after) for rule in rules_of(ruleset)}

    def diff(self) -> RulesetDiff:
        before, after = self._before, self._after
        rules = [{(type(rule), rule.id): rule for rule in rules_of(ruleset)} for ruleset in (before, after)]
        return RulesetDiff(
            about=tuple(change for name in _ABOUT for change in self._field(name, before, after)),
            rules=tuple(self._items(*rules)),
            words=tuple(self._items(before.vocabulary, after.vocabulary)),
            language=tuple(self._changes("language", before.language, after.language)),
            references=tuple(self._items(before.references, after.references)),
            not_covered=tuple(self._field("not_covered", before, after)),
        )

    def _items(self, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[ItemDiff]:
        for identity in {**before, **after}:
            old, new = before.get(identity), after.get(identity)
            if old == new:
                continue
            kind = Kind.ADDED if old is None else Kind.REMOVED if new is None else Kind.CHANGED
            changes = tuple(self._fields(old, new)) if kind is Kind.CHANGED else ()
            if changes or kind is not Kind.CHANGED:
                item: Any = old if new is None else new
                yield ItemDiff(what=_what(item), id=item.id, title=item.title, kind=kind, changes=changes)

    def _fields(self, before: object, after: object, within: str = "") -> Iterator[Change]:
        for field in fields(before):  # type: ignore[arg-type]  # a dataclass of the model
            if field.name not in _SAYS_NOTHING:
                yield from self._field(field.name, before, after, within)

    def _field(self, name: str, before: object, after: object, within: str = "") -> Iterator[Change]:
        old, new = getattr(before, name), getattr(after, name)
        if name in _NAMES_RULES:
            old, new = (tuple(self._titles[id_] for id_ in ids) for ids in (old, new))
        yield from self._changes(f"{within}{_PLACES.get(name, label(name))}", old, new)

    def _changes(self, place: str, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401  any part of a ruleset
        """What became of one part; never nothing when it is another."""
        if before == after:
            return
        changes = [change for change in self._parts(place, before, after) if change.before != change.after]
        yield from changes or [
            Change(place=place, before=said(before, self._before), after="the same, in another order or written otherwise")
        ]

    def _parts(self, place: str, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401  the same
        match before, after:
            case (Mapping(), Mapping()):
                yield from self._entries(place, _spelled(before, self._before), _spelled(after, self._after))
            case (frozenset(), frozenset()):
                yield from self._members(place, sorted(before, key=repr), sorted(after, key=repr))
            case (tuple(), tuple()):
                yield from self._members(place, before, after)
            case (Group(), Group()):
                yield from self._conditions.changes(place, before.condition, after.condition)
                yield from self._changes(f"{place}, role", before.role, after.role)
            case _ if isinstance(before, CONDITIONS) and isinstance(after, CONDITIONS):
                yield from self._conditions.changes(place, before, after)
            case _ if is_dataclass(before) and is_dataclass(after):
                yield from self._fields(before, after, within=f"{place}, ")
            case _:
                yield self._change(place, before, after)

    def _members(self, place: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
        every = (*before, *after)
        if all(isinstance(each, CONDITIONS) for each in every):
            yield from self._conditions.member_changes(place, before, after)
        elif all(isinstance(each, Supporting) for each in every):
            for weight in Weight:
                old, new = ([each.when for each in side if each.weight is weight] for side in (before, after))
                yield from self._conditions.member_changes(f"{place} ({weight})", old, new)
        else:
            yield from self._entries(place, {key(each): each for each in before}, {key(each): each for each in after})
            if sorted(before, key=repr) == sorted(after, key=repr):
                yield self._change(f"{place}, in order", tuple(before), tuple(after))

    def _entries(self, place: str, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[Change]:
        """Parts that are known by a name or a code."""
        for identity in {**before, **after}:
            old, new = before.get(identity), after.get(identity)
            if isinstance(old, Group) and isinstance(new, Group):
                yield from self._changes(f"{place}: {identity}", old, new)
            elif old != new:
                yield self._change(place, old, new)

    def _change(self, place: str, before: Any, after: Any) -> Change:  # noqa: ANN401  the same
        return Change(
            place=place,
            before=None if before is None else said(before, self._before),
            after=None if after is None else said(after, self._after),
        )


def _what(item: object) -> str:
    if isinstance(item, RuleHead):
        return KINDS[type(item)]
    return "Reference" if isinstance(item, Reference) else "Word"


def _spelled(entries: Mapping[Any, Any], ruleset: Ruleset) -> Mapping[Any, str]:
    return {name: f"{said(name, ruleset)}: {said(value, ruleset)}" for name, value in entries.items()}
