"""Free texts: which words of the vocabulary they assert or deny (DESIGN 3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from nuchal.findings import Recognition
from nuchal.intake.clauses import Clauses
from nuchal.intake.recognised import Recognised, TextReading
from nuchal.intake.sentences import SentenceReader
from nuchal.intake.vocabulary_index import VocabularyIndex
from nuchal.rules.text import Words
from nuchal.rules.vocabulary import Match

_LISTING: Final = frozenset(",;+&\n")  # a text with one of these may be a list
_LONGEST: Final = 500  # characters; what is longer is a narrative and not a name


class TextReader:
    """Reads texts in the words of one vocabulary."""

    def __init__(self, index: VocabularyIndex) -> None:
        self._index = index
        key, language = index.key, index.language
        self._prefixes = _longest_first((key.words(text) for text in language.negations), 0)
        self._suffixes = _longest_first((key.words(text) for text in language.absent_texts), -1)
        self._clauses = Clauses(language, key)
        self._sentences = SentenceReader(index)

    def read(self, text: str) -> TextReading:
        """The words that `text` asserts or denies; all of it left over when it is none of ours."""
        if not text.strip() or len(text) > _LONGEST:
            return TextReading(leftovers=(text,) if text.strip() else ())
        whole = self._statement(text) if "?" not in text.strip().rstrip("?") else ()  # ?meningitis
        if whole and _LISTING.isdisjoint(text):
            return TextReading(whole)
        if not whole and not self._index.holds_name(self._clauses.words(text)):
            return TextReading(leftovers=(text,))  # nearly every text, at a fraction of the cost
        reading = self._parts(text)
        # a list may be a name as well: "Fever, unspecified", "fever, chills"
        return TextReading(whole) if whole and (reading.leftovers or len(reading.words) <= len(whole)) else reading

    def _parts(self, text: str) -> TextReading:
        sentences = list(self._clauses.sentences(text))
        readings = [self._sentences.read(sentence, is_whole=len(sentences) == 1) for sentence in sentences]
        if len(readings) == 1:
            return readings[0] if readings[0].words else TextReading(leftovers=(text,))
        words = (replace(found, match=Match.IMPLIES) for reading in readings for found in reading.words)
        return TextReading(tuple(words), tuple(left for reading in readings for left in reading.leftovers))

    def names(self, text: str) -> tuple[Recognised, ...]:
        """The words of which the whole of `text` is a synonym."""
        return tuple(_by_text(word) for word in self._index.by_text(text))

    def names_at(self, site: str, text: str) -> tuple[Recognised, ...]:
        """The words that `text` asserts or denies at `site`: "pain" or "no pain" at "head"."""
        denied = self._without_denial(text)
        if denied is None:
            return self.names(f"{site} {text}")
        return tuple(replace(found, negated=True) for found in self.names(f"{site} {denied}"))

    def begins_with_denial(self, text: str) -> bool:
        """Whether `text` begins with a negation, whatever it denies."""
        words = self._index.key.words(text)
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


def _by_text(word: str) -> Recognised:
    return Recognised(word=word, match=Match.EQUIVALENT, how=Recognition.TEXT)


def _longest_first(phrases: Iterable[Words], place: int) -> Mapping[str, tuple[Words, ...]]:
    """Phrases under their words at `place`, the longest first."""
    found: dict[str, list[Words]] = defaultdict(list)
    for phrase in sorted({phrase for phrase in phrases if phrase}, key=lambda words: (-len(words), words)):
        found[phrase[place]].append(phrase)
    return {word: tuple(under) for word, under in found.items()}
