"""From codes and texts to words of the vocabulary; built once for a ruleset."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from nuchal.findings import Presence, State
from nuchal.rules.conditions import Truth, words
from nuchal.rules.model import Ruleset
from nuchal.rules.text import TextKey
from nuchal.rules.truths import evaluate
from nuchal.rules.vocabulary import Match, VocabularyWord, WordKind
from nuchal.terminology import ICD_10, ICD_10_CM, VOCABULARY, canonical_system

Code = tuple[str, str]

_ICD: Final = frozenset({ICD_10_CM, ICD_10})
_ICD_CATEGORY: Final = 3
# ICD-10-CM guidelines, I.C.19.a: the seventh character of injuries; D later encounter, S sequela
_ICD_LATER_ENCOUNTER: Final = re.compile(r"[ST].{5}[DS]")
_COMPLAINTS: Final = frozenset({WordKind.SYMPTOM, WordKind.SIGN})
_NEAR_KINDS: Final = frozenset({WordKind.SYMPTOM, WordKind.SIGN, WordKind.EXPOSURE})
_NEAR_LEAST: Final = 2
_NEAR_OTHERS: Final = 2


@dataclass(frozen=True, slots=True)
class Coded:
    """A word that a code means, and how it relates to it."""

    word: str
    match: Match


@dataclass(frozen=True, slots=True)
class _NearText:
    """One synonym as near matching sees it: its weighty words, and all words of its spellings."""

    key: frozenset[str]
    spelled: frozenset[str]
    words: tuple[str, ...]


class VocabularyIndex:
    """Looks up codes, texts, and which words follow from onset and severity of others."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.words: Mapping[str, VocabularyWord] = ruleset.vocabulary
        self.language = ruleset.language
        self.key = TextKey(ruleset.language)
        self.relations = frozenset(word for text in self.language.relations for word in self.key.words(text))
        self.longest_look_back = max((word.look_back_days or 0 for word in self.words.values() if word.kind in _COMPLAINTS), default=0)
        self._codes = _codes(self.words.values())
        self._texts = _texts(self.words.values(), self.key)
        self._near = self._near_texts()
        self._telling = _telling_words(self.words.values(), self.key) - self.relations
        families = {of: _family(ruleset, of) for of in _targets(self.words.values())}
        self.onset_words = _followers(families, {word.id: word.onset.of for word in self.words.values() if word.onset})
        self.severity_words = _followers(families, {word.id: word.severity.of for word in self.words.values() if word.severity})

    def by_code(self, system: str, code: str) -> tuple[Coded, ...]:
        """The words that a code means; a code of ICD-10 that is not held is read as its nearest parent that is."""
        system = canonical_system(system)
        if system not in _ICD:
            return self._codes.get((system, code), ())
        plain = icd_plain(code)
        if _ICD_LATER_ENCOUNTER.fullmatch(plain):
            return ()
        for length in range(len(plain), _ICD_CATEGORY - 1, -1):
            found = self._codes.get((system, plain[:length]))
            if found:
                return found
        return ()

    def by_text(self, text: str) -> tuple[str, ...]:
        """The words of which `text` is a synonym."""
        return self._texts.get(self.key(text), ())

    def near(self, text: str) -> tuple[str, ...]:
        """The words that `text` nearly means (DESIGN 3).

        It holds every word of one synonym of two words or more and at most two others,
        and no word that denies, relates, times or relieves. Of several synonyms the longest.
        """
        weighty = frozenset(self.key.weighty_words(text))
        spelled = frozenset(self.key.words(text))
        candidates = {id(near): near for word in weighty for near in self._near.get(word, ())}
        held = [
            near
            for near in candidates.values()
            if near.key <= weighty
            and len(weighty) - len(near.key) <= _NEAR_OTHERS
            and self.relations.isdisjoint((weighty | spelled) - near.key - near.spelled)
        ]
        longest = max((len(near.key) for near in held), default=0)
        return tuple(sorted({word for near in held if len(near.key) == longest for word in near.words}))

    def is_telling(self, text: str) -> bool:
        """Whether `text` reads as a symptom or sign: it shares a word with their names that no other kind of word uses."""
        return not self._telling.isdisjoint(self.key.weighty_words(text))

    def _near_texts(self) -> Mapping[str, tuple[_NearText, ...]]:
        """Synonyms under the rarest of their words, so that a text looks at few of them."""
        spelled: dict[str, set[str]] = defaultdict(set)
        found: dict[str, set[str]] = defaultdict(set)
        for word in self.words.values():
            if word.kind in _NEAR_KINDS:
                for text in word.synonyms:
                    found[self.key(text)].add(word.id)
                    spelled[self.key(text)].update(self.key.words(text))
        frequency: dict[str, int] = defaultdict(int)
        for key in found:
            for part in key.split():
                frequency[part] += 1
        texts: dict[str, list[_NearText]] = defaultdict(list)
        for key, meant in found.items():
            parts = key.split()
            if len(parts) >= _NEAR_LEAST:
                rarest = min(parts, key=lambda part: (frequency[part], part))
                texts[rarest].append(_NearText(frozenset(parts), frozenset(spelled[key]), tuple(sorted(meant))))
        return {part: tuple(near) for part, near in texts.items()}


