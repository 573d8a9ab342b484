"""A text in clauses: what stands between commas, "and", "with", "but", with the words that govern it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Final

from nuchal.intake.durations import Durations, Told
from nuchal.rules.text import TextKey
from nuchal.rules.vocabulary import Language

_TOKEN: Final = re.compile(r"[^\s,:?()\[\]]+|[,:?]")
_SHORT: Final = re.compile(r"[^\s,:?()\[\].;]+")
_SENTENCES: Final = re.compile(r"(;)|\n|\.(?=\s|$)")
_SCORE: Final = re.compile(r"(10|\d(?:\.\d)?)/10")
_OR: Final = ("or", "nor", "oder", "and/or")  # a rule of languages, not of medicine; English and German
_AND: Final = ("and", "und")
_LETTER: Final = 2  # n, 0, no: answers, and too short to deny inside a text


class Mark(IntEnum):
    """What a phrase does in its sentence; WORD is any other."""

    WORD = auto()
    COMMA = auto()
    AND = auto()
    OR = auto()
    SLASH = auto()
    WITH = auto()
    COLON = auto()
    QUESTION = auto()
    CONTRAST = auto()
    REPORT = auto()
    FILLER = auto()
    MODIFIER = auto()
    TIME = auto()
    SCORE = auto()
    DENIAL = auto()  # of all that follows: denies
    DENIAL_AT_ONCE = auto()  # no, not
    DOUBT = auto()
    UNSAID = auto()
    OVER = auto()
    RELATIVE = auto()
    HISTORY = auto()


DENIALS: Final = frozenset({Mark.DENIAL, Mark.DENIAL_AT_ONCE})
JOINTS: Final = frozenset({Mark.COMMA, Mark.AND, Mark.OR, Mark.SLASH, Mark.WITH, Mark.CONTRAST})
SET_ASIDE: Final = frozenset({Mark.FILLER, Mark.MODIFIER, Mark.TIME, Mark.SCORE})
_OPENINGS: Final = frozenset({*DENIALS, Mark.REPORT, Mark.DOUBT, Mark.HISTORY})  # a clause begins with them


@dataclass(frozen=True, slots=True)
class Piece:
    """One phrase of a text: what it does, its folded words, where it stands, and the level, score or time it gives."""

    mark: Mark
    words: tuple[str, ...]
    start: int
    end: int
    level: str | None = None
    score: float | None = None
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """Pieces between two joints, and the joint before them."""

    joint: Mark
    pieces: tuple[Piece, ...]

    @property
    def opening(self) -> tuple[Piece, ...]:
        """The pieces at its beginning that govern it."""
        length = next((number for number, piece in enumerate(self.pieces) if piece.mark not in _OPENINGS), len(self.pieces))
        return self.pieces[:length]

    @property
    def core(self) -> tuple[Piece, ...]:
        """What is left without its opening."""
        return self.pieces[len(self.opening) :]

    def has(self, marks: Iterable[Mark]) -> bool:
        """Whether a piece does one of these."""
        return any(piece.mark in marks for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The clauses of one sentence, and what stands before its colon."""

    text: str
    clauses: tuple[Clause, ...]
    label: tuple[Piece, ...] = field(default=())

    def spelled(self, pieces: Sequence[Piece]) -> str:
        """`pieces` as they are written."""
        return self.text[pieces[0].start : pieces[-1].end].strip() if pieces else ""


