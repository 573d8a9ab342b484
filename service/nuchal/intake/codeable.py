"""CodeableConcepts: which words they name, and which answer they give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from nuchal.findings import Presence, Recognition
from nuchal.intake.recognised import Recognised
from nuchal.intake.texts import SIGN, TextReader
from nuchal.intake.vocabulary_index import Code, Dated, VocabularyIndex, comparable
from nuchal.rules.vocabulary import Match
from nuchal.terminology import Coding

Concept = Mapping[str, Any]
Names = tuple[frozenset[Code], frozenset[str]]  # codes, and texts as they are compared
_STRENGTH = (Match.EQUIVALENT, Match.IMPLIES, Match.BROADER)


class Role(StrEnum):
    """What a code can mean beside a finding."""

    GENERIC = "generic"  # the value is the finding: LOINC 75325-1 Symptom
    ONSET = "onset"  # a component that says since when
    SEVERITY = "severity"  # a component that says how severe
    SITE = "site"  # a component that says where, or on which side


@dataclass(frozen=True, slots=True)
class ConceptReading:
    """The words that a concept names, and texts in it that were not understood."""

    words: tuple[Recognised, ...] = ()
    leftovers: tuple[str, ...] = ()
    dates: tuple[Dated, ...] = ()  # the numbers that are counted from its date
    is_denied: bool = False  # the code says one thing and its text the contrary
    read_otherwise: tuple[str, ...] = ()  # words that a display names, and its code does not mean
    role: Role | None = None  # what it says about other parts of its resource rather than about the patient; nothing mostly


class ConceptReader:
    """Reads CodeableConcepts in the words and the language of one vocabulary."""

    def __init__(self, index: VocabularyIndex) -> None:
        self.texts = TextReader(index)
        self._index = index
        self._normal = index.key.normal
        language = index.language
        self._answer_codes = {
            comparable(*code): presence
            for presence, codes in (
                (Presence.UNKNOWN, language.unknown),
                (Presence.ABSENT, language.absent),
                (Presence.PRESENT, language.present),
            )
            for code in codes
        }
        self._answer_texts = {
            self._normal(text): presence
            for presence, texts in (
                (Presence.UNKNOWN, language.unknown_texts),
                (Presence.ABSENT, language.absent_texts),
                (Presence.PRESENT, language.present_texts),
            )
            for text in texts
        }
        self._normal_names = self._names(language.normal, language.normal_texts)
        self._level_codes = {comparable(*code): level for code, level in language.severity_codes.items()}
        self._level_texts = {self._normal(text): level for text, level in language.severity_texts.items()}
        self._roles = {
            Role.GENERIC: self._names(language.generic_codes, language.generic_texts),
            Role.ONSET: self._names(language.onset_codes, language.onset_texts),
            Role.SEVERITY: self._names(language.severity_component_codes, language.severity_component_texts),
            Role.SITE: self._names(language.site_component_codes, language.site_component_texts),
        }
        self._no_allergy = self._names(language.no_allergy_codes, language.no_allergy_texts)
        self._severe_reaction = self._names(language.severe_reaction_codes, language.severe_reaction_texts)
        self._drug_list = self._names(language.drug_list_codes, language.drug_list_texts)
        self._pair = self._names(language.pair_codes, language.pair_texts)
        self._own: dict[tuple[object, ...], ConceptReading] = {}  # of codings of the vocabulary; nothing else outlasts a request

    def read(self, concept: Concept) -> ConceptReading:
        """The words that `concept` names: by its codes, else by its text, else by a display.

        A text that names a further word counts beside a code; that the concept is absent
        then says nothing on it. A broader code stands beside whatever the text says.
        """
        own = self._index.own_coding(concept)
        if own is None:
            return self._read(concept)
        if own not in self._own:
            self._own[own] = self._read(concept)
        return self._own[own]

    def _read(self, concept: Concept) -> ConceptReading:
        reading = self._words(concept)
        dates = self._index.dates(_codes_of(concept), texts_of(concept))
        role = self._role(concept)
        return replace(reading, dates=dates, role=role) if dates or role else reading

    def _words(self, concept: Concept) -> ConceptReading:
        coded = self._by_codes(concept)
        if any(found.match is not Match.BROADER for found in coded):
            return self._checked(coded, concept)
        leftovers: tuple[str, ...] = ()
        for text in texts_of(concept):
            reading = self.texts.read(text)
            if reading.words:
                return ConceptReading(once((*coded, *reading.words)), reading.leftovers)
            leftovers = leftovers or reading.leftovers
        return ConceptReading(coded, leftovers)

    def _checked(self, coded: tuple[Recognised, ...], concept: Concept) -> ConceptReading:
        """What codes say, as far as text and displays do not say the contrary."""
        beside = self._beside(concept)
        if any(self._denies(text) for text in texts_of(concept)):
            doubted = tuple(replace(found, is_sure=False) for found in once((*coded, *beside)))
            return ConceptReading(doubted, is_denied=True)
        meant = {found.word for found in coded}
        displays = (text for text in texts_of(concept) if text != concept.get("text"))
        named = {word for display in displays for word in self.texts.words_named(display)}
        otherwise = () if meant & named else tuple(sorted(named))
        return ConceptReading(once((*coded, *beside)), read_otherwise=otherwise)

    def _denies(self, text: str) -> bool:
        """Whether `text` begins with a negation that is no part of a name (no feeling in the legs)."""
        return self.texts.begins_with_denial(text) and not self.texts.names(text)

    def answer(self, concept: Concept) -> Presence | None:
        """The answer that `concept` gives; None when it is no answer, unknown when its codes give several."""
        given = {self._answer_codes[code] for code in _codes_of(concept) if code in self._answer_codes}
        if not given:
            return next((found for text in texts_of(concept) if (found := self._answer_text(text))), None)
        return given.pop() if len(given) == 1 else Presence.UNKNOWN

    def _answer_text(self, text: str) -> Presence | None:
        sign = SIGN.fullmatch(text.strip())
        if sign:
            return Presence.PRESENT if sign[1] == "+" else Presence.ABSENT
        return self._answer_texts.get(self._normal(text))

    def is_normal(self, concept: Concept) -> bool:
        """Whether `concept` says normal, which denies a symptom or sign and nothing else."""
        return self._is_one_of(self._normal_names, concept)

    def denies_allergies(self, concept: Concept) -> bool:
        """Whether `concept` says that no allergy is known."""
        return self._is_one_of(self._no_allergy, concept)

    def is_severe_reaction(self, concept: Concept) -> bool:
        """Whether `concept` is the manifestation of a severe allergic reaction."""
        return self._is_one_of(self._severe_reaction, concept)

    def is_drug_list(self, concept: Concept) -> bool:
        """Whether `concept` names a list of all drugs that somebody takes."""
        return self._is_one_of(self._drug_list, concept)

    def is_pair(self, concept: Concept) -> bool:
        """Whether `concept` names what is written as two numbers: a blood pressure."""
        return self._is_one_of(self._pair, concept)

    def level(self, concept: Concept) -> str | None:
        """The severity (mild, moderate, severe) that `concept` names."""
        coded = (self._level_codes[code] for code in _codes_of(concept) if code in self._level_codes)
        return next(coded, None) or next((level for text in texts_of(concept) if (level := self._level_text(text))), None)

    def _level_text(self, text: str) -> str | None:
        return self._level_texts.get(self._normal(text))

    def _role(self, concept: Concept) -> Role | None:
        codes, texts = tuple(_codes_of(concept)), tuple(map(self._normal, texts_of(concept)))
        return next((role for role, names in self._roles.items() if _holds_one_of(names, codes, texts)), None)

    def _is_one_of(self, names: Names, concept: Concept) -> bool:
        return _holds_one_of(names, _codes_of(concept), map(self._normal, texts_of(concept)))

    def _by_codes(self, concept: Concept) -> tuple[Recognised, ...]:
        return once(
            Recognised(word=coded.word, match=coded.match, how=Recognition.CODE)
            for coding in concept.get("coding") or ()
            if isinstance(coding.get("system"), str) and isinstance(coding.get("code"), str)
            for coded in self._index.by_code(coding["system"], coding["code"])
        )

    def _beside(self, concept: Concept) -> tuple[Recognised, ...]:
        text = concept.get("text")
        names = self.texts.names(text) if isinstance(text, str) else ()
        return tuple(replace(found, match=Match.IMPLIES) for found in names)

    def _names(self, codes: Iterable[Code], texts: Iterable[str]) -> Names:
        return frozenset(comparable(*code) for code in codes), frozenset(self._normal(text) for text in texts)


def texts_of(concept: Concept) -> tuple[str, ...]:
    """The text of a concept, then its displays; each once."""
    texts = [concept.get("text")]
    texts += [coding.get("display") for coding in concept.get("coding") or ()]
    return tuple(dict.fromkeys([text for text in texts if isinstance(text, str)]))


def first_coding(concept: Concept) -> Coding | None:
    """The first code of a concept that names its system, as it came; None without one."""
    for coding in concept.get("coding") or ():
        system, code, display = (coding.get(name) for name in ("system", "code", "display"))
        if isinstance(system, str) and isinstance(code, str):
            return Coding(system=system, code=code, display=display if isinstance(display, str) else None)
    return None


def coded_pairs(concept: Concept) -> tuple[Code, ...]:
    """The (system, code) pairs of a concept, as codes are compared."""
    return tuple(_codes_of(concept))


def _codes_of(concept: Concept) -> Iterable[Code]:
    for coding in concept.get("coding") or ():
        system, code = coding.get("system"), coding.get("code")
        if isinstance(system, str) and isinstance(code, str):
            yield comparable(system, code)


def _holds_one_of(names: Names, codes: Iterable[Code], texts: Iterable[str]) -> bool:
    named_codes, named_texts = names
    return not named_codes.isdisjoint(codes) or not named_texts.isdisjoint(texts)


def once(found: Iterable[Recognised]) -> tuple[Recognised, ...]:
    """Each word once, by its strongest match; the order they came in."""
    best: dict[tuple[str, bool], Recognised] = {}
    for one in found:
        known = best.get((one.word, one.negated))
        if known is None or _STRENGTH.index(one.match) < _STRENGTH.index(known.match):
            best[one.word, one.negated] = one
    return tuple(best.values())
