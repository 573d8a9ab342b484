"""From codes and texts to words of the vocabulary; built once for a ruleset."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from nuchal.findings import Presence, State
from nuchal.rules.conditions import Truth, words
from nuchal.rules.model import Ruleset
from nuchal.rules.text import TextKey
from nuchal.rules.truths import evaluate
from nuchal.rules.vocabulary import CountedFrom, Match, VocabularyWord, WordKind
from nuchal.terminology import ICD_10, ICD_10_CM, VOCABULARY, canonical_system

Code = tuple[str, str]

_ICD: Final = frozenset({ICD_10_CM, ICD_10})
_ICD_CATEGORY: Final = 3
# ICD-10-CM guidelines, I.C.19.a: the seventh character of injuries; A to C is the first encounter, D to R a later one, S a sequela
_ICD_LATER_ENCOUNTER: Final = re.compile(r"[ST].{5}[D-S]")
_OF_ATC: Final = re.compile(r"[A-Z]\d\d[A-Z]{2}(?:\d\d)?")  # German catalogues share the beginning of their addresses
_ICD_SIGNS: Final = "-*+!†"  # ICD-10, volume 2, 2.4 and ICD-10-GM
_COMPLAINTS: Final = frozenset({WordKind.SYMPTOM, WordKind.SIGN})
_NEVER_A_PART: Final = frozenset({WordKind.NUMBER, WordKind.MEDICATION})
_NEAR_KINDS: Final = frozenset({WordKind.SYMPTOM, WordKind.SIGN, WordKind.EXPOSURE})
_CODING: Final = ("system", "code", "display")
_UNIT_NAME: Final = 4  # letters; shorter ones (min, F) are other words as well
_NEAR_LEAST: Final = 2
_NEAR_OTHERS: Final = 2


@dataclass(frozen=True, slots=True)
class Coded:
    """A word that a code means, and how it relates to it."""

    word: str
    match: Match


@dataclass(frozen=True, slots=True)
class Dated:
    """A number of time that is counted from the date that something has."""

    word: str
    date: CountedFrom


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
        self.key.keep(_own_texts(self.words.values()))
        self.relations = frozenset(word for text in self.language.relations for word in self.key.words(text))
        self.weightless = self.relations.union(*(self.key.words(text) for text in ruleset.language.neutral))
        self.unit_names = _unit_names(ruleset.language.unit_spellings, self.key)
        self.longest_look_back = max((word.look_back_days or 0 for word in self.words.values() if word.kind in _COMPLAINTS), default=0)
        self.courses = tuple(word for word in self.words.values() if word.rising or word.diary)
        self._codes = _codes(self.words.values())
        codings = (code.coding for word in self.words.values() for code in word.codes)
        self._own_codings = frozenset((coding.system, coding.code, coding.display) for coding in codings)
        self._texts = _texts(self.words.values(), self.key)
        self.known_words = frozenset(part for text in self._texts for part in text.split())
        self._by_rarest = _by_rarest(
            text for text, meant in self._texts.items() if any(self.words[one].kind not in _NEVER_A_PART for one in meant)
        )
        self._near = self._near_texts()
        named = frozenset(word for text in self.language.telling for word in self.key.weighty_words(text))
        self._telling = (_telling_words(self.words.values(), self.key) | named) - self.relations
        self._dates = _dates(self.words.values(), self.key)
        self._pain_sites = self._words_of_pain_sites(ruleset)
        self.family_words = _of_relatives(self.words.values())
        markers = {self.key.normal(text) for text in ruleset.language.relatives}
        named_so = (word.id for word in self.words.values() if holds(markers, self.key.normal(word.title)))
        self.about_relatives = frozenset(named_so).union(word.id for word in self.words.values() if word.family)
        self.negations = frozenset(self.key.normal(text) for text in ruleset.language.negations)
        questions = {self.key.normal(word.question): word.id for word in self.words.values()}
        self._questions = {text: word for text, word in questions.items() if text}
        self.families = {of: _family(ruleset, of) for of in _targets(self.words.values())}
        self.onset_words = _followers(self.families, {word.id: word.onset.of for word in self.words.values() if word.onset})
        self.severity_words = _followers(self.families, {word.id: word.severity.of for word in self.words.values() if word.severity})

    def by_code(self, system: str, code: str) -> tuple[Coded, ...]:
        """The words that a code means; a code of ICD-10 that is not held is read as its nearest parent that is.

        A code of ICD-10 and its national modifications is also read as one of ICD-10-CM, which
        keeps the categories of ICD-10 (ICD-10-CM guidelines, introduction).
        """
        return next((found for pair in readings(canonical_system(system), code) if (found := self._codes.get(pair))), ())

    def own_coding(self, concept: Mapping[str, Any]) -> tuple[object, ...] | None:
        """What stands for `concept` when it is one coding as the vocabulary has it, and no text but its display; None for others."""
        codings = concept.get("coding")
        if not codings or len(codings) > 1 or len(concept) > 2 or len(codings[0]) != len(_CODING):
            return None
        coding = tuple(codings[0].get(name) for name in _CODING)
        is_own = coding in self._own_codings and (len(concept) == 1 or concept.get("text") == coding[-1])
        return (*coding, len(concept)) if is_own else None

    def by_text(self, text: str) -> tuple[str, ...]:
        """The words of which `text` is a synonym."""
        return self._texts.get(self.key(text), ())

    def by_words(self, words: Iterable[str]) -> tuple[str, ...]:
        """The words of which these weighty words are a synonym."""
        return self._texts.get(" ".join(sorted(words)), ())

    def holds_name(self, words: frozenset[str]) -> bool:
        """Whether all words of a synonym are among the folded `words` of a text, without which no part of it says anything to us.

        Names of numbers and drugs do not count: they are never matched on a part.
        """
        held = self.key.with_equivalents(words)
        return any(key <= held for word in held for key in self._by_rarest.get(word, ()))

    def by_question(self, text: str) -> str | None:
        """The word that the vocabulary itself asks for in these words."""
        return self._questions.get(self.key.normal(text))

    def dates(self, codes: Iterable[Code], texts: Iterable[str]) -> tuple[Dated, ...]:
        """The numbers that are counted from the date of what has one of these codes or, without one, texts."""
        found = (next((dates for pair in readings(*code) if (dates := self._dates.get(pair))), ()) for code in codes)
        coded = [dated for dates in found for dated in dates]
        return tuple(coded or (dated for text in texts for dated in self._dates.get(self.key(text), ())))

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
        """Whether `text` reads as a symptom or sign, or as anything else on head, neck, back or a red flag.

        It holds a one-word name of a symptom or sign (vertigo), or a word that the language
        file calls telling.
        """
        return not self._telling.isdisjoint(self.key.weighty_words(text))

    def is_on_pains(self, text: str) -> bool:
        """Whether `text` names head, neck or back, or one of the two pains."""
        return not self._pain_sites.isdisjoint(self.key.weighty_words(text))

    def _words_of_pain_sites(self, ruleset: Ruleset) -> frozenset[str]:
        """The sites at which "pain" is one of the two pains, and what names such a pain in one word."""
        roles = ruleset.roles
        pains = frozenset().union(*(_family(ruleset, word) for word in (roles.headache, roles.back_pain, *roles.back_equivalents)))
        located = [*self.language.located_codes.values()]
        sites = self.language.site_texts.items()
        texts = [text for text, site in sites if any(pains.intersection(self.by_text(f"{site} {pain}")) for pain in located)]
        keys = (self.key.weighty_words(text) for word in pains if word in self.words for text in self.words[word].synonyms)
        return frozenset((*(word for text in texts for word in self.key.weighty_words(text)), *(key[0] for key in keys if len(key) == 1)))

    def _near_texts(self) -> Mapping[str, tuple[_NearText, ...]]:
        """Synonyms under the rarest of their words, so that a text looks at few of them."""
        spelled: dict[str, set[str]] = defaultdict(set)
        found: dict[str, set[str]] = defaultdict(set)
        for word in self.words.values():
            if word.kind in _NEAR_KINDS:
                for text in word.synonyms:
                    key = self.key(text)
                    found[key].add(word.id)
                    spelled[key].update(self.key.words(text))
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
    """An ICD-10 code without dot and signs (dagger, asterisk, the dash of an open code), in capitals, as codes are compared."""
    return code.replace(".", "").strip().rstrip(_ICD_SIGNS).upper()


def comparable(system: str, code: str) -> Code:
    """A code as it is compared: system in its usual spelling, ICD-10 without dots."""
    system = canonical_system(system)
    return (system, icd_plain(code) if system in _ICD else code)


def readings(system: str, code: str) -> Iterator[Code]:
    """The codes as which `code` may be read, the nearest first."""
    if system not in _ICD:
        yield (system, code)
        return
    plain = icd_plain(code)
    if _ICD_LATER_ENCOUNTER.fullmatch(plain) or _OF_ATC.fullmatch(code):
        return
    for length in range(len(plain), _ICD_CATEGORY - 1, -1):
        yield from ((edition, plain[:length]) for edition in dict.fromkeys((system, ICD_10_CM)))


def _own_texts(vocabulary: Iterable[VocabularyWord]) -> frozenset[str]:
    """What the vocabulary itself calls things: many charts call them just so."""
    names = (text for word in vocabulary for text in (word.title, *word.synonyms))
    return frozenset((*names, *(code.coding.display for word in vocabulary for code in word.codes if code.coding.display)))


def _codes(vocabulary: Iterable[VocabularyWord]) -> Mapping[Code, tuple[Coded, ...]]:
    codes: dict[Code, list[Coded]] = defaultdict(list)
    for word in vocabulary:
        codes[VOCABULARY, word.id].append(Coded(word.id, Match.EQUIVALENT))
        for mapping in word.codes:
            codes[comparable(mapping.coding.system, mapping.coding.code)].append(Coded(word.id, mapping.match))
    return {code: tuple(meant) for code, meant in codes.items()}


def holds(phrases: Iterable[str], text: str) -> bool:
    """Whether `text` holds one of `phrases` as whole words; both as the key folds them."""
    return any(f" {phrase} " in f" {text} " for phrase in phrases)


def _unit_names(spellings: Mapping[str, str], key: TextKey) -> tuple[tuple[str, str], ...]:
    """Names of units as they stand inside other texts (days per month, Celsius) with their UCUM codes, the longest first."""
    names = {key.normal(text): unit for text, unit in spellings.items() if len(text) >= _UNIT_NAME and text.replace(" ", "").isalpha()}
    return tuple(sorted(names.items(), key=lambda name: (-len(name[0]), name)))


def _dates(vocabulary: Iterable[VocabularyWord], key: TextKey) -> Mapping[Code | str, tuple[Dated, ...]]:
    """Codes, and keys of texts, of what has a date from which numbers are counted."""
    dates: dict[Code | str, list[Dated]] = defaultdict(list)
    for word in vocabulary:
        for date in word.counted_from:
            codes = (comparable(coding.system, coding.code) for coding in date.codes)
            names: tuple[Code | str, ...] = (*codes, *(key(text) for text in date.synonyms))
            for name in dict.fromkeys(names):
                dates[name].append(Dated(word.id, date))
    return {name: tuple(found) for name, found in dates.items()}


def _of_relatives(vocabulary: Iterable[VocabularyWord]) -> Mapping[str, tuple[str, ...]]:
    """For each word, what it means when it is said of a relative."""
    meant: dict[str, list[str]] = defaultdict(list)
    for word in vocabulary:
        for said in word.family:
            meant[said].append(word.id)
    return {said: tuple(sorted(found)) for said, found in meant.items()}


def _texts(vocabulary: Iterable[VocabularyWord], key: TextKey) -> Mapping[str, tuple[str, ...]]:
    """Synonyms, and titles where they are nobody's synonym."""
    by_synonym: dict[str, set[str]] = defaultdict(set)
    by_title: dict[str, set[str]] = defaultdict(set)
    for word in vocabulary:
        by_title[key(word.title)].add(word.id)
        for text in word.synonyms:
            by_synonym[key(text)].add(word.id)
    return {text: tuple(sorted(meant)) for text, meant in (by_title | by_synonym).items() if text}


