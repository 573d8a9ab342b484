"""In which order a form asks for the words of a vocabulary, and which questions are moot after which denial."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from nuchal.findings import Presence, State
from nuchal.rules.conditions import Condition, Truth, words
from nuchal.rules.model import Ruleset
from nuchal.rules.truths import evaluate
from nuchal.rules.vocabulary import VocabularyWord, WordKind

# UCUM units of how long and how often; what is counted by the minute is a pulse or a breath
_COURSE_UNITS: Final = frozenset({"min", "h", "d", "wk", "mo", "a", "h/d", "d/wk", "d/mo", "/d", "/wk", "/mo"})


@dataclass(frozen=True, slots=True)
class Group:
    """One part of the form: its linkId, its heading, its words in the order in which they are asked.

    Headings must not speak of relatives or the past: intake takes what stands below such a
    heading for said of them (DESIGN 3).
    """

    link: str
    heading: str
    words: tuple[VocabularyWord, ...]


def groups(ruleset: Ruleset) -> tuple[Group, ...]:
    """Every word of `ruleset` once, in the first group that it fits; within a group in the order of the vocabulary."""
    left = dict(ruleset.vocabulary)
    found: list[Group] = []
    for link, heading, fitting in _fitting(ruleset):
        taken = tuple(left.pop(word) for word in fitting if word in left)
        if taken:
            found.append(Group(link, heading, taken))
    return tuple(found)


def _fitting(ruleset: Ruleset) -> Iterator[tuple[str, str, Iterable[str]]]:
    roles = ruleset.roles
    yield "patient", "The patient", _of_kind(ruleset, WordKind.DEMOGRAPHIC)
    yield "pains", "The two pains", (roles.headache, roles.back_pain, *roles.back_equivalents)
    yield "danger-signs", "Danger signs", _screen(ruleset)
    yield "headache-details", "More on the headache", _symptoms_of(roles.headache, ruleset)
    back = (roles.back_pain, *roles.back_equivalents)
    yield "back-details", "More on the pain in back or neck", [word for pain in back for word in _symptoms_of(pain, ruleset)]
    yield "symptoms", "Other symptoms", _of_kind(ruleset, WordKind.SYMPTOM)
    yield "circumstances", "Circumstances and habits", _of_kind(ruleset, WordKind.EXPOSURE)
    yield "conditions", "Known conditions, injuries and treatments", _of_kind(ruleset, WordKind.HISTORY)
    yield "drugs", "Drugs", _of_kind(ruleset, WordKind.MEDICATION)
    yield "courses", "How long and how often", _courses(ruleset)
    yield "signs", "Findings on examination", _of_kind(ruleset, WordKind.SIGN)
    yield "measurements", "Measurements and scores", _of_kind(ruleset, WordKind.NUMBER)
    yield "tests", "Results of tests and imaging", _of_kind(ruleset, WordKind.TEST)


def _of_kind(ruleset: Ruleset, kind: WordKind) -> list[str]:
    return [word.id for word in ruleset.vocabulary.values() if word.kind is kind]


def _courses(ruleset: Ruleset) -> list[str]:
    return [word.id for word in ruleset.vocabulary.values() if word.quantity and word.quantity.unit in _COURSE_UNITS]


def _screen(ruleset: Ruleset) -> list[str]:
    """The words that answer the screen for red flags, topic by topic."""
    return [word.id for topic in ruleset.screen for word in ruleset.vocabulary.values() if word.screen == topic.id]


def _symptoms_of(pain: str, ruleset: Ruleset) -> list[str]:
    """The words that say more of `pain`: each alone means it, grades it or dates it."""
    alone = _sufficient(ruleset.derived[pain].present_when, Presence.PRESENT) if pain in ruleset.derived else frozenset()
    return [word.id for word in ruleset.vocabulary.values() if word.id in alone or pain in _told_more_of(word)]


def _told_more_of(word: VocabularyWord) -> frozenset[str]:
    """The words of which a severity or the time since an onset tells more."""
    return frozenset(told.of for told in (word.onset, word.severity) if told)


def _sufficient(condition: Condition | None, presence: Presence) -> frozenset[str]:
    """The words of which one alone, present or absent as asked for, makes `condition` true."""
    if condition is None:
        return frozenset()
    return frozenset(word for word in words(condition) if evaluate(condition, {word: State(presence)}) is Truth.TRUE)


def moot_after(ruleset: Ruleset) -> Mapping[str, tuple[str, ...]]:
    """For each word the findings whose denial leaves nothing to ask about it.

    The pain that it alone would mean, what it grades or dates, and what by its rule makes it
    absent: who has no headache has none that throbs.
    """
    roles = ruleset.roles
    pains = [pain for pain in (roles.headache, roles.back_pain, *roles.back_equivalents) if pain in ruleset.vocabulary]
    means = {pain: _sufficient(rule.present_when, Presence.PRESENT) for pain in pains if (rule := ruleset.derived.get(pain))}
    found: dict[str, tuple[str, ...]] = {}
    for word in ruleset.vocabulary.values():
        rule = ruleset.derived.get(word.id)
        denied = _sufficient(rule.absent_when, Presence.ABSENT) if rule else frozenset()
        needed = {*(pain for pain, alone in means.items() if word.id in alone), *_told_more_of(word), *denied}
        findings = tuple(sorted(other for other in needed if not ruleset.vocabulary[other].quantity))
        if findings:
            found[word.id] = findings
    return found
