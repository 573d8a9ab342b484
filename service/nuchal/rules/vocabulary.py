"""The model of the vocabulary: the words that rules may use, and how the language of a chart reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from nuchal.terminology import Coding


class Match(StrEnum):
    """How a code relates to a word. Broader never asserts presence."""

    EQUIVALENT = "equivalent"
    IMPLIES = "implies"
    BROADER = "broader"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMapping:
    """One code that means a word."""

    coding: Coding
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """The unit (UCUM) of a word's number and the range outside which a value is not believed."""

    unit: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Medication:
    """The drugs that mean an exposure: ATC prefixes, RxNorm codes, ingredient names.

    An ingredient may carry a bound on its strength: ``aspirin <= 150 mg``, ``aspirin > 150 mg``.
    A product whose name holds one of `excluded_forms` (cream, nasal spray) does not count;
    `least_days` is how long it must have been taken to count.
    """

    atc: tuple[str, ...] = ()
    rxnorm: tuple[str, ...] = ()
    ingredients: tuple[str, ...] = ()
    excluded_forms: tuple[str, ...] = ()
    least_days: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """Says that a number is the time since the onset of another word, in the unit of the word."""

    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """Says that a word follows from the charted severity of another: present at `levels`, absent at the rest."""

    of: str
    levels: frozenset[str]  # mild, moderate, severe


class WordKind(StrEnum):
    """What a word is about."""

    DEMOGRAPHIC = "demographic"
    SYMPTOM = "symptom"
    SIGN = "sign"
    HISTORY = "history"
    EXPOSURE = "exposure"
    MEDICATION = "medication"
    TEST = "test"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularyWord:
    """One finding that rules may speak of.

    `look_back_days` is None for words that never expire. `general` words (plain pains,
    age, sex, vital signs) never make a cause specific. `screen` names the screen topic
    that the word answers. `question` is how a clinician is asked for it.
    """

    id: str
    title: str
    kind: WordKind
    question: str
    general: bool
    screen: str | None
    look_back_days: float | None
    needs_recent_onset: bool
    codes: tuple[CodeMapping, ...]
    synonyms: tuple[str, ...]
    quantity: Quantity | None
    medication: Medication | None
    onset: Onset | None
    severity: Severity | None
    file: str

    @property
    def is_history(self) -> bool:
        """Whether a resolved or inactive statement still counts as present."""
        return self.look_back_days is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What answers, negations and neutral words look like; vocabulary/language.yaml.

    Codes are (system, code). Texts stand as written there; `nuchal.rules.text` turns
    them, like the texts of an input, into the key by which texts are compared.
    """

    present: frozenset[tuple[str, str]]
    absent: frozenset[tuple[str, str]]
    unknown: frozenset[tuple[str, str]]
    present_texts: frozenset[str]
    absent_texts: frozenset[str]
    unknown_texts: frozenset[str]
    normal: frozenset[tuple[str, str]] = frozenset()  # absent where the word is a symptom or sign, no answer elsewhere
    normal_texts: frozenset[str] = frozenset()
    negations: tuple[str, ...]  # before a finding: no, denies, kein
    neutral: frozenset[str]  # without weight: finding, left, of
    relations: frozenset[str]  # negation, relation, time and relief words that forbid near matching
    equivalents: Mapping[str, str]  # phrase -> the phrase we compare by
    spelling: tuple[tuple[str, str], ...]  # letters folded from British to American
    generic_codes: frozenset[tuple[str, str]]  # the value is the finding: LOINC 75325-1
    generic_texts: frozenset[str]
    onset_codes: frozenset[tuple[str, str]]  # a component that means onset
    onset_texts: frozenset[str]
    severity_codes: Mapping[tuple[str, str], str]  # -> mild, moderate, severe
    severity_texts: Mapping[str, str]
    severity_component_codes: frozenset[tuple[str, str]]
    severity_component_texts: frozenset[str]
    ordinal_texts: Mapping[str, float]  # dipstick: negative 0, trace 1, + 2 ...
    unit_spellings: Mapping[str, str]  # beats/minute -> /min