def _by_rarest(texts: Iterable[str]) -> Mapping[str, tuple[frozenset[str], ...]]:
    """The words of each key under the rarest of them."""
    keys = [frozenset(text.split()) for text in texts]
    frequency = Counter(word for key in keys for word in key)
    found: dict[str, list[frozenset[str]]] = defaultdict(list)
    for key in keys:
        found[min(key, key=lambda word: (frequency[word], word))].append(key)
    return {word: tuple(meant) for word, meant in found.items()}


def _telling_words(vocabulary: Iterable[VocabularyWord], key: TextKey) -> frozenset[str]:
    """Symptoms and signs that have a name of one word, which no other kind of word uses: vertigo, but not stress test.

    It follows the vocabulary. Words out of longer names (part, school, hand) would make half
    of a chart read as a symptom.
    """
    complaints: set[str] = set()
    others: set[str] = set()
    for word in vocabulary:
        for text in (word.title, *word.synonyms):
            parts = key.weighty_words(text)
            if word.kind not in _COMPLAINTS:
                others.update(parts)
            elif len(parts) == 1 and len(parts[0]) > 2:
                complaints.update(parts)
    return frozenset(complaints - others)


def _targets(vocabulary: Iterable[VocabularyWord]) -> frozenset[str]:
    """The words of which onset, severity or a diary say something."""
    onsets = (word.onset.of for word in vocabulary if word.onset)
    severities = (word.severity.of for word in vocabulary if word.severity)
    diaries = (word.diary.of for word in vocabulary if word.diary)
    return frozenset((*onsets, *severities, *diaries))


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