class Clauses:
    """Splits texts by the phrases of one language."""

    def __init__(self, language: Language, key: TextKey) -> None:
        phrases = language.phrases
        self._key = key
        self._shorthand = phrases.shorthand
        dotted = sorted((re.escape(text) for text in phrases.shorthand if "." in text), key=len, reverse=True)
        self._dotted = re.compile(rf"(?<!\w)(?:{'|'.join(dotted)})" if dotted else r"(?!)", re.IGNORECASE)
        self._meant = {text.lower(): meaning for text, meaning in phrases.shorthand.items()}
        self._durations = Durations(phrases, key)
        levels = {key.words(text): level for text, level in language.severity_texts.items()}
        at_once = {key.words(text) for text in phrases.at_once}
        marks: dict[tuple[str, ...], Mark] = {}
        for mark, texts in (
            (Mark.RELATIVE, language.relatives),
            (Mark.FILLER, phrases.fillers),
            (Mark.MODIFIER, (*phrases.modifiers, *language.severity_texts)),
            (Mark.UNSAID, phrases.unsaid),
            (Mark.OVER, phrases.over),
            (Mark.HISTORY, phrases.histories),
            (Mark.REPORT, phrases.reports),
            (Mark.CONTRAST, phrases.contrasts),
            (Mark.WITH, phrases.companions),
            (Mark.AND, (*_AND, *phrases.joints)),
            (Mark.OR, _OR),
            (Mark.DOUBT, phrases.doubts),
        ):
            marks |= {key.words(text): mark for text in texts}
        # behind a finding they deny it, before it as well: fever negative, negative Kernig sign
        marks |= {words: Mark.DENIAL_AT_ONCE for text in language.absent_texts if len(text) > _LETTER and (words := key.words(text))}
        for text in language.negations:
            marks[key.words(text)] = Mark.DENIAL_AT_ONCE if key.words(text) in at_once else Mark.DENIAL
        # a phrase that holds such a word and is one thing: pins and needles, worse with, not relieved, light sensitivity
        holding = frozenset(words[0] for words in marks if len(words) == 1)
        whole = {key.words(text) for text in language.equivalents}
        whole |= {words for text in language.equivalents.values() if _governs(words := key.words(text), marks)}
        marks |= {words: Mark.WORD for words in whole if len(words) > 1 and not holding.isdisjoint(words) and words not in marks}
        self._phrases = _by_first_word(marks, levels)

    def words(self, text: str) -> frozenset[str]:
        """The folded words of `text` in any order, with those that its shorthand stands for."""
        words = set(self._key.words(text))
        for raw in _SHORT.findall(text):
            meaning = self._shorthand.get(raw) or self._shorthand.get(raw.lower())
            if meaning:
                words.update(self._key.words(meaning))
        return frozenset(words)

    def sentences(self, text: str) -> Iterator[Sentence]:
        """The sentences of `text`, each in clauses."""
        text = self._dotted.sub(lambda found: self._meant[found[0].lower()], text) if "." in text else text
        for written in _lists_joined(_SENTENCES.split(text)):
            if written.strip():
                yield _sentence(written, self._pieces(written))

    def _pieces(self, text: str) -> list[Piece]:
        atoms = list(self._atoms(text))
        words = [word for word, _, _ in atoms]
        pieces: list[Piece] = []
        place = 0
        while place < len(atoms):
            length, piece = self._piece(atoms, words, place)
            pieces.append(piece)
            place += length
        return pieces

    def _piece(self, atoms: Sequence[tuple[str, int, int]], words: Sequence[str], place: int) -> tuple[int, Piece]:
        word, start, end = atoms[place]
        if word in _SIGNS:
            return 1, Piece(_SIGNS[word], (), start, end)
        score = _SCORE.fullmatch(word)
        if score:
            return 1, Piece(Mark.SCORE, (word,), start, end, score=float(score[1]))
        for phrase, mark, level in self._phrases.get(word, ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                found = len(phrase), Piece(mark, phrase, start, atoms[place + len(phrase) - 1][2], level)
                break
        else:
            found = 1, Piece(Mark.WORD, (word,), start, end)
        timed = self._durations.at(words, place)
        if timed and timed[0] >= found[0]:
            length, told = timed
            return length, Piece(Mark.TIME, tuple(words[place : place + length]), start, atoms[place + length - 1][2], told=told)
        return found

    def _atoms(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Folded words and signs, shorthand written out, each with its place in `text`."""
        for token in _TOKEN.finditer(text):
            yield from self._written_out(token[0], token.start(), token.end())

    def _written_out(self, raw: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
        if raw in _SIGNS:
            yield raw, start, end
            return
        bare = raw.rstrip(".!")
        meaning = self._shorthand.get(raw) or self._shorthand.get(bare) or self._shorthand.get(bare.lower())
        if meaning:
            for token in _TOKEN.finditer(meaning):
                yield from ((word, start, end) for word in ([","] if token[0] == "," else self._key.words(token[0])))
        elif "/" in raw and not raw[0].isdigit() and raw.lower()[:2] not in _TIMES:
            first, _, rest = raw.partition("/")
            if f"{first}/".lower() in self._shorthand:  # w/fever
                yield from self._written_out(f"{first}/", start, start + len(first) + 1)
            else:
                yield from self._written_out(first, start, start + len(first)) if first else ()
                yield "/", start + len(first), start + len(first) + 1
            yield from self._written_out(rest, start + len(first) + 1, end) if rest else ()
        elif "/" in raw or (raw[0].isdigit() and "-" in raw):
            yield raw.lower(), start, end
        else:
            yield from ((word, start, end) for word in self._key.words(raw))


_SIGNS: Final = {
    ",": Mark.COMMA,
    ":": Mark.COLON,
    "?": Mark.QUESTION,
    "+": Mark.AND,
    "&": Mark.AND,
    "/": Mark.SLASH,
    "-": Mark.COMMA,
}
_TIMES: Final = frozenset(f"x{digit}" for digit in "0123456789")


def _governs(words: Sequence[str], marks: Mapping[tuple[str, ...], Mark]) -> bool:
    """Whether one of `words` joins or denies."""
    return any(marks.get((word,)) in {*JOINTS, *DENIALS} for word in words)


def _by_first_word(
    marks: Mapping[tuple[str, ...], Mark], levels: Mapping[tuple[str, ...], str]
) -> Mapping[str, tuple[tuple[tuple[str, ...], Mark, str | None], ...]]:
    found: dict[str, list[tuple[tuple[str, ...], Mark, str | None]]] = defaultdict(list)
    for phrase in sorted(marks, key=lambda words: (-len(words), words)):
        if phrase:
            found[phrase[0]].append((phrase, marks[phrase], levels.get(phrase)))
    return {word: tuple(phrases) for word, phrases in found.items()}


def _lists_joined(parts: list[str | None]) -> Iterator[str]:
    """Sentences; what stands behind a semicolon belongs to the label before it: "denies: fever; vomiting"."""
    held = parts[0] or ""
    for sign, part in zip(parts[1::2], parts[2::2], strict=True):
        if sign and ":" in held and ":" not in (part or ""):
            held = f"{held},{part}"
        else:
            yield held
            held = part or ""
    yield held


def _sentence(text: str, pieces: list[Piece]) -> Sentence:
    colon = next((number for number, piece in enumerate(pieces) if piece.mark is Mark.COLON), 0)
    label = tuple(pieces[:colon])
    return Sentence(text, tuple(_clauses([piece for piece in pieces[colon:] if piece.mark is not Mark.COLON])), label)


def _clauses(pieces: Sequence[Piece]) -> Iterator[Clause]:
    joint = Mark.COMMA
    held: list[Piece] = []
    for number, piece in enumerate(pieces):
        is_question = piece.mark is Mark.QUESTION and number + 1 < len(pieces) and pieces[number + 1].mark not in JOINTS
        if piece.mark in JOINTS or (is_question and held) or (piece.mark in _OPENINGS and any(one.mark not in _OPENINGS for one in held)):
            if held:
                yield Clause(joint, tuple(held))
                joint, held = Mark.COMMA, []
            if piece.mark in JOINTS:
                joint = piece.mark if joint is Mark.COMMA or piece.mark is Mark.CONTRAST else joint  # ", and": and
        if is_question:
            held.append(Piece(Mark.DOUBT, (), piece.start, piece.end))
        elif piece.mark not in JOINTS and piece.mark is not Mark.QUESTION:
            held.append(piece)
    if held:
        yield Clause(joint, tuple(held))
