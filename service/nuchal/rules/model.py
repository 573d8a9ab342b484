"""The model of a ruleset: frozen, free of YAML, and readable beside the rule files.

Every rule file becomes one object; `nuchal.rules.reader` builds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from nuchal.rules.changelog import Release
from nuchal.rules.conditions import AtLeast, Condition
from nuchal.rules.vocabulary import Language, VocabularyWord
from nuchal.rules.wording import Wordings
from nuchal.terminology import Coding


class Disposition(StrEnum):
    """How soon the patient must be seen, most urgent first; the urgency of a cause uses the same words."""

    EMERGENCY = "emergency"
    URGENT = "urgent"  # the same day
    SOON = "soon"  # days
    ROUTINE = "routine"
    SELF_CARE = "self-care"

    @property
    def rank(self) -> int:
        """0 for emergency to 4 for self-care."""
        return _DISPOSITIONS.index(self)

    @property
    def is_serious(self) -> bool:
        """Emergency or urgent, as opposed to benign."""
        return self.rank <= Disposition.URGENT.rank


_DISPOSITIONS = tuple(Disposition)


class Status(StrEnum):
    """The life of a rule. Draft and active rules fire; retired ones do not."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class Prevalence(StrEnum):
    """How common a cause is among adults in primary care with head and back or neck pain."""

    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"

    @property
    def rank(self) -> int:
        """0 for common to 2 for rare."""
        return _PREVALENCES.index(self)


_PREVALENCES = tuple(Prevalence)


class Region(StrEnum):
    """Where a cause explains pain."""

    HEAD = "head"
    BACK = "back"
    NECK = "neck"


class Weight(StrEnum):
    """The class of a supporting finding."""

    MAJOR = "major"
    MINOR = "minor"


class Role(StrEnum):
    """Whether a group of criteria must hold for the published criteria, or only confirms."""

    REQUIRED = "required"
    CONFIRMATORY = "confirmatory"


class Sex(StrEnum):
    """The sex a cause is bound to."""

    FEMALE = "female"
    MALE = "male"


class Expect(StrEnum):
    """What a case of a rule file says must come out."""

    FIRES = "fires"
    SILENT = "silent"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One entry of references.yaml."""

    id: str
    authors: str
    title: str
    source: str
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None

    @property
    def citation(self) -> str:
        """Authors, title, source, year and DOI in one line."""
        parts = [self.authors, self.title, self.source, str(self.year) if self.year else "", f"doi:{self.doi}" if self.doi else ""]
        return ". ".join(part.rstrip(".") for part in parts if part) + "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What one reference supports in a rule, in one sentence."""

    ref: str
    supports: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCovered:
    """A cause of headache or back pain that no rule weighs, and why; `group` is the table or chapter that lists it."""

    title: str
    group: str
    reason: str
    sources: tuple[Source, ...]


