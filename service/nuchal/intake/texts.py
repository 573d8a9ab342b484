"""Free texts: which words of the vocabulary they assert or deny (DESIGN 3)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from nuchal.findings import Recognition
from nuchal.intake.vocabulary_index import VocabularyIndex
from nuchal.rules.vocabulary import Match, WordKind

_LONGEST: Final = 500  # characters; what is longer is a narrative and not a name
_SENTENCES: Final = re.compile(r"[;\n]|\.(?=\s|$)")
_COMMA: Final = re.compile(r"\s*,\s*")
# Words that join findings; a rule of languages, not of medicine. English and German, as the vocabulary.
_OR: Final = r"(?:,?\s+(?:or|nor|oder)\s+|\s*/\s*)"
_ANY_OF: Final = re.compile(_OR, re.IGNORECASE)
_JOINTS: Final = re.compile(rf"{_OR}|,?\s+(?:and|und)\s+|\s*&\s*|\s*,\s*", re.IGNORECASE)
_JOINED: Final = re.compile(rf"{_OR}|\s+(?:and|und)\s+|\s*&\s*", re.IGNORECASE)
_WHOLE_ONLY: Final = frozenset({WordKind.NUMBER, WordKind.HISTORY, WordKind.MEDICATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A word that a code or text names, and how; `negated` when the text denies it."""

    word: str
    match: Match
    how: Recognition
    negated: bool = False


@dataclass(frozen=True, slots=True)
class TextReading:
    """What a text says, and the parts of it that say nothing to us."""

    words: tuple[Recognised, ...] = ()
    leftovers: tuple[str, ...] = ()


class TextReader:
    """Reads texts in the words of one vocabulary."""

    def __init__(self, index: VocabularyIndex) -> None:
        self._index = index
        key, language = index.key, index.language
        self._prefixes = _longest_first(key.normal(text) for text in language.negations)
        self._suffixes = _longest_first(key.normal(text) for text in language.absent_texts)

    def read(self, text: str) -> TextReading:
        """The words that `text` asserts or denies; all of it left over when it is none of ours."""
        if not text.strip() or len(text) > _LONGEST:
            return TextReading(leftovers=(text,) if text.strip() else ())
        whole = self._statement(text)
        if whole:
            return TextReading(whole)
        sentences = [sentence for sentence in _SENTENCES.split(text) if sentence.strip()]
        readings = [self._sentence(sentence.strip()) for sentence in sentences]
        return _together(readings, Match.EQUIVALENT if len(readings) == 1 else Match.IMPLIES)

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
        normal = self._index.key.normal(text)
        return any(normal == prefix or normal.startswith(prefix + " ") for prefix in self._prefixes)

    def _statement(self, text: str) -> tuple[Recognised, ...]:
        """A text that is one finding, asserted or denied."""
        names = self.names(text)
        if names:
            return names
        denied = self._without_denial(text)
        return tuple(replace(found, negated=True) for found in self.names(denied)) if denied else ()

    def _without_denial(self, text: str) -> str | None:
        """What `text` denies: "no fever", "fever: absent"; None when it denies nothing."""
        normal = self._index.key.normal(text)
        for prefix in self._prefixes:
            if normal.startswith(prefix + " "):
                return normal[len(prefix) + 1 :]
        for suffix in self._suffixes:
            if normal.endswith(" " + suffix):
                return normal[: -len(suffix) - 1]
        return None

    def _sentence(self, text: str) -> TextReading:
        whole = self._statement(text)
        if whole:
            return TextReading(whole)
        parts = [part for part in _JOINTS.split(text) if part.strip()]
        if len(parts) > 1:
            reading = self._parts(text, parts)
            if reading.words:
                return reading
        near = tuple(
            Recognised(word=word, match=Match.IMPLIES, how=Recognition.NEAR_TEXT)
            for word in self._index.near(text)  # a denial is one of the words that forbid it
        )
        return TextReading(near, () if near else (text,))

    def _parts(self, text: str, parts: list[str]) -> TextReading:
        """Findings joined in one sentence: "X and Y", "X, Y", "no X, Y or Z"."""
        if _ANY_OF.search(text) and not re.search(r"\s(?:and|und)\s", text, re.IGNORECASE):
            reading = self._any_of(parts)
            if reading.words:
                return reading
        if not _JOINED.search(text):
            return _together(self._listed(_COMMA.split(text)), Match.IMPLIES)
        readings = [self._part(part) for part in parts]
        understood = all(reading.words for reading in readings)
        # "no X and Y" may deny the pair alone: nothing is said of Y
        denial = any(found.negated for reading in readings for found in reading.words)
        return _together(readings, Match.IMPLIES) if understood and not denial else TextReading(leftovers=(text,))

    def _any_of(self, parts: list[str]) -> TextReading:
        """Each part of "X or Y" is asserted or denied, of "no X, Y or Z" denied; every part must be understood."""
        denied = self._without_denial(parts[0])
        if denied is not None and not self.names(parts[0]):
            readings = [self._part(denied), *(self._part(part) for part in parts[1:])]
            readings = [TextReading(tuple(replace(found, negated=True) for found in reading.words)) for reading in readings]
        else:
            readings = [self._part(part) for part in parts]
        understood = all(reading.words for reading in readings)
        return _together(readings, Match.EQUIVALENT) if understood else TextReading()

    def _listed(self, parts: list[str]) -> list[TextReading]:
        """Parts between commas. Behind a denial a bare part is left over: "no fever, rash" may deny both or one."""
        readings: list[TextReading] = []
        denial = False
        for part in parts:
            reading = self._part(part)
            negated = any(found.negated for found in reading.words)
            readings.append(TextReading(leftovers=(part,)) if denial and not negated else reading)
            denial = denial or negated
        return readings

    def _part(self, text: str) -> TextReading:
        """A part of a text; numbers, histories and drugs are never matched on one."""
        words = self._index.words
        found = tuple(found for found in self._statement(text) if words[found.word].kind not in _WHOLE_ONLY)
        return TextReading(found, () if found else (text.strip(),))


def _by_text(word: str) -> Recognised:
    return Recognised(word=word, match=Match.EQUIVALENT, how=Recognition.TEXT)


def _together(readings: list[TextReading], match: Match) -> TextReading:
    """Several readings as one; with IMPLIES, that all of it is absent says nothing on each."""
    words = [found if match is Match.EQUIVALENT else replace(found, match=match) for reading in readings for found in reading.words]
    return TextReading(tuple(words), tuple(left for reading in readings for left in reading.leftovers))


def _longest_first(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({text for text in texts if text}, key=lambda text: (-len(text), text)))
