"""The key by which two texts are the same text."""

import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from nuchal.rules.vocabulary import Language

# Semantic tags at the end of SNOMED CT fully specified names (SNOMED CT Editorial Guide, "Semantic tag").
_TAGS: Final = re.compile(
    r"\((?:finding|disorder|situation|event|procedure|regime/therapy|symptom|observable entity|substance|product|medicinal product|"
    r"qualifier value|morphologic abnormality|body structure)\)",
    re.IGNORECASE,
)
_APOSTROPHES: Final = re.compile("['`\u2019\u00b4]")
Words = tuple[str, ...]
_NO_WORD: Final = re.compile(r"[\W_]+")


class TextKey:
    """Turns a text into its key; texts with the same key say the same.

    Lower case, accents and hierarchy tags removed, spelling folded, plural s dropped,
    phrases replaced by their equivalents, words without weight dropped, the rest sorted.
    A text of nothing but weightless words keeps them. The empty key is no text at all.
    """

    def __init__(self, language: Language) -> None:
        self._kept: dict[str, tuple[Words, Words]] = {}
        self._spelling = language.spelling
        self._british = re.compile("|".join(re.escape(british) for british, _ in language.spelling) or r"(?!)")
        self._neutral = frozenset(word for text in language.neutral for word in self.words(text))
        self._equivalents = _by_first_word({self.words(phrase): self.words(other) for phrase, other in language.equivalents.items()})

    def __call__(self, text: str) -> str:
        """The key of `text`."""
        words = self.weighty_words(text)
        return " ".join(sorted(set(words)))

    def keep(self, texts: Iterable[str]) -> None:
        """Remember the words of `texts`, which must be those of a ruleset: what a patient's chart says is never kept."""
        for text in texts:
            words = tuple(map(sys.intern, self._folded(text)))
            self._kept[text] = (words, self.weighty(words))

    def weighty_words(self, text: str) -> tuple[str, ...]:
        """The words that the key is made of, in the order of the text."""
        kept = self._kept.get(text)
        return kept[1] if kept else self.weighty(self._folded(text))

    def weighty(self, words: Sequence[str]) -> tuple[str, ...]:
        """Of folded `words`, in their order, those that a key is made of."""
        replaced = self._replaced(words)
        if self._neutral.isdisjoint(replaced):
            return tuple(replaced)
        return tuple(word for word in replaced if word not in self._neutral) or tuple(replaced)

    def with_equivalents(self, words: frozenset[str]) -> frozenset[str]:
        """Folded `words`, and what stands for the phrases whose words are all among them."""
        phrases = (pair for word in self._equivalents.keys() & words for pair in self._equivalents[word])
        return words.union(*(other for phrase, other in phrases if words.issuperset(phrase)))

    def normal(self, text: str) -> str:
        """`text` with its words folded and in their order, nothing dropped or replaced."""
        return " ".join(self.words(text))

    def words(self, text: str) -> tuple[str, ...]:
        """The words of `text`, in its order, each folded to lower case, plain letters, one spelling and the singular."""
        kept = self._kept.get(text)
        return kept[0] if kept else self._folded(text)

    def _folded(self, text: str) -> tuple[str, ...]:
        plain = _without_accents(_APOSTROPHES.sub("", _TAGS.sub(" ", text) if "(" in text else text))
        words = _NO_WORD.split(plain)
        if self._british.search(plain):
            words = [self._american(word) for word in words]
        return tuple(_singular(word) for word in words if word)

    def _american(self, word: str) -> str:
        for british, american in self._spelling:
            word = word.replace(british, american)
        return word

    def _replaced(self, words: Sequence[str]) -> Sequence[str]:
        """`words` with each phrase replaced by its equivalent, once, from the left, the longest first."""
        if self._equivalents.keys().isdisjoint(words):
            return words
        replaced: list[str] = []
        place = 0
        while place < len(words):
            phrases = self._equivalents.get(words[place], ())
            found = next(((phrase, other) for phrase, other in phrases if tuple(words[place : place + len(phrase)]) == phrase), None)
            replaced += found[1] if found else (words[place],)
            place += len(found[0]) if found else 1
        return replaced


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


def _by_first_word(phrases: Mapping[Words, Words]) -> Mapping[str, tuple[tuple[Words, Words], ...]]:
    """Phrases with what stands for them, under their first words, the longest first."""
    found: dict[str, list[tuple[Words, Words]]] = defaultdict(list)
    for phrase, other in sorted(phrases.items(), key=lambda pair: (-len(pair[0]), pair)):
        if phrase:
            found[phrase[0]].append((phrase, other))
    return {word: tuple(pairs) for word, pairs in found.items()}
