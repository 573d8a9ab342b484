"""One phrase: the words of which it is a synonym once what does not change their presence is set aside."""

from collections.abc import Iterable, Sequence
from itertools import chain, combinations
from typing import Final

from nuchal.intake.clauses import SET_ASIDE, Mark, Piece
from nuchal.intake.recognised import Detail
from nuchal.intake.vocabulary_index import VocabularyIndex

_MOST_KEPT: Final = 5  # modifiers that are tried in all their combinations


class PhraseReader:
    """Looks phrases up in one vocabulary."""

    def __init__(self, index: VocabularyIndex) -> None:
        self._index = index
        self._key = index.key
        self._sides = {index.key.words(text): index.key.words(side) for text, side in index.language.site_texts.items()}

    def words(
        self, pieces: Sequence[Piece], *, is_asserted: bool = True, before: Sequence[str] = (), behind: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """The words that `pieces` name; `before` and `behind` are further words that belong to them.

        Who has a new headache on the left has a headache, a new one, and one on one side: of
        what is asserted every modifier may be kept or set aside. Who has no severe headache
        may have another: what is denied keeps its modifiers.
        """
        kept, loose = list(before), []
        for piece in pieces:
            if piece.mark is Mark.FILLER or (is_asserted and piece.mark is Mark.MODIFIER):
                loose.append(piece)
            elif piece.mark not in SET_ASIDE or not is_asserted:
                kept += piece.words
        kept += behind
        known = self._index.known_words
        required = frozenset(self._key.weighty(kept)) if kept else frozenset()
        if not required or not required <= known:
            return ()
        optional = [more - required for more in self._optional(loose) if more <= known and not more <= required] if loose else []
        if not optional:
            return self._index.by_words(required)
        sizes = range(len(optional) + 1) if len(optional) <= _MOST_KEPT else (0, 1, len(optional))
        tried = chain.from_iterable(combinations(optional, size) for size in sizes)
        return tuple(sorted({word for more in tried for word in self._index.by_words(required.union(*more))}))

    def _optional(self, pieces: Iterable[Piece]) -> list[frozenset[str]]:
        """The words of each modifier; a side and a severity also as the synonyms call it: left, one side."""
        spelled = (words for piece in pieces for words in (piece.words, self._sides.get(piece.words, ()), (piece.level or "",)))
        return list(dict.fromkeys(frozenset(self._key.weighty(words)) for words in spelled if words and words[0]))


def detail_of(pieces: Iterable[Piece]) -> Detail | None:
    """What the modifiers among `pieces` say beside the finding; the first of each counts."""
    pieces = list(pieces)
    level = next((piece.level for piece in pieces if piece.level), None)
    score = next((piece.score for piece in pieces if piece.score is not None), None)
    told = next((piece.told for piece in pieces if piece.told), None)
    return Detail(level=level, score=score, told=told) if level or score is not None or told else None
