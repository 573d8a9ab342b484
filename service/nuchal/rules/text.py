"""The key by which two texts are the same text."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from nuchal.rules.vocabulary import Language

# Semantic tags at the end of SNOMED CT fully specified names (SNOMED CT Editorial Guide, "Semantic tag").
_TAGS: Final = re.compile(
    r"\((?:finding|disorder|situation|event|procedure|regime/therapy|symptom|observable entity|substance|product|medicinal product|"
    r"qualifier value|morphologic abnormality|body structure)\)",
    re.IGNORECASE,
)
_APOSTROPHES: Final = re.compile("['`\u2019\u00b4]")
_NO_WORD: Final = re.compile(r"[\W_]+")


class TextKey:
    """Turns a text into its key; texts with the same key say the same.

    Lower case, accents and hierarchy tags removed, spelling folded, plural s dropped,
    phrases replaced by their equivalents, words without weight dropped, the rest sorted.
    A text of nothing but weightless words keeps them. The empty key is no text at all.
    """

    def __init__(self, language: Language) -> None:
        self._spelling = language.spelling
        self._neutral = frozenset(word for text in language.neutral for word in self.words(text))
        self._equivalents = {self.normal(phrase): self.normal(other) for phrase, other in language.equivalents.items()}
        self._phrases = _any_of(self._equivalents)

    def __call__(self, text: str) -> str:
        """The key of `text`."""
        words = self.weighty_words(text)
        return " ".join(sorted(set(words)))

    def weighty_words(self, text: str) -> tuple[str, ...]:
        """The words that the key is made of, in the order of the text."""
        words = self._replaced(self.normal(text)).split()
        return tuple(word for word in words if word not in self._neutral) or tuple(words)

    def normal(self, text: str) -> str:
        """`text` with its words folded and in their order, nothing dropped or replaced."""
        return " ".join(self.words(text))

    def words(self, text: str) -> tuple[str, ...]:
        """The words of `text`, in its order, each folded to lower case, plain letters, one spelling and the singular."""
        plain = _APOSTROPHES.sub("", _without_accents(_TAGS.sub(" ", text)))
        return tuple(self._folded(word) for word in _NO_WORD.split(plain) if word)

    def _folded(self, word: str) -> str:
        for british, american in self._spelling:
            word = word.replace(british, american)
        return _singular(word)

    def _replaced(self, normal: str) -> str:
        if self._phrases is None:
            return normal
        return self._phrases.sub(lambda found: self._equivalents[found[0]], normal)


def _without_accents(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _singular(word: str) -> str:
    """English plurals; short words and endings that are no plural (loss, sinus, meningitis) stay."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _any_of(phrases: Mapping[str, str]) -> re.Pattern[str] | None:
    """One pattern for all phrases as whole words, the longest first."""
    longest_first: Iterable[str] = sorted((phrase for phrase in phrases if phrase), key=lambda phrase: (-len(phrase), phrase))
    pattern = "|".join(re.escape(phrase) for phrase in longest_first)
    return re.compile(rf"\b(?:{pattern})\b") if pattern else None
