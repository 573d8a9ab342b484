"""Small rulesets made of model objects, and patients given as words."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from nuchal.assessment import assess
from nuchal.assessment.model import Assessment
from nuchal.findings import Finding, Findings, Presence
from nuchal.inference import Inference
from nuchal.rules.conditions import Condition, Word, words
from nuchal.rules.model import (
    Activity,
    ActivityKind,
    Cause,
    Derived,
    Disposition,
    Group,
    Prevalence,
    RedFlag,
    Region,
    Role,
    Roles,
    Ruleset,
    ScreenTopic,
    Status,
    Supporting,
    Weight,
)
from nuchal.rules.vocabulary import Language, Onset, Quantity, VocabularyWord, WordKind

MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = date(2026, 11, 1)
HEAD_AND_BACK = frozenset({Region.HEAD, Region.BACK})
APPOINTMENTS = {
    Disposition.EMERGENCY: "see-now",
    Disposition.URGENT: "see-today",
    Disposition.SOON: "see-soon",
    Disposition.ROUTINE: "see-sometime",
}
ROLES = Roles(
    headache="headache",
    back_pain="back-pain",
    back_equivalents=("neck-pain", "neck-stiffness"),
    age="age",
    female="female",
    pregnancy="pregnant",
    anticoagulation="on-anticoagulant",
    medication_overuse="medication-overuse",
    safety_net="safety-net",
    appointments=APPOINTMENTS,
)
GENERAL = {"headache", "back-pain", "neck-pain", "age", "female", "temperature", "pattern-months"}
SCREEN = {
    "fever": "fever",
    "chills": "fever",
    "weakness": "focal-deficit",
    "drowsy": "consciousness",
    "thunderclap": "sudden-onset",
    "neck-stiffness": "meningism",
    "saddle-numbness": "saddle",
}
NUMBERS = {"age", "temperature", "pattern-months", "crp"}
ALWAYS_THERE = [
    *("headache", "back-pain", "neck-pain", "neck-stiffness", "age", "female", "pregnant", "on-anticoagulant", "medication-overuse"),
    *SCREEN,
]


def head(id_: str) -> dict[str, Any]:
    return {
        "id": id_,
        "title": id_,
        "status": Status.DRAFT,
        "effective": DAY,
        "reviewed": None,
        "sources": (),
        "cases": (),
        "file": f"{id_}.yaml",
    }


def condition(spoken: str | Condition) -> Condition:
    return Word(spoken) if isinstance(spoken, str) else spoken


def conditions(spoken) -> tuple[Condition, ...]:
    return tuple(condition(each) for each in spoken)


def conditions_of(rule: RedFlag | Cause | Activity | Derived) -> list[Condition | None]:
    match rule:
        case RedFlag():
            return [rule.when]
        case Cause():
            grouped = [member for group in rule.groups for member in group.members]
            return [*rule.cardinal, rule.required, *grouped, *(each.when for each in rule.supporting), *rule.excluding]
        case Activity():
            return [rule.indicated_when, *rule.contraindications, *rule.cautions]
        case Derived():
            return [Word(rule.id), rule.present_when, rule.absent_when]


def words_of(rule: RedFlag | Cause | Activity | Derived) -> list[str]:
    return [word for condition in conditions_of(rule) if condition for word in sorted(words(condition))]


def word(id_: str) -> VocabularyWord:
    is_number = id_ in NUMBERS
    kinds = {"age": WordKind.DEMOGRAPHIC, "female": WordKind.DEMOGRAPHIC}
    return VocabularyWord(
        id=id_,
        title=id_.replace("-", " ").capitalize(),
        kind=kinds.get(id_, WordKind.NUMBER if is_number else WordKind.SYMPTOM),
        question=f"Is there {id_}?",
        general=id_ in GENERAL,
        screen=SCREEN.get(id_),
        look_back_days=None,
        needs_recent_onset=False,
        codes=(),
        synonyms=(),
        quantity=Quantity(unit="1", low=0, high=1000) if is_number else None,
        medication=None,
        onset=Onset(of="headache") if id_ == "pattern-months" else None,
        severity=None,
        file="vocabulary/words.yaml",
    )


class Make:
    """Makes rules with what a test does not mention left plain."""

    def flag(self, id_="rf-a", when: Any = "bad-sign", disposition=Disposition.EMERGENCY, may_mean=(), do=()) -> RedFlag:
        return RedFlag(
            **head(id_),
            rationale="",
            when=condition(when),
            disposition=disposition,
            may_mean=tuple(may_mean),
            immediate_action=tuple(do),
            false_positives=(),
        )

    def cause(self, id_="cause-a", required: Any = "typical", **other: Any) -> Cause:
        return Cause(
            **head(id_),
            category="test",
            codings=(),
            urgency=other.get("urgency", Disposition.SOON),
            prevalence=other.get("prevalence", Prevalence.COMMON),
            explains=frozenset(other.get("explains", HEAD_AND_BACK)),
            requires_sex=None,
            min_age=other.get("min_age", 12),
            rationale="",
            cardinal=conditions(other.get("cardinal", ["headache"])),
            required=condition(required),
            groups=tuple(other.get("groups", ())),
            supporting=(
                *(Supporting(when=each, weight=Weight.MAJOR) for each in conditions(other.get("major", ()))),
                *(Supporting(when=each, weight=Weight.MINOR) for each in conditions(other.get("minor", ()))),
            ),
            excluding=conditions(other.get("excluding", ())),
            confirm="",
            pitfalls="",
            activities=tuple(other.get("do", ())),
        )

    def group(self, count: int, members: Any, role=Role.REQUIRED, name="group") -> Group:
        return Group(name=name, role=role, at_least=count, members=conditions(members))

    def activity(self, id_: str, kind=ActivityKind.ORDER, **other: Any) -> Activity:
        return Activity(
            **head(id_),
            kind=kind,
            codings=(),
            classes=frozenset(other.get("classes", ())),
            appointment=other.get("appointment"),
            specialist=other.get("specialist", False),
            prohibits=other.get("prohibits", False),
            indicated_when=other.get("indicated_when"),
            contraindications=conditions(other.get("contraindications", ())),
            cautions=conditions(other.get("cautions", ())),
            clinical_text=id_,
            patient_text=id_,
        )

    def derived(self, id_: str, present_when: Any = None, absent_when: Any = None) -> Derived:
        return Derived(
            **head(id_),
            present_when=present_when and condition(present_when),
            absent_when=absent_when and condition(absent_when),
            rationale="",
        )

    def ruleset(self, *rules: RedFlag | Cause | Activity | Derived) -> Ruleset:
        """A ruleset of `rules`; activities that rules name and nobody gave are plain orders."""

        def of(kind: type) -> dict[str, Any]:
            return {rule.id: rule for rule in rules if isinstance(rule, kind)}

        flags, causes, activities = of(RedFlag), of(Cause), of(Activity)
        for named in (*(flag.immediate_action for flag in flags.values()), *(cause.activities for cause in causes.values())):
            for id_ in named:
                activities.setdefault(id_, self.activity(id_))
        activities.setdefault("safety-net", self.activity("safety-net", ActivityKind.COMMUNICATION))
        for speed, id_ in APPOINTMENTS.items():
            activities.setdefault(id_, self.activity(id_, ActivityKind.APPOINTMENT, appointment=speed))
        known = dict.fromkeys([*ALWAYS_THERE, *(each for rule in rules for each in words_of(rule))])
        topics = {"fever": None, "focal-deficit": None, "consciousness": None, "sudden-onset": Region.HEAD}
        topics |= {"meningism": Region.HEAD, "saddle": Region.BACK}
        return Ruleset(
            id="small",
            title="Small",
            version="0.0.1",
            effective=DAY,
            canonical="https://nuchal.example.org/fhir/PlanDefinition/small",
            publisher="Nuchal",
            population="",
            default_min_age=12,
            hash="0" * 64,
            roles=ROLES,
            screen=tuple(ScreenTopic(id=id_, applies=applies) for id_, applies in topics.items()),
            language=LANGUAGE,
            vocabulary={id_: word(id_) for id_ in known},
            derived=of(Derived),
            red_flags=flags,
            causes=causes,
            activities=activities,
            references={},
        )


LANGUAGE = Language(
    present=frozenset(),
    absent=frozenset(),
    unknown=frozenset(),
    present_texts=frozenset(),
    absent_texts=frozenset(),
    unknown_texts=frozenset(),
    negations=(),
    neutral=frozenset(),
    relations=frozenset(),
    equivalents={},
    spelling=(),
    generic_codes=frozenset(),
    generic_texts=frozenset(),
    onset_codes=frozenset(),
    onset_texts=frozenset(),
    severity_codes={},
    severity_texts={},
    severity_component_codes=frozenset(),
    severity_component_texts=frozenset(),
    ordinal_texts={},
    unit_spellings={},
)


def statement(word_: str, *, said: bool | float | None, confirmed: bool = True) -> Finding:
    """True is present, False absent, None unknown, a number itself."""
    presence = {True: Presence.PRESENT, False: Presence.ABSENT, None: Presence.UNKNOWN}
    is_number = said is not None and not isinstance(said, bool)
    return Finding(
        word=word_,
        presence=Presence.PRESENT if is_number else presence[said],
        value=said if is_number else None,
        observed=MOMENT,
        confirmed=confirmed,
        source=f"Observation/{word_}",
    )


Said = Mapping[str, bool | float | None]
BOTH_PAINS: Said = {"headache": True, "back-pain": True}
SCREEN_DENIED: Said = dict.fromkeys(["fever", "weakness", "drowsy", "thunderclap", "neck-stiffness", "saddle-numbness"], False)


@pytest.fixture(scope="session")
def make() -> Make:
    return Make()


@pytest.fixture(scope="session")
def say() -> Callable[..., Finding]:
    return statement


@pytest.fixture
def assessment() -> Iterator[Callable[..., Assessment]]:
    """Assesses a patient with both pains, and with what is `said` beyond them in words that `rules` know."""
    opened: list[Inference] = []

    def run(rules: Ruleset, said: Said | None = None, *more: Finding, known=(), detail_full=False) -> Assessment:
        inference = Inference(rules)
        opened.append(inference)
        stated = [statement(word_, said=value) for word_, value in {**BOTH_PAINS, **(said or {})}.items() if word_ in rules.vocabulary]
        conclusions = inference.conclude(Findings([*stated, *more]))
        return assess(rules, inference, conclusions, known_causes=frozenset(known), detail_full=detail_full)

    yield run
    for inference in opened:
        inference.close()
