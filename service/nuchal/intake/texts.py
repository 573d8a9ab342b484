"""Free texts: which words of the vocabulary they assert or deny (DESIGN 3)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from nuchal.findings import Recognition
from nuchal.intake.clauses import Clauses
from nuchal.intake.recognised import Detail, Recognised, TextReading
from nuchal.intake.sentences import SentenceReader
from nuchal.intake.vocabulary_index import VocabularyIndex
from nuchal.rules.text import Words
from nuchal.rules.vocabulary import Match

_LISTING: Final = frozenset(",;+&\n")  # a text with one of these may be a list
_LONGEST: Final = 500  # characters; what is longer is a narrative and not a name
# (-) fever, (+) chills; who writes the signs behind the findings: fever (-), chills (+)
SIGN: Final = re.compile(r"\(\s*([+\-\u2212\u2013])\s*\)")
_SIGN_BEFORE: Final = re.compile(rf"(?:^|[,;:.\n])\s*{SIGN.pattern}\s*\w")
_SIGN_BEHIND: Final = re.compile(rf"([^,;:.\n()]*[^,;:.\n()\s])\s*{SIGN.pattern}")
UNIT_OF_WEEKS: Final = "wk"
# how long a pregnancy has lasted: 32 weeks, 32+4 weeks, 32/40
_WEEKS: Final = re.compile(r"\b(\d{1,2})(?:\s*\+\s*([0-6]))?\s*(?:/\s*40|weeks?|wks?|wochen|ssw)\b", re.IGNORECASE)


class TextReader:
    """Reads texts in the words of one vocabulary."""

    def __init__(self, index: VocabularyIndex) -> None:
        self._index = index
        key, language = index.key, index.language
        self._prefixes = _longest_first((key.words(text) for text in language.negations), 0)
        self._suffixes = _longest_first((key.words(text) for text in language.absent_texts), -1)
        self._clauses = Clauses(language, key)
        self._sentences = SentenceReader(index)
        numbers = [word for word in index.words.values() if word.quantity and word.quantity.unit == UNIT_OF_WEEKS]
        self._counted = frozenset(date.needs for word in numbers for date in word.counted_from if date.needs)

    def read(self, text: str) -> TextReading:
        """The words that `text` asserts or denies; all of it left over when it is none of ours."""
        if not text.strip() or len(text) > _LONGEST:
            return TextReading(leftovers=(text,) if text.strip() else ())
        text = _signs_spelled(text)
        counted = self._in_weeks(text)
        if counted:
            return TextReading(counted)
        whole = self._statement(text) if "?" not in text.strip().rstrip("?") else ()  # ?meningitis
        if whole and _LISTING.isdisjoint(text):
            return TextReading(whole)
        if not whole and not self._index.holds_name(self._clauses.words(text)):
            return TextReading(leftovers=(text,))  # nearly every text, at a fraction of the cost
        reading = self._parts(text)
        # a list may be a name as well: "Fever, unspecified", "fever, chills"
        return TextReading(whole) if whole and (reading.leftovers or len(reading.words) <= len(whole)) else reading

    def _in_weeks(self, text: str) -> tuple[Recognised, ...]:
        """The state that a text names beside the weeks it has lasted: 32+4 weeks pregnant. Nothing for other texts."""
        weeks = _WEEKS.search(text)
        if weeks is None:
            return ()
        rest = self.names(f"{text[: weeks.start()]} {text[weeks.end() :]}")
        detail = Detail(weeks=int(weeks[1]) + int(weeks[2] or 0) / 7)
        return tuple(replace(found, match=Match.IMPLIES, detail=detail) for found in rest if found.word in self._counted)

    def _parts(self, text: str) -> TextReading:
        sentences = list(self._clauses.sentences(text))
        readings = [self._sentences.read(sentence, is_whole=len(sentences) == 1) for sentence in sentences]
        if len(readings) == 1:
            return readings[0] if readings[0].words else TextReading(leftovers=(text,))
        words = (replace(found, match=Match.IMPLIES) for reading in readings for found in reading.words)
        return TextReading(tuple(words), tuple(left for reading in readings for left in reading.leftovers))

    def names(self, text: str) -> tuple[Recognised, ...]:
        """The words of which the whole of `text` is a synonym."""
        return tuple(map(_by_text, self.words_named(text)))

    def words_named(self, text: str) -> tuple[str, ...]:
        """The same, without how."""
        return self._index.by_text(text) if "(" not in text or not SIGN.search(text) else ()

    def names_at(self, site: str, text: str) -> tuple[Recognised, ...]:
        """The words that `text` asserts or denies at `site`: "pain" or "no pain" at "head"."""
        denied = self._without_denial(text)
        if denied is None:
            return self.names(f"{site} {text}")
        return tuple(replace(found, negated=True) for found in self.names(f"{site} {denied}"))

    def begins_with_denial(self, text: str) -> bool:
        """Whether `text` begins with a negation, whatever it denies."""
        words = self._index.key.words(_signs_spelled(text))
        return any(words[: len(prefix)] == prefix for prefix in self._prefixes.get(words[0], ())) if words else False

    def _statement(self, text: str) -> tuple[Recognised, ...]:
        """A text that is one finding, asserted or denied."""
        names = self.names(text)
        if names:
            return names
        denied = self._without_denial(text)
        return tuple(replace(found, negated=True) for found in self.names(denied)) if denied else ()

    def _without_denial(self, text: str) -> str | None:
        """What `text` denies: "no fever", "fever: absent"; None when it denies nothing."""
        words = self._index.key.words(text)
        if not words:
            return None
        for prefix in self._prefixes.get(words[0], ()):
            if len(words) > len(prefix) and words[: len(prefix)] == prefix:
                return " ".join(words[len(prefix) :])
        for suffix in self._suffixes.get(words[-1], ()):
            if len(words) > len(suffix) and words[-len(suffix) :] == suffix:
                return " ".join(words[: -len(suffix)])
        return None


def _signs_spelled(text: str) -> str:
    """(-) and (+) in words, each before its finding; of one text all signs stand before the findings, or all behind."""
    if "(" not in text or not SIGN.search(text):
        return text
    if _SIGN_BEFORE.search(text):
        return SIGN.sub(lambda sign: _said_by(sign[1]), text).strip()
    return _SIGN_BEHIND.sub(lambda found: f"{_said_by(found[2])}{found[1].strip()},", text).strip(" ,")


def _said_by(sign: str) -> str:
    return " has " if sign == "+" else " no "


def _by_text(word: str) -> Recognised:
    return Recognised(word=word, match=Match.EQUIVALENT, how=Recognition.TEXT)


def _longest_first(phrases: Iterable[Words], place: int) -> Mapping[str, tuple[Words, ...]]:
    """Phrases under their words at `place`, the longest first."""
    found: dict[str, list[Words]] = defaultdict(list)
    for phrase in sorted({phrase for phrase in phrases if phrase}, key=lambda words: (-len(words), words)):
        found[phrase[place]].append(phrase)
    return {word: tuple(under) for word, under in found.items()}