class Listed(StrEnum):
    """What a case of a cause says of its certainty; `none`: it is not listed."""

    MEETS_CRITERIA = "meets-criteria"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One worked example beside a rule.

    `given` maps words to ``present``, ``absent``, ``unknown`` or a number in the
    vocabulary's unit. `missing` are words without which an undetermined rule stays open.
    Of a cause `certainty` is what it is listed as and `support` the points that it gets,
    of an activity `cautions` the number of cautions that are shown.
    """

    name: str
    given: Mapping[str, str | float]
    expect: Expect
    missing: tuple[str, ...] = ()
    as_of: date | None = None
    certainty: Listed | None = None
    support: int | None = None
    cautions: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHead:
    """What every rule file begins and ends with. `file` is relative to the ruleset."""

    id: str
    title: str
    status: Status
    effective: date
    reviewed: str | None
    sources: tuple[Source, ...]
    cases: tuple[Case, ...]
    file: str

    @property
    def fires(self) -> bool:
        """Whether the rule takes part in evaluations."""
        return self.status is not Status.RETIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag(RuleHead):
    """A pattern that calls for care of some speed, whatever the cause."""

    rationale: str
    when: Condition
    disposition: Disposition
    may_mean: tuple[str, ...]
    immediate_action: tuple[str, ...]
    false_positives: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """A k-of-n group of published criteria; `name` quotes its number."""

    name: str
    role: Role
    at_least: int
    members: tuple[Condition, ...]

    @cached_property
    def condition(self) -> AtLeast:
        """The group as one condition."""
        return AtLeast(self.at_least, self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supporting:
    """A finding that speaks for a cause without being a criterion."""

    when: Condition
    weight: Weight


@dataclass(frozen=True, kw_only=True)
class Cause(RuleHead):
    """An explanation offered for the pains."""

    category: str
    codings: tuple[Coding, ...]
    urgency: Disposition
    prevalence: Prevalence
    explains: frozenset[Region]
    requires_sex: Sex | None
    min_age: int
    rationale: str
    cardinal: tuple[Condition, ...]
    required: Condition
    groups: tuple[Group, ...]
    supporting: tuple[Supporting, ...]
    excluding: tuple[Condition, ...]
    confirm: str
    pitfalls: str
    activities: tuple[str, ...]

    @cached_property
    def parts(self) -> tuple[Condition, ...]:
        """The parts of the cause: `required`, then each group of role required (DESIGN 4)."""
        return (self.required, *(group.condition for group in self.required_groups))

    @property
    def required_groups(self) -> tuple[Group, ...]:
        """The groups that are parts of the cause, in file order."""
        return tuple(group for group in self.groups if group.role is Role.REQUIRED)

    @property
    def confirmatory_groups(self) -> tuple[Group, ...]:
        """The groups that only count as support, in file order."""
        return tuple(group for group in self.groups if group.role is Role.CONFIRMATORY)


class ActivityKind(StrEnum):
    """What a suggestion is; decides the FHIR form it takes (DESIGN 5)."""

    ORDER = "order"
    REFERRAL = "referral"
    PROCEDURE = "procedure"
    MEDICATION = "medication"
    APPOINTMENT = "appointment"
    COMMUNICATION = "communication"
    EDUCATION = "education"


class ActivityClass(StrEnum):
    """Properties of a suggestion that rules of the plan ask for (DESIGN 4, Plan)."""

    ACUTE_ANALGESIC = "acute-analgesic"
    TRIPTAN = "triptan"
    NSAID = "nsaid"
    ASPIRIN = "aspirin"
    MANUAL_THERAPY = "manual-therapy"
    EXERCISE = "exercise"
    PHYSICAL = "physical"  # another physical measure: heat, cold, TENS


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(RuleHead):
    """Something to do, or not to do (`prohibits`), with what speaks against it.

    `appointment` is the speed of an appointment or attendance, None for everything else.
    `clinical_text` is for the clinician, `patient_text` plain language for the patient.
    The cases of an activity say: fires = offered, silent = withheld or not indicated.
    """

    kind: ActivityKind
    codings: tuple[Coding, ...]
    classes: frozenset[ActivityClass]
    appointment: Disposition | None
    specialist: bool
    prohibits: bool
    indicated_when: Condition | None
    contraindications: tuple[Condition, ...]
    cautions: tuple[Condition, ...]
    clinical_text: str
    patient_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived(RuleHead):
    """A finding computed from others.

    Present while `present_when` is true, whatever was stated; absent while `absent_when`
    is true and nothing states it. A false or unknown condition asserts nothing. The id is
    the word. Cases: fires = present, silent = absent, undetermined = neither.
    """

    present_when: Condition | None
    absent_when: Condition | None
    rationale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenTopic:
    """One question of the screen for red flags; applies always, with headache or with back pain."""

    id: str
    applies: Region | None  # None: always


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The words and activities that the rule of decision itself must name; set in ruleset.yaml."""

    headache: str
    back_pain: str
    back_equivalents: tuple[str, ...]  # count as back pain where there is none
    age: str
    female: str
    pregnancy: str
    anticoagulation: str
    medication_overuse: str
    safety_net: str
    appointments: Mapping[Disposition, str]  # emergency, urgent, soon, routine


@dataclass(frozen=True, kw_only=True)
class Ruleset:
    """One ruleset, whole and checked for its own references. `hash` is sha256 over its YAML files.

    `developer` and `funding` are those of the rules, not of the literature; `released` is
    the day of the first version; `releases` is its changelog, newest first.
    """

    id: str
    title: str
    version: str
    effective: date
    canonical: str
    publisher: str
    population: str
    default_min_age: int
    hash: str
    roles: Roles
    screen: tuple[ScreenTopic, ...]
    language: Language
    vocabulary: Mapping[str, VocabularyWord]
    derived: Mapping[str, Derived]
    red_flags: Mapping[str, RedFlag]
    causes: Mapping[str, Cause]
    activities: Mapping[str, Activity]
    references: Mapping[str, Reference]
    not_covered: tuple[NotCovered, ...] = ()
    developer: str | None = None
    funding: str | None = None
    released: date | None = None
    releases: tuple[Release, ...] = ()

    @property
    def label(self) -> str:
        """Id and version in one word, as shown to people."""
        return f"{self.id} {self.version}"

    @property
    def versioned_canonical(self) -> str:
        """canonical|version, as FHIR wants it."""
        return f"{self.canonical}|{self.version}"

    @cached_property
    def wordings(self) -> Wordings:
        """Its conditions in plain words."""
        return Wordings(self.vocabulary)

    @cached_property
    def is_reviewed(self) -> bool:
        """Whether a clinician has signed every rule that fires."""
        rules: list[RuleHead] = [*self.red_flags.values(), *self.causes.values(), *self.activities.values(), *self.derived.values()]
        return all(rule.reviewed for rule in rules if rule.fires)
