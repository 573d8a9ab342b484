"""Every rule in one list that can be searched and filtered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from textwrap import shorten
from typing import Final

from nuchal.errors import InvalidInput, Problem
from nuchal.rules.check import rules_of
from nuchal.rules.model import Activity, Cause, Derived, Disposition, RedFlag, Reference, RuleHead, Ruleset
from nuchal.rules.pages import KINDS
from nuchal.rules.text import TextKey
from nuchal.rules.usage import words_read

# The kinds in the order in which they are shown, with the word for them in an address.
KIND_NAMES: Final[Mapping[str, type[RuleHead]]] = {"red-flag": RedFlag, "cause": Cause, "suggestion": Activity, "derived": Derived}
_LABEL_LENGTH = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One rule in the list.

    `speed` is the disposition of a red flag, the urgency of a cause, how soon an
    attendance is; `categories` are those of a cause, for a red flag those of the causes
    that it may mean, for a suggestion its kind.
    """

    rule: RuleHead
    kind: str
    speed: Disposition | None
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for; an empty text asks for nothing. `source` is the id of a reference."""

    q: str = ""
    kind: str = ""
    category: str = ""
    speed: str = ""
    source: str = ""

    @property
    def asks(self) -> bool:
        """Whether anything is asked for."""
        return any(getattr(self, field.name) for field in fields(self))


class Catalogue:
    """The rules of `ruleset`, most urgent first; the texts that are searched are made when somebody first searches."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._key = TextKey(ruleset.language)
        entries = [_entry(rule, ruleset) for rule in rules_of(ruleset)]
        self.entries = sorted(entries, key=lambda entry: (_speed_rank(entry), entry.rule.title.lower(), entry.rule.id))
        self._by_id = {entry.rule.id: entry for entry in entries}
        self.rules = {id_: entry.rule for id_, entry in self._by_id.items()}

    def entry(self, id_: str) -> Entry:
        """The entry of the rule `id_`."""
        return self._by_id[id_]

    @cached_property
    def choices(self) -> Mapping[str, Mapping[str, str]]:
        """For each filter what can be chosen: the value in an address, and what a person reads."""
        categories = sorted({category for entry in self.entries for category in entry.categories})
        return {
            "kind": {name: KINDS[kind] for name, kind in KIND_NAMES.items()},
            "category": {category: category[0].upper() + category[1:] for category in categories},
            "speed": {speed.value: speed.value for speed in Disposition},
            "source": {id_: _short(reference) for id_, reference in self._ruleset.references.items()},
        }

    def query(self, arguments: Mapping[str, str]) -> Query:
        """What the arguments of an address ask for; names that mean nothing here are passed over.

        Raises:
            InvalidInput: a filter holds what cannot be chosen; no rule would be found, which might be believed.
        """
        asked = Query(**{field.name: arguments.get(field.name, "").strip() for field in fields(Query)})
        wrong = [name for name, choices in self.choices.items() if getattr(asked, name) and getattr(asked, name) not in choices]
        if wrong:
            raise InvalidInput([Problem(f"{name} holds nothing that can be chosen: {_some(self.choices[name])}") for name in wrong])
        return asked

    def find(self, query: Query) -> Mapping[str, Sequence[Entry]]:
        """The entries that fit, under the names of kinds; those whose title or id holds what was typed come first."""
        typed = self._key.words(query.q)
        found = [entry for entry in self.entries if _passes(entry, query) and self._holds(entry, typed)]
        if typed:
            found.sort(key=lambda entry: not all(word in self._texts[entry.rule.id][0] for word in typed))
        return {name: [entry for entry in found if entry.kind == name] for name in KIND_NAMES}

    def _holds(self, entry: Entry, typed: Sequence[str]) -> bool:
        return all(any(word in text for text in self._texts[entry.rule.id]) for word in typed)

    @cached_property
    def _texts(self) -> Mapping[str, tuple[str, str]]:
        """For each rule two folded texts: its title and id, and what it says with the words that it reads."""
        words = {id_: self._folded((word.title, *word.synonyms)) for id_, word in self._ruleset.vocabulary.items()}
        return {
            id_: (
                self._folded((rule.title, id_)),
                " ".join((self._folded(_said(rule, self._ruleset)), *(words[word] for word in sorted(words_read(rule))))),
            )
            for id_, rule in self.rules.items()
        }

    def _folded(self, texts: Iterable[str]) -> str:
        return " ".join(self._key.normal(text) for text in texts)


def _entry(rule: RuleHead, ruleset: Ruleset) -> Entry:
    name = next(name for name, kind in KIND_NAMES.items() if isinstance(rule, kind))
    match rule:
        case RedFlag():
            meant = sorted({ruleset.causes[cause].category for cause in rule.may_mean})
            return Entry(rule=rule, kind=name, speed=rule.disposition, categories=tuple(meant))
        case Cause():
            return Entry(rule=rule, kind=name, speed=rule.urgency, categories=(rule.category,))
        case Activity():
            return Entry(rule=rule, kind=name, speed=rule.appointment, categories=(rule.kind.value,))
        case _:
            return Entry(rule=rule, kind=name, speed=None, categories=())


def _speed_rank(entry: Entry) -> int:
    return len(Disposition) if entry.speed is None else entry.speed.rank


def _passes(entry: Entry, query: Query) -> bool:
    return (
        query.kind in {"", entry.kind}
        and query.category in {"", *entry.categories}
        and query.speed in {"", *([] if entry.speed is None else [entry.speed.value])}
        and (not query.source or any(source.ref == query.source for source in entry.rule.sources))
    )


def _said(rule: RuleHead, ruleset: Ruleset) -> Iterator[str]:
    """What a reader may remember of a rule beside its title."""
    match rule:
        case RedFlag():
            yield from (rule.rationale, *rule.false_positives, *(ruleset.causes[cause].title for cause in rule.may_mean))
        case Cause():
            yield from (rule.rationale, rule.confirm, rule.pitfalls, rule.category)
            yield from (f"{coding.code} {coding.display or ''}" for coding in rule.codings)
        case Activity():
            yield from (rule.clinical_text, rule.patient_text, rule.kind)
            yield from (f"{coding.code} {coding.display or ''}" for coding in rule.codings)
        case Derived():
            yield rule.rationale
    yield from (ruleset.references[source.ref].citation for source in rule.sources)


def _short(reference: Reference) -> str:
    """First author, year and the begin of the title: Do TP 2019: Red and orange flags for secondary..."""
    first = reference.authors.split(",", 1)[0]
    return shorten(f"{first} {reference.year or ''}: {reference.title}", _LABEL_LENGTH, placeholder="...")


def _some(choices: Mapping[str, str], most: int = 12) -> str:
    return ", ".join([*list(choices)[:most], *(["..."] if len(choices) > most else [])])
