"""Small rulesets made of model objects, patients given as words, and both evaluators under one name."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from nuchal.findings import Finding, Findings, Presence, View
from nuchal.inference import Inference, witness_plan
from nuchal.inference.outcome import Conclusions
from nuchal.inference.witness import Witness
from nuchal.rules.conditions import Condition, FlagRaised, Word, words
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
    Status,
    Supporting,
    Weight,
)
from nuchal.rules.truths import Truths
from nuchal.rules.vocabulary import Language, VocabularyWord, WordKind

ROLES = Roles(
    headache="headache",
    back_pain="back-pain",
    back_equivalents=(),
    age="age",
    female="female",
    pregnancy="pregnant",
    anticoagulation="anticoagulant",
    medication_overuse="overuse",
    safety_net="safety-net",
    appointments={},
)
GENERAL = {"headache", "back-pain", "age", "female"}
HEAD = {"status": Status.DRAFT, "effective": date(2026, 11, 1), "reviewed": None, "sources": (), "cases": (), "file": "a.yaml"}
NOTHING_SAID_OF = dict.fromkeys(
    ["present", "absent", "unknown", "present_texts", "absent_texts", "unknown_texts", "neutral", "relations"], frozenset()
)
LANGUAGE = Language(
    **NOTHING_SAID_OF,
    negations=(),
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


def condition(spoken: Any) -> Condition:
    return Word(spoken) if isinstance(spoken, str) else spoken


def conditions(spoken: Any) -> tuple[Condition, ...]:
    return tuple(map(condition, spoken))


def vocabulary_word(id_: str) -> VocabularyWord:
    return VocabularyWord(
        id=id_,
        title=id_,
        kind=WordKind.SYMPTOM,
        question=id_,
        general=id_ in GENERAL,
        screen=None,
        look_back_days=None,
        needs_recent_onset=False,
        codes=(),
        synonyms=(),
        quantity=None,
        medication=None,
        onset=None,
        severity=None,
        file="words.yaml",
    )


class Make:
    """Makes rules; what a test does not mention stays plain."""

    def flag(self, when: Any = "bad-sign", id_="rf-a", disposition=Disposition.EMERGENCY, may_mean=(), **other) -> RedFlag:
        plain = {"rationale": "", "immediate_action": (), "false_positives": ()}
        fields = {**HEAD, **plain, **other}
        return RedFlag(id=id_, title=id_, when=condition(when), disposition=disposition, may_mean=tuple(may_mean), **fields)

    def cause(self, id_="cause-a", required: Any = "typical", cardinal=("headache",), groups=(), urgency=Disposition.SOON, **other):
        supporting = [Supporting(when=when, weight=Weight.MAJOR) for when in conditions(other.get("major", ()))]
        supporting += [Supporting(when=when, weight=Weight.MINOR) for when in conditions(other.get("minor", ()))]
        return Cause(
            **HEAD | {"status": other.get("status", Status.DRAFT)},
            id=id_,
            title=id_,
            category="test",
            codings=(),
            urgency=urgency,
            prevalence=Prevalence.COMMON,
            explains=frozenset(Region),
            requires_sex=other.get("requires_sex"),
            min_age=12,
            rationale="",
            cardinal=conditions(cardinal),
            required=condition(required),
            groups=tuple(groups),
            supporting=tuple(supporting),
            excluding=conditions(other.get("excluding", ())),
            confirm="",
            pitfalls="",
            activities=(),
        )

    def group(self, *members: Any, at_least=1, role=Role.REQUIRED) -> Group:
        return Group(name="group", role=role, at_least=at_least, members=conditions(members))

    def derived(self, id_: str, present_when: Any = None, absent_when: Any = None) -> Derived:
        present, absent = (when and condition(when) for when in (present_when, absent_when))
        return Derived(**HEAD, id=id_, title=id_, present_when=present, absent_when=absent, rationale="")

    def activity(self, id_="activity-a", kind=ActivityKind.ORDER, **other: Any) -> Activity:
        plain = Activity(
            **HEAD,
            id=id_,
            title=id_,
            kind=kind,
            codings=(),
            classes=frozenset(),
            appointment=None,
            specialist=False,
            prohibits=False,
            indicated_when=None,
            contraindications=(),
            cautions=(),
            clinical_text=id_,
            patient_text=id_,
        )
        return replace(plain, **other)

    def ruleset(self, *rules: RedFlag | Cause | Derived | Activity) -> Ruleset:
        def of(kind: type) -> dict[str, Any]:
            return {rule.id: rule for rule in rules if isinstance(rule, kind)}

        roles = (ROLES.headache, ROLES.back_pain, ROLES.age, ROLES.female, ROLES.pregnancy, ROLES.anticoagulation)
        spoken = [*roles, ROLES.medication_overuse, *of(Derived), *(word for rule in rules for word in sorted(words_of(rule)))]
        return Ruleset(
            id="small",
            title="small",
            version="0.0.1",
            effective=HEAD["effective"],
            canonical="https://nuchal.example.org/fhir/PlanDefinition/small",
            publisher="",
            population="",
            default_min_age=12,
            hash="0" * 64,
            roles=ROLES,
            screen=(),
            language=LANGUAGE,
            vocabulary={word: vocabulary_word(word) for word in dict.fromkeys(spoken)},
            derived=of(Derived),
            red_flags=of(RedFlag),
            causes=of(Cause),
            activities=of(Activity),
            references={},
        )


def words_of(rule: RedFlag | Cause | Derived | Activity) -> frozenset[str]:
    match rule:
        case RedFlag():
            read = (rule.when,)
        case Cause():
            members = (member for group in rule.groups for member in group.members)
            supporting = (entry.when for entry in rule.supporting)
            read = (*rule.cardinal, rule.required, *members, *supporting, *rule.excluding)
        case Derived():
            read = (rule.present_when, rule.absent_when)
        case Activity():
            read = (rule.indicated_when, *rule.contraindications, *rule.cautions)
    return frozenset().union(*(words(each) for each in read if each is not None and not isinstance(each, FlagRaised)))


MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def statement(word: str, said: Any = True, **other: Any) -> Finding:  # noqa: FBT002 - tables pair a word with what is said
    """True is present, False absent, None unknown, a number itself."""
    presence = {True: Presence.PRESENT, False: Presence.ABSENT, None: Presence.UNKNOWN}
    value = None if said is None or isinstance(said, bool) else said
    return Finding(word=word, presence=Presence.PRESENT if value is not None else presence[said], value=value, observed=MOMENT, **other)


@pytest.fixture(scope="session")
def make() -> Make:
    return Make()


@pytest.fixture(scope="session")
def say() -> Callable[..., Finding]:
    return statement


@pytest.fixture(scope="session")
def patient() -> Callable[..., Findings]:
    """Findings of words, and of any further statements."""
    return lambda said=(), *more: Findings([*(statement(word, value) for word, value in dict(said).items()), *more])


@pytest.fixture
def opened() -> Iterator[Callable[[Ruleset], Inference]]:
    """Makes an Inference, closed after the test."""
    made: list[Inference] = []

    def opened(ruleset: Ruleset) -> Inference:
        made.append(Inference(ruleset))
        return made[-1]

    yield opened
    for inference in made:
        inference.close()


class WitnessAlone:
    """The witness with the interface of Inference."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self.disposition = witness_plan.disposition

    def conclude(self, findings: Findings) -> Conclusions:
        return Witness(self._ruleset).conclude(findings)

    def verdicts(self, conclusions, candidates, disposition):
        activities, roles = self._ruleset.activities, self._ruleset.roles
        truths = Truths(conclusions.states[View.SAFETY], conclusions.raised)
        return {
            candidate.activity: witness_plan.verdict(activities[candidate.activity], candidate, truths, disposition, roles)
            for candidate in candidates
        }


@pytest.fixture(params=["engine", "witness"])
def evaluator(request, opened) -> Callable[[Ruleset], Any]:
    """Each evaluator in its turn; what the engine says has its witness's consent besides."""
    return opened if request.param == "engine" else WitnessAlone
