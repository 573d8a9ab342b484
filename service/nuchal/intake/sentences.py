"""One sentence: what its clauses assert, deny and doubt, and what governs them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from nuchal.findings import Recognition
from nuchal.intake.clauses import DENIALS, SET_ASIDE, Clause, Mark, Piece, Sentence
from nuchal.intake.phrases import PhraseReader, detail_of
from nuchal.intake.recognised import Recognised, TextReading
from nuchal.intake.vocabulary_index import VocabularyIndex
from nuchal.rules.vocabulary import Match, WordKind

_WHOLE_ONLY: Final = frozenset({WordKind.NUMBER, WordKind.HISTORY, WordKind.MEDICATION})
_NEVER: Final = frozenset({WordKind.NUMBER, WordKind.MEDICATION})  # of a text with more words than the name
_MOST_JOINED: Final = 3  # clauses that may be one name: severe, throbbing headache
_ELLIPSIS: Final = 2  # words that two findings may share: light or noise sensitivity
_EITHER: Final = frozenset({Mark.OR, Mark.SLASH})
_LIST: Final = frozenset({Mark.OR, Mark.SLASH, Mark.AND})


@dataclass(slots=True)
class _Unit:
    """One or more clauses that were read as one."""

    clauses: tuple[Clause, ...]
    words: tuple[Recognised, ...] = ()
    is_understood: bool = False

    @property
    def joint(self) -> Mark:
        return self.clauses[0].joint

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(piece for clause in self.clauses for piece in clause.pieces)

    @property
    def is_bare(self) -> bool:
        """Whether it is a name and nothing else, as the members of a list are."""
        return all(piece.mark is Mark.WORD for piece in self.pieces)


@dataclass(slots=True)
class _Scope:
    """What governs a clause until its sentence or its scope ends."""

    denial: Mark | None = None
    mode: Mark | None = None  # UNSAID, RELATIVE, HISTORY, DOUBT
    is_closed: bool = False  # behind a label that says what all of it is


class _Where(NamedTuple):
    """A place among the clauses of a sentence."""

    clauses: Sequence[Clause]
    place: int


class SentenceReader:
    """Reads sentences in the words of one vocabulary."""

    def __init__(self, index: VocabularyIndex) -> None:
        self._index = index
        self._phrases = PhraseReader(index)
        key, phrases = index.key, index.language.phrases
        self._headings = frozenset(key.normal(text) for text in phrases.headings)
        self._triggers = frozenset(word for text in phrases.triggers for word in key.words(text))
        self._sites = {key.normal(text): key.words(site) for text, site in index.language.site_texts.items()}

    def read(self, sentence: Sentence, *, is_whole: bool) -> TextReading:
        """What `sentence` says; `is_whole` when it is all of the text."""
        scope = _Scope()
        label = self._label(sentence, scope)
        if label is None:
            return TextReading(leftovers=(sentence.text.strip(),))
        units = self._units(sentence, scope, label)
        self._mend(units)
        self._limit_kinds(units, is_alone=is_whole and len(units) == 1)
        self._nearly(units, sentence, scope)
        lost = [unit for unit in units if not unit.is_understood]
        words = tuple(found for unit in units for found in unit.words)
        if label and any(unit.is_understood for unit in units) and not lost and not words:
            words = self._label_itself(label, units)
        if len(lost) == len(units) or not words:
            return TextReading(words, (sentence.text.strip(),) if not words else ())
        match = _match(units) if is_whole and not lost else Match.IMPLIES
        words = tuple(replace(found, match=_weaker(found.match, match)) for found in words)
        return TextReading(words, tuple(sentence.spelled(unit.pieces) for unit in lost))

    def _label(self, sentence: Sentence, scope: _Scope) -> tuple[str, ...] | None:
        """The words before the colon that each clause is read with; none of a heading. None: it may be about anything."""
        label = sentence.label
        if not label:
            return ()
        marks = {piece.mark for piece in label} - SET_ASIDE
        words = tuple(word for piece in label for word in piece.words)
        normal = " ".join(words)
        if normal in self._headings or (not marks or marks <= {Mark.REPORT}):
            return ()
        if Mark.RELATIVE in marks:
            scope.mode, scope.is_closed = Mark.RELATIVE, True
        elif Mark.HISTORY in marks:
            scope.mode, scope.is_closed = Mark.HISTORY, True
        elif marks <= DENIALS:
            scope.denial = Mark.DENIAL
        elif Mark.DOUBT in marks:
            scope.mode = Mark.DOUBT
        elif marks <= {Mark.WORD, Mark.AND}:
            return words
        else:
            return None
        return ()

    def _units(self, sentence: Sentence, scope: _Scope, label: tuple[str, ...]) -> list[_Unit]:
        units: list[_Unit] = []
        clauses = sentence.clauses
        place = 0
        while place < len(clauses):
            self._begin(clauses[place], scope)
            unit = self._unit(clauses, place, scope, label, units)
            if not unit.clauses[0].core and units and unit.clauses[0].has(DENIALS):
                _deny_backwards(units)
            elif unit.clauses[0].core:
                units.append(unit)
            self._end(unit, scope)
            place += len(unit.clauses)
        return units

    def _begin(self, clause: Clause, scope: _Scope) -> None:
        """End what a contrast or a report ends."""
        is_of_patient = any(piece.mark is Mark.REPORT and self._names_patient(piece) for piece in clause.opening)
        if clause.joint is Mark.CONTRAST or is_of_patient:
            scope.denial, scope.mode = None, None
        elif clause.has({Mark.REPORT}) and clause.opening:
            scope.denial = None
            scope.mode = scope.mode if scope.mode in {Mark.UNSAID, Mark.RELATIVE} or scope.is_closed else None

    @staticmethod
    def _names_patient(piece: Piece) -> bool:
        return "patient" in piece.words

    def _end(self, unit: _Unit, scope: _Scope) -> None:
        """What the unit leaves behind for the clauses that follow."""
        marks = {piece.mark for piece in unit.pieces}
        opening = {piece.mark for piece in unit.clauses[0].opening}
        if Mark.RELATIVE in marks:
            scope.mode = Mark.RELATIVE
        elif marks & {Mark.UNSAID, Mark.OVER} and scope.mode is not Mark.RELATIVE:
            scope.mode = Mark.UNSAID
            scope.is_closed = not unit.is_understood
        elif scope.mode is None or scope.mode in {Mark.DOUBT, Mark.HISTORY}:
            scope.mode = next((mark for mark in (Mark.DOUBT, Mark.HISTORY) if mark in opening), scope.mode)
        denial = next((mark for mark in (Mark.DENIAL, Mark.DENIAL_AT_ONCE) if mark in opening), None)
        scope.denial = denial or scope.denial

    def _unit(self, clauses: Sequence[Clause], place: int, scope: _Scope, label: tuple[str, ...], before: list[_Unit]) -> _Unit:
        """The longest run of clauses from `place` on that is one name, else the clause alone."""
        first = clauses[place]
        if not first.core:
            return _Unit((first,), is_understood=True)
        for length in range(min(_MOST_JOINED, len(clauses) - place), 1, -1):
            run = tuple(clauses[place : place + length])
            if any(clause.joint is Mark.CONTRAST or (clause.opening and not clause.has(DENIALS)) for clause in run[1:]):
                continue
            if first.has(DENIALS) or scope.denial or all(self._phrases.words(clause.core) for clause in run):
                continue  # each is one of its own
            words = self._said(run, scope, label, _Where(clauses, place))
            if words:
                return _Unit(run, words, is_understood=True)
        unit = _Unit((first,), self._said((first,), scope, label, _Where(clauses, place)))
        is_aside = _is_aside(first)
        unit.is_understood = bool(unit.words) or (is_aside and scope.denial is None and scope.mode is None)
        if is_aside and unit.is_understood:
            _tell_more(before, first)
        return unit

    def _said(self, run: tuple[Clause, ...], scope: _Scope, label: tuple[str, ...], where: _Where) -> tuple[Recognised, ...]:
        """What a run of clauses says under its own opening and what governs it."""
        first = run[0]
        pieces = tuple(piece for clause in run for piece in clause.pieces)
        core = (*first.core, *(piece for clause in run[1:] for piece in clause.pieces))
        opening = {piece.mark for piece in first.opening}
        mode = self._mode(first, scope)
        if mode is Mark.RELATIVE:
            return self._of_relative(pieces, core, is_denied=bool(DENIALS & opening) or scope.denial is not None)
        if mode is Mark.UNSAID:
            return ()
        joints = () if any(_is_aside(clause) for clause in run) else self._joints(run)
        if opening & {*DENIALS, Mark.HISTORY, Mark.DOUBT}:
            whole = self._phrases.words(pieces, behind=joints)  # not relieved by rest, history of cancer
            if whole and scope.denial is None:
                return self._found(whole, pieces, is_sure=mode is not Mark.DOUBT or Mark.DOUBT not in opening)
        denial = next((mark for mark in (Mark.DENIAL, Mark.DENIAL_AT_ONCE) if mark in opening), None)
        if denial is None and scope.denial is not None:
            return self._below_denial(run, core, scope, where)
        words = self._named(core, label or joints, where, is_asserted=denial is None, is_labelled=bool(label))
        if not words and where.place and first.joint is Mark.COMMA and not opening and not _is_aside(first):
            words = self._phrases.words(core, before=_plain(where.clauses[where.place - 1].core))  # headache, worse lying flat
        if mode is Mark.HISTORY:
            return self._of_past(words, core, scope, is_called_so=Mark.HISTORY in opening)
        is_sure = mode is not Mark.DOUBT
        return self._found(words, core, negated=denial is not None, is_sure=is_sure)

    @staticmethod
    def _joints(run: tuple[Clause, ...]) -> tuple[str, ...]:
        """The joints inside a run that are words of a name: sudden and severe."""
        spelled = {Mark.AND: "and", Mark.OR: "or"}
        return tuple(spelled[clause.joint] for clause in run[1:] if clause.joint in spelled)

    def _mode(self, clause: Clause, scope: _Scope) -> Mark | None:
        if clause.has({Mark.RELATIVE}):
            return Mark.RELATIVE
        if scope.mode is Mark.UNSAID and not scope.is_closed:
            words = {word for piece in clause.pieces for word in piece.words}
            governs = clause.joint in {*_LIST, Mark.WITH} or not self._triggers.isdisjoint(words)
            scope.mode = Mark.UNSAID if governs else None
        if scope.mode in {Mark.RELATIVE, Mark.UNSAID}:
            return scope.mode
        opening = {piece.mark for piece in clause.opening}
        return next((mark for mark in (Mark.DOUBT, Mark.HISTORY) if mark in opening), scope.mode)

    def _below_denial(self, run: tuple[Clause, ...], core: Sequence[Piece], scope: _Scope, where: _Where) -> tuple[Recognised, ...]:
        """A clause of a list that is denied: "denies X, Y and Z", "no X, Y or Z". "no X, Y" may deny both or one."""
        if any(piece.mark in {Mark.TIME, Mark.SCORE} for piece in core):
            if scope.denial is Mark.DENIAL_AT_ONCE and run[0].joint is Mark.COMMA:
                scope.denial = None
                return self._found(self._phrases.words(core), core)
            return ()
        is_list = run[0].joint in _EITHER or any(clause.joint is Mark.OR for clause in _until_opening(where.clauses[where.place + 1 :]))
        if scope.denial is Mark.DENIAL_AT_ONCE and not is_list:
            return ()
        words = self._named(core, self._joints(run), where, is_asserted=False)
        return self._found(words, core, negated=True)

    def _named(
        self, core: Sequence[Piece], more: tuple[str, ...], where: _Where, *, is_asserted: bool, is_labelled: bool = False
    ) -> tuple[str, ...]:
        """The words that a clause names with `more` words, a label or joints, or with words that it shares with its neighbour."""
        if not is_labelled:
            words = self._phrases.words(core, is_asserted=is_asserted, behind=more)
            return words or self._shared(core, where, is_asserted=is_asserted)
        words = self._phrases.words(core, is_asserted=is_asserted, before=more)
        site = self._sites.get(" ".join(more))
        if words or site is None:
            return words
        return self._phrases.words(core, is_asserted=is_asserted, before=site) or self._phrases.words(core, is_asserted=is_asserted)

    def _shared(self, core: Sequence[Piece], where: _Where, *, is_asserted: bool) -> tuple[str, ...]:
        """Light, in "light or noise sensitivity"; stiffness, in "neck pain or stiffness"."""
        clauses, place = where
        if not self._is_in_list(clauses, place) or sum(piece.mark in {Mark.WORD, Mark.MODIFIER} for piece in core) > _ELLIPSIS:
            return ()
        core = [replace(piece, mark=Mark.WORD) if piece.mark is Mark.MODIFIER else piece for piece in core]
        later, earlier = clauses[place + 1 : place + 2], clauses[max(place - 1, 0) : place]
        for length in range(1, _ELLIPSIS + 1):
            for other in later:
                spelled = _plain(other.core)
                if other.joint in _LIST and len(spelled) > length:
                    words = self._phrases.words(core, is_asserted=is_asserted, behind=spelled[-length:])
                    if words:
                        return words
            for other in earlier:
                spelled = _plain(other.core)
                if clauses[place].joint in _LIST and len(spelled) > length:
                    words = self._phrases.words(core, is_asserted=is_asserted, before=spelled[:length])
                    if words:
                        return words
        return ()

    @staticmethod
    def _is_in_list(clauses: Sequence[Clause], place: int) -> bool:
        return (place > 0 and clauses[place].joint in _LIST) or any(clause.joint in _LIST for clause in clauses[place + 1 : place + 2])

    def _of_relative(self, pieces: Sequence[Piece], core: Sequence[Piece], *, is_denied: bool) -> tuple[Recognised, ...]:
        """Family history, and nothing on the patient."""
        whole = self._phrases.words(pieces)
        if whole:
            return tuple(found for found in self._found(whole, ()) if found.word in self._index.about_relatives)
        said = [piece for piece in core if piece.mark is not Mark.RELATIVE and piece.mark not in {Mark.REPORT, Mark.HISTORY, *DENIALS}]
        meant = {of for word in self._phrases.words(said) for of in self._index.family_words.get(word, ())}
        return self._found(sorted(meant), (), negated=is_denied)

    def _of_past(self, words: Iterable[str], core: Sequence[Piece], scope: _Scope, *, is_called_so: bool) -> tuple[Recognised, ...]:
        """Of what is called a history, histories; a complaint further on in the list may be one of now."""
        words = list(words)
        past = [word for word in words if self._index.words[word].kind is WordKind.HISTORY]
        if past or scope.is_closed or is_called_so:
            return self._found(past, core)
        return self._found(words, core, is_sure=any(piece.told and not piece.told.is_past for piece in core))

    @staticmethod
    def _found(words: Iterable[str], pieces: Iterable[Piece], *, negated: bool = False, is_sure: bool = True) -> tuple[Recognised, ...]:
        pieces = list(pieces)
        detail = None if negated else detail_of(pieces)
        is_exact = not any(piece.mark in SET_ASIDE - {Mark.FILLER} for piece in pieces)
        match = Match.EQUIVALENT if is_exact else Match.IMPLIES
        return tuple(
            Recognised(word=word, match=match, how=Recognition.TEXT, negated=negated, is_sure=is_sure, detail=detail) for word in words
        )

    def _mend(self, units: list[_Unit]) -> None:
        """Take back what a clause that is not understood may speak of: "headache and neck pain, resolved", "back pain with walking"."""
        for number, unit in enumerate(units):
            words = {word for piece in unit.pieces for word in piece.words}
            if number and not unit.is_understood and unit.joint in {Mark.AND, Mark.WITH}:
                if any(piece.mark is Mark.UNSAID for piece in unit.pieces) or not (self._triggers | self._index.relations).isdisjoint(
                    words
                ):
                    units[number - 1].words, units[number - 1].is_understood = (), False
            elif number and unit.joint is Mark.WITH and unit.words and not self._triggers.isdisjoint(words):
                for one in (units[number - 1], unit):  # back pain with coughing: no cough
                    one.words, one.is_understood = (), False
        for number, unit in enumerate(units):
            ends = {piece.mark for piece in unit.pieces} - SET_ASIDE
            if not unit.is_understood and Mark.OVER in ends and (unit.joint in {Mark.AND, Mark.WITH} or ends <= {Mark.OVER, Mark.REPORT}):
                for one in units[:number]:
                    one.words, one.is_understood = (), False
        either = [number for number, unit in enumerate(units) if unit.joint is Mark.OR]
        for number in {place for later in either for place in (later - 1, later) if place >= 0}:
            unit = units[number]
            unit.words = tuple(found if found.negated else replace(found, is_sure=False) for found in unit.words)

    def _limit_kinds(self, units: list[_Unit], *, is_alone: bool) -> None:
        """Numbers and drugs are never matched on a part, histories only where the text calls them so."""
        for unit in units:
            is_history = any(piece.mark in {Mark.HISTORY, Mark.RELATIVE} for piece in unit.pieces)
            refused = _NEVER if is_alone or is_history else _WHOLE_ONLY
            kept = tuple(found for found in unit.words if self._index.words[found.word].kind not in refused)
            if unit.words and not kept:
                unit.is_understood = False
            unit.words = kept

    def _nearly(self, units: list[_Unit], sentence: Sentence, scope: _Scope) -> None:
        """A sentence of which nothing is understood may nearly mean something; relations and negations forbid it."""
        if any(unit.words for unit in units) or not units or scope.mode is not None or scope.denial is not None:
            return
        near = tuple(Recognised(word=word, match=Match.IMPLIES, how=Recognition.NEAR_TEXT) for word in self._index.near(sentence.text))
        if near:
            for unit in units:
                unit.is_understood = True
            units[0].words = near

    def _label_itself(self, label: tuple[str, ...], units: Sequence[_Unit]) -> tuple[Recognised, ...]:
        """The finding before a colon behind which only its modifiers stand: "headache: severe, for three days"."""
        pieces = [piece for unit in units for piece in unit.pieces]
        return self._found(self._phrases.words(pieces, before=label), pieces)


def _is_aside(clause: Clause) -> bool:
    """Whether a clause only modifies another."""
    return all(piece.mark in SET_ASIDE for piece in clause.pieces)


def _plain(pieces: Sequence[Piece]) -> tuple[str, ...]:
    return tuple(word for piece in pieces if piece.mark is Mark.WORD for word in piece.words)


def _until_opening(clauses: Sequence[Clause]) -> list[Clause]:
    end = next((number for number, clause in enumerate(clauses) if clause.opening or clause.joint is Mark.CONTRAST), len(clauses))
    return list(clauses[:end])


def _tell_more(before: list[_Unit], clause: Clause) -> None:
    """Give what only modifies to the finding before it: "headache, photophobia, for three days"."""
    detail = detail_of(clause.pieces)
    if before and detail:
        before[-1].words = tuple(found if found.negated or found.detail else replace(found, detail=detail) for found in before[-1].words)


def _deny_backwards(units: list[_Unit]) -> None:
    """A denial at the end: of what stands before it and of what "or" joins to that; what else is in its list is in doubt."""
    is_sure = True
    for number in range(len(units) - 1, -1, -1):
        unit = units[number]
        if is_sure:
            unit.words = tuple(replace(found, negated=True, detail=None) for found in unit.words) if unit.is_bare else ()
            unit.is_understood = bool(unit.words)
        elif unit.is_bare:
            unit.words = tuple(replace(found, is_sure=False) for found in unit.words)
        else:
            return
        is_sure = is_sure and unit.joint in _EITHER


def _match(units: Sequence[_Unit]) -> Match:
    """That "X or Y" is absent denies both; that "X and Y" is says nothing on each."""
    return Match.EQUIVALENT if all(unit.joint in _EITHER for unit in units[1:]) else Match.IMPLIES


def _weaker(one: Match, other: Match) -> Match:
    return Match.IMPLIES if Match.IMPLIES in {one, other} else one
