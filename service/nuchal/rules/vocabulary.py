"""The model of the vocabulary: the words that rules may use, and how the language of a chart reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """The unit (UCUM) of a word's number and the range outside which a value is not believed.

    `molar_mass` (g/mol) turns masses into amounts of substance: creatinine in mg/dL.
    A number that `advances` is a time since something: a unit passes, and it is one more.
    """

    unit: str
    low: float
    high: float
    molar_mass: float | None = None
    advances: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Medication:
    """The drugs that mean an exposure: ATC prefixes, RxNorm codes, ingredient names.

    An ingredient may carry a bound on its strength: ``aspirin <= 150 mg``, ``aspirin > 150 mg``.
    A product whose name holds one of `excluded_forms` (cream, nasal spray) does not count;
    `least_days` is how long it must have been taken to count, until now or until it was
    stopped. With `stopped_days` the word says that such a drug was stopped not longer ago
    than that. A product that holds two or more of `combined` counts too; each of these is
    the names of one ingredient. A word with a number says
    on how many days a month such drugs are taken.
    """

    atc: tuple[str, ...] = ()
    rxnorm: tuple[str, ...] = ()
    ingredients: tuple[str, ...] = ()
    excluded_forms: tuple[str, ...] = ()
    least_days: float | None = None
    stopped_days: float | None = None
    combined: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """The drugs to which an allergy means the word; written as in `Medication`.

    `severe`: only one with a severe reaction does.
    """

    atc: tuple[str, ...] = ()
    rxnorm: tuple[str, ...] = ()
    ingredients: tuple[str, ...] = ()
    severe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """Says that a number is the time since the onset of another word, in the unit of the word.

    With `least` only where the number of that other word is at least so much.
    """

    of: str
    least: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedFrom:
    """Dates from which a number of time is counted: on the date it is `at`, which may lie in the past or the future.

    A date is the value of what is coded so, or the day on which it was done or began.
    It counts only where the word `needs` is present: not every period is the last before
    a pregnancy. What the words in `ends` said before that date is over with it.
    """

    at: float
    codes: tuple[Coding, ...] = ()
    synonyms: tuple[str, ...] = ()
    needs: str | None = None
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rising:
    """Says that a word is present when the number of another rises.

    On `values` days or more out of the last `days` days, never lower than the day before
    and in the end higher by `by`.
    """

    of: str
    values: int
    days: float
    by: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """Says that a number of days a month can be counted from statements on another word, of `least_days` days or more."""

    of: str
    least_days: int


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


class DataClass(StrEnum):
    """Data on a person of which a user must be told whether a rule uses them.

    45 CFR 170.315(b)(11)(iv)(A)(5) to (13), in that order; what each holds is said in
    USCDI version 3 (45 CFR 170.213).
    """

    RACE = "race"
    ETHNICITY = "ethnicity"
    LANGUAGE = "language"
    SEXUAL_ORIENTATION = "sexual-orientation"
    GENDER_IDENTITY = "gender-identity"
    SEX = "sex"
    DATE_OF_BIRTH = "date-of-birth"
    SOCIAL_DETERMINANTS = "social-determinants"
    HEALTH_STATUS = "health-status"


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularyWord:
    """One finding that rules may speak of.

    `look_back_days` is None for words that never expire. `general` words (plain pains,
    age, sex, vital signs) never make a cause specific. `screen` names the screen topic
    that the word answers. `question` is how a clinician is asked for it. `family` are
    words that, said of a relative, mean this one. `data_class` is set when the word
    speaks of data of such a class.
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
    allergy: Allergy | None = None
    family: frozenset[str] = frozenset()
    counted_from: tuple[CountedFrom, ...] = ()
    rising: Rising | None = None
    diary: Diary | None = None
    data_class: DataClass | None = None

    @property
    def is_history(self) -> bool:
        """Whether a resolved or inactive statement still counts as present."""
        return self.look_back_days is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """How clinicians put findings into phrases; `phrases` of vocabulary/language.yaml, all of it optional."""

    shorthand: Mapping[str, str] = field(default_factory=dict)  # w/o -> without; in capitals: in capitals only
    joints: tuple[str, ...] = ()  # between two findings: and, plus
    companions: tuple[str, ...] = ()  # before what comes with it: with, associated with
    contrasts: tuple[str, ...] = ()  # a denial ends here: but, however
    reports: tuple[str, ...] = ()  # before a finding, which is then asserted: complains of, has
    fillers: tuple[str, ...] = ()  # change nothing, whether it is asserted or denied: today, noted
    modifiers: tuple[str, ...] = ()  # leave true what is asserted: left sided, intermittent
    at_once: tuple[str, ...] = ()  # negations that deny what follows at once, and a list only up to "or"
    doubts: tuple[str, ...] = ()  # what follows is unsure: possible
    unsaid: tuple[str, ...] = ()  # what follows is not said to be so: if, rule out, worse with, risk of
    over: tuple[str, ...] = ()  # what stands before or behind is no more: resolved, gone
    histories: tuple[str, ...] = ()  # what follows is a history: history of, known
    headings: tuple[str, ...] = ()  # before a colon: examination, symptoms
    triggers: tuple[str, ...] = ()  # behind "with" no companion but what brings it on: movement, coughing
    units: Mapping[str, float] = field(default_factory=dict)  # of time, in days
    numerals: Mapping[str, float] = field(default_factory=dict)
    weekdays: Mapping[str, float] = field(default_factory=dict)  # Monday 0
    days_back: Mapping[str, float] = field(default_factory=dict)  # yesterday 1
    since: tuple[str, ...] = ()  # before a time: for, since, over the last
    ago: tuple[str, ...] = ()  # behind a time: ago
    began: tuple[str, ...] = ()  # beside a time: started, history
    rates: tuple[str, ...] = ()  # behind a time these make it a rate: per, a


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
    located_codes: Mapping[tuple[str, str], str] = field(default_factory=dict)  # what a site completes: 22253000 -> pain
    site_codes: Mapping[tuple[str, str], str] = field(default_factory=dict)  # where it is: 69536005 -> head
    site_texts: Mapping[str, str] = field(default_factory=dict)
    site_component_codes: frozenset[tuple[str, str]] = frozenset()  # a component that says where
    site_component_texts: frozenset[str] = frozenset()
    question_openings: tuple[str, ...] = ()  # before what is asked for: do you have
    relatives: frozenset[str] = frozenset()  # what is asked or said is about a relative
    past: frozenset[str] = frozenset()  # what is asked for may be over
    limits: tuple[str, ...] = ()  # a number of days that is allowed, not taken
    no_allergy_codes: frozenset[tuple[str, str]] = frozenset()
    no_allergy_texts: frozenset[str] = frozenset()
    severe_reaction_codes: frozenset[tuple[str, str]] = frozenset()  # manifestations that make a reaction a severe one
    severe_reaction_texts: frozenset[str] = frozenset()
    drug_list_codes: frozenset[tuple[str, str]] = frozenset()  # a List so coded holds every drug that is taken
    drug_list_texts: frozenset[str] = frozenset()
    pair_codes: frozenset[tuple[str, str]] = frozenset()  # what is written as two numbers: 120/80
    pair_texts: frozenset[str] = frozenset()
    pair_words: tuple[str, ...] = ()  # the words of the first and the second
    telling: frozenset[str] = frozenset()  # who reads one of these and does not understand it says so: head, spine, tumour
    phrases: Phrases = field(default_factory=Phrases)