def icd_plain(code: str) -> str:
    """An ICD-10 code without dot and in capitals, as codes are compared."""
    return code.replace(".", "").strip().upper()


def comparable(system: str, code: str) -> Code:
    """A code as it is compared: system in its usual spelling, ICD-10 without dots."""
    system = canonical_system(system)
    return (system, icd_plain(code) if system in _ICD else code)


def _codes(vocabulary: Iterable[VocabularyWord]) -> Mapping[Code, tuple[Coded, ...]]:
    codes: dict[Code, list[Coded]] = defaultdict(list)
    for word in vocabulary:
        codes[VOCABULARY, word.id].append(Coded(word.id, Match.EQUIVALENT))
        for mapping in word.codes:
            codes[comparable(mapping.coding.system, mapping.coding.code)].append(Coded(word.id, mapping.match))
    return {code: tuple(meant) for code, meant in codes.items()}


def _texts(vocabulary: Iterable[VocabularyWord], key: TextKey) -> Mapping[str, tuple[str, ...]]:
    """Synonyms, and titles where they are nobody's synonym."""
    by_synonym: dict[str, set[str]] = defaultdict(set)
    by_title: dict[str, set[str]] = defaultdict(set)
    for word in vocabulary:
        by_title[key(word.title)].add(word.id)
        for text in word.synonyms:
            by_synonym[key(text)].add(word.id)
    return {text: tuple(sorted(meant)) for text, meant in (by_title | by_synonym).items() if text}


def _telling_words(vocabulary: Iterable[VocabularyWord], key: TextKey) -> frozenset[str]:
    """Words in names of symptoms and signs and of nothing else: pain and numb, but not blood or pressure.

    General, and it follows the vocabulary: words that laboratory values, drugs and
    histories share would make half of a chart read as a symptom.
    """
    complaints: set[str] = set()
    others: set[str] = set()
    for word in vocabulary:
        names = complaints if word.kind in _COMPLAINTS else others
        for text in (word.title, *word.synonyms):
            names.update(part for part in key.weighty_words(text) if len(part) > 2)
    return frozenset(complaints - others)


def _targets(vocabulary: Iterable[VocabularyWord]) -> frozenset[str]:
    """The words of which onset or severity say something."""
    onsets = (word.onset.of for word in vocabulary if word.onset)
    severities = (word.severity.of for word in vocabulary if word.severity)
    return frozenset((*onsets, *severities))


def _family(ruleset: Ruleset, of: str) -> frozenset[str]:
    """`of` and the words whose presence alone derives it: a thunderclap headache is a headache."""
    family: set[str] = set()
    open_words = [of]
    while open_words:
        word = open_words.pop()
        family.add(word)
        derived = ruleset.derived.get(word)
        if derived and derived.present_when:
            condition = derived.present_when
            alone = (other for other in words(condition) if evaluate(condition, {other: State(Presence.PRESENT)}) is Truth.TRUE)
            open_words += [other for other in alone if other not in family]
    return frozenset(family)


def _followers(families: Mapping[str, frozenset[str]], followed: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """For each word, the words that follow from what is said of it."""
    followers: dict[str, list[str]] = defaultdict(list)
    for follower, of in sorted(followed.items()):
        for member in families[of]:
            followers[member].append(follower)
    return {word: tuple(found) for word, found in followers.items()}
