"""A small ruleset of its own, so that these tests say what intake does and not what the content holds."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from nuchal.findings import Chart, Finding
from nuchal.intake import Intake, read_request
from nuchal.rules.conditions import AnyOf, Word
from nuchal.rules.model import Cause, Derived, Disposition, Prevalence, Roles, Ruleset, Status
from nuchal.rules.vocabulary import (
    Allergy,
    CodeMapping,
    CountedFrom,
    Diary,
    Language,
    Match,
    Medication,
    Onset,
    Phrases,
    Quantity,
    Rising,
    Severity,
    VocabularyWord,
    WordKind,
)
from nuchal.terminology import ATC, ICD_10_CM, LOINC, RXNORM, SNOMED_CT, Coding

AS_OF = "2026-11-20T12:00:00Z"


def code(system: str, value: str, match: Match = Match.EQUIVALENT) -> CodeMapping:
    return CodeMapping(coding=Coding(system=system, code=value), match=match)


def word(identity: str, kind: WordKind, codes: Iterable[CodeMapping] = (), synonyms: Iterable[str] = (), **more: Any) -> VocabularyWord:
    plain: dict[str, Any] = {
        "general": False,
        "screen": None,
        "look_back_days": 7.0,
        "needs_recent_onset": False,
        "quantity": None,
        "medication": None,
        "onset": None,
        "severity": None,
    }
    return VocabularyWord(
        id=identity,
        title=identity.replace("-", " "),
        kind=kind,
        question="?",
        codes=tuple(codes),
        synonyms=tuple(synonyms),
        file="words.yaml",
        **(plain | more),
    )


WORDS = (
    word("age", WordKind.DEMOGRAPHIC, quantity=Quantity(unit="a", low=0, high=120), look_back_days=None),
    word("sex-female", WordKind.DEMOGRAPHIC, [code(LOINC, "46098-0")], ["sex"], look_back_days=None),
    word("headache", WordKind.SYMPTOM, [code(SNOMED_CT, "25064002"), code(ICD_10_CM, "R51")], ["headache"]),
    word("back-pain", WordKind.SYMPTOM, [code(ICD_10_CM, "M54")], ["back pain"]),
    word("back-pain-lower", WordKind.SYMPTOM, [code(ICD_10_CM, "M54.5"), code(SNOMED_CT, "279039007")], ["low back pain"]),
    word(
        "thunderclap-headache",
        WordKind.SYMPTOM,
        [code(SNOMED_CT, "95659009"), code(SNOMED_CT, "22253000", Match.BROADER)],
        ["thunderclap headache", "sudden severe headache"],
    ),
    word("nausea", WordKind.SYMPTOM, [code(SNOMED_CT, "16932000", Match.IMPLIES)], ["nausea"]),
    word("vomiting", WordKind.SYMPTOM, [code(SNOMED_CT, "16932000", Match.IMPLIES)], ["vomiting"]),
    word("photophobia", WordKind.SYMPTOM, [code(SNOMED_CT, "409668002")], ["photophobia"]),
    word("neck-stiffness", WordKind.SIGN, [code(SNOMED_CT, "161882006")], ["neck stiffness"]),
    word("pupil-dilated", WordKind.SIGN, [code(SNOMED_CT, "37125009")], ["dilated pupil"], needs_recent_onset=True, look_back_days=2.0),
    word("fever", WordKind.SYMPTOM, [code(SNOMED_CT, "386661006"), code(ICD_10_CM, "R50.9")], ["fever"]),
    word("malaria-exposure", WordKind.EXPOSURE, [], ["travel malaria area"], look_back_days=90.0),
    word("head-injury", WordKind.EXPOSURE, [code(ICD_10_CM, "S09.90XA"), code(ICD_10_CM, "S09")], ["head injury"], look_back_days=90.0),
    word("cancer-history", WordKind.HISTORY, [code(ICD_10_CM, "C50")], ["cancer"], look_back_days=None),
    word("dural-puncture", WordKind.HISTORY, [code(SNOMED_CT, "277762005")], ["lumbar puncture"], look_back_days=None),
    word("pregnancy-test-positive", WordKind.TEST, [code(LOINC, "2106-3")], ["pregnancy test"], look_back_days=30.0),
    word("body-temperature", WordKind.NUMBER, [code(LOINC, "8310-5")], ["temperature"], quantity=Quantity(unit="Cel", low=25, high=45)),
    word("systolic", WordKind.NUMBER, [code(LOINC, "8480-6")], ["systolic"], quantity=Quantity(unit="mm[Hg]", low=40, high=300)),
    word("diastolic", WordKind.NUMBER, [code(LOINC, "8462-4")], ["diastolic"], quantity=Quantity(unit="mm[Hg]", low=20, high=200)),
    word("headache-days", WordKind.NUMBER, [], ["headache days per month"], quantity=Quantity(unit="d/mo", low=0, high=31)),
    word("pain-score", WordKind.NUMBER, [code(LOINC, "72514-3", Match.BROADER)], quantity=Quantity(unit="{score}", low=0, high=10)),
    word("dipstick", WordKind.NUMBER, [code(LOINC, "20454-5")], ["urine protein"], quantity=Quantity(unit="{place}", low=0, high=4)),
    word(
        "headache-hours-ago",
        WordKind.NUMBER,
        quantity=Quantity(unit="h", low=0, high=1000),
        onset=Onset(of="headache"),
    ),
    word("puncture-days-ago", WordKind.NUMBER, quantity=Quantity(unit="d", low=0, high=60), onset=Onset(of="dural-puncture")),
    word("headache-severe", WordKind.SYMPTOM, severity=Severity(of="headache", levels=frozenset({"severe"}))),
    word(
        "headache-mild-or-moderate",
        WordKind.SYMPTOM,
        severity=Severity(of="headache", levels=frozenset({"mild", "moderate"})),
    ),
    word(
        "on-nsaid",
        WordKind.MEDICATION,
        synonyms=["nsaid"],
        look_back_days=30.0,
        medication=Medication(atc=("M01A",), ingredients=("ibuprofen", "aspirin > 150 mg"), excluded_forms=("gel", "cream")),
    ),
    word(
        "on-antiplatelet",
        WordKind.MEDICATION,
        look_back_days=30.0,
        medication=Medication(atc=("B01AC",), ingredients=("clopidogrel", "aspirin <= 150 mg")),
    ),
    word(
        "on-anticoagulant",
        WordKind.MEDICATION,
        synonyms=["anticoagulant"],
        look_back_days=30.0,
        medication=Medication(atc=("B01AA",), rxnorm=("11289",), ingredients=("warfarin", "apixaban")),
    ),
    word(
        "on-steroid-long",
        WordKind.MEDICATION,
        look_back_days=30.0,
        medication=Medication(atc=("H02AB",), ingredients=("prednisolone",), least_days=28),
    ),
    word("headache-unilateral", WordKind.SYMPTOM, [], ["unilateral headache"]),
    word("neck-pain", WordKind.SYMPTOM, [], ["neck pain"]),
    word(
        "headache-score",
        WordKind.NUMBER,
        [],
        ["headache severity score", "headache pain severity score"],
        quantity=Quantity(unit="{score}", low=0, high=10),
    ),
    word("headache-rising", WordKind.SYMPTOM, rising=Rising(of="headache-score", values=3, days=7, by=2)),
    word("migraine-known", WordKind.HISTORY, [code(SNOMED_CT, "37796009")], ["migraine"], look_back_days=None),
    word(
        "family-history-migraine",
        WordKind.HISTORY,
        [],
        ["family history of migraine"],
        look_back_days=None,
        family=frozenset({"migraine-known"}),
    ),
    word(
        "drug-allergy",
        WordKind.HISTORY,
        [],
        ["allergy to painkiller"],
        look_back_days=None,
        allergy=Allergy(atc=("M01A",), rxnorm=("5640",), ingredients=("ibuprofen",)),
    ),
    word(
        "drug-anaphylaxis",
        WordKind.HISTORY,
        look_back_days=None,
        allergy=Allergy(ingredients=("cefalexin",), severe=True),
    ),
    word(
        "opioid-stopped",
        WordKind.MEDICATION,
        look_back_days=30.0,
        medication=Medication(atc=("N02A",), ingredients=("tramadol",), stopped_days=2),
    ),
    word(
        "sleeper-stopped",
        WordKind.MEDICATION,
        look_back_days=30.0,
        medication=Medication(atc=("N05BA",), ingredients=("diazepam",), least_days=28, stopped_days=7),
    ),
    word(
        "analgesic-days",
        WordKind.NUMBER,
        synonyms=["analgesic days per month"],
        look_back_days=30.0,
        quantity=Quantity(unit="d/mo", low=0, high=31),
        medication=Medication(atc=("M01A",), ingredients=("ibuprofen", "naproxen")),
    ),
    word(
        "overuse-months",
        WordKind.NUMBER,
        look_back_days=30.0,
        quantity=Quantity(unit="mo", low=0, high=600),
        onset=Onset(of="analgesic-days", least=10),
    ),
    word("creatinine", WordKind.NUMBER, [code(LOINC, "2160-0")], quantity=Quantity(unit="umol/L", low=10, high=2000, molar_mass=113.12)),
    word("csf-pressure", WordKind.NUMBER, [], ["opening pressure"], quantity=Quantity(unit="cm[H2O]", low=0, high=100)),
    word(
        "pregnant",
        WordKind.DEMOGRAPHIC,
        [code(LOINC, "82810-3"), code(SNOMED_CT, "77386006"), code(ICD_10_CM, "Z34")],
        ["pregnant"],
        look_back_days=300.0,
    ),
    word(
        "gestation",
        WordKind.NUMBER,
        [code(LOINC, "49051-6")],
        ["gestational age"],
        look_back_days=300.0,
        quantity=Quantity(unit="wk", low=0, high=44, advances=True),
        counted_from=(
            CountedFrom(at=40, codes=(Coding(system=LOINC, code="11778-8"),), synonyms=("due date",)),
            CountedFrom(at=0, codes=(Coding(system=LOINC, code="8665-2"),), needs="pregnant"),
        ),
    ),
    word(
        "postpartum-days",
        WordKind.NUMBER,
        synonyms=["days since delivery"],
        look_back_days=90.0,
        quantity=Quantity(unit="d", low=0, high=365, advances=True),
        counted_from=(
            CountedFrom(
                at=0,
                codes=(Coding(system=SNOMED_CT, code="11466000"), Coding(system=LOINC, code="93857-1")),
                synonyms=("date of delivery",),
                ends=("pregnant", "gestation"),
            ),
        ),
    ),
    word(
        "headache-diary-days",
        WordKind.NUMBER,
        look_back_days=90.0,
        quantity=Quantity(unit="d/mo", low=0, high=31),
        diary=Diary(of="neck-stiffness", least_days=6),
    ),
)

LANGUAGE = Language(
    present=frozenset(
        {(SNOMED_CT, "52101004"), (LOINC, "LA33-6"), ("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "POS")}
    ),
    absent=frozenset(
        {(SNOMED_CT, "2667000"), (LOINC, "LA32-8"), ("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "NEG")}
    ),
    unknown=frozenset({(SNOMED_CT, "261665006")}),
    present_texts=frozenset({"yes", "present", "positive", "reported by patient"}),
    absent_texts=frozenset({"no", "absent", "negative", "denied", "nil", "none of the above"}),
    unknown_texts=frozenset({"unknown", "not asked", "declined"}),
    normal=frozenset({(SNOMED_CT, "17621005"), ("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "N")}),
    normal_texts=frozenset({"normal", "supple"}),
    negations=("no", "not", "denies", "kein"),
    neutral=frozenset({"finding", "symptom", "of", "the", "in", "to", "a", "an", "left", "right"}),
    relations=frozenset(
        {"no", "not", "denies", "kein", "with", "after", "before", "since", "relieved", "family", "history", "without", "seit"}
    ),
    telling=frozenset({"head", "spine", "stiffness", "tumour"}),
    equivalents={"head pain": "headache", "stiff neck": "neck stiffness", "backache": "back pain", "lower back": "low back"},
    spelling=(("ae", "e"), ("oe", "e"), ("our", "or")),
    generic_codes=frozenset({(LOINC, "75325-1")}),
    generic_texts=frozenset({"symptom"}),
    onset_codes=frozenset({(SNOMED_CT, "298059007")}),
    onset_texts=frozenset({"date of onset"}),
    severity_codes={(SNOMED_CT, "24484000"): "severe", (SNOMED_CT, "255604002"): "mild"},
    severity_texts={"severe": "severe", "mild": "mild"},
    severity_component_codes=frozenset({(SNOMED_CT, "246112005")}),
    severity_component_texts=frozenset({"severity"}),
    ordinal_texts={"negative": 0, "trace": 1, "+": 2, "++": 3, "2+": 3},
    unit_spellings={
        "degF": "[degF]",
        "°F": "[degF]",
        "mmHg": "mm[Hg]",
        "C": "Cel",
        "days": "d",
        "weeks": "wk",
        "Wochen": "wk",
        "days per month": "d/mo",
        "days a month": "d/mo",
        "Fahrenheit": "[degF]",
    },
    located_codes={(SNOMED_CT, "22253000"): "pain", (LOINC, "72514-3"): "pain severity score"},
    site_codes={(SNOMED_CT, "69536005"): "head", (SNOMED_CT, "45048000"): "neck", (SNOMED_CT, "7771000"): "unilateral"},
    site_texts={"head": "head", "lower back": "low back", "left side": "unilateral"},
    site_component_codes=frozenset({(SNOMED_CT, "363698007")}),
    site_component_texts=frozenset({"location", "side"}),
    question_openings=("do you have", "do you have any", "have you had"),
    relatives=frozenset({"family", "mother", "family history"}),
    past=frozenset({"ever", "previous"}),
    limits=("up to", "max"),
    no_allergy_codes=frozenset({(SNOMED_CT, "716186003")}),
    no_allergy_texts=frozenset({"nkda"}),
    severe_reaction_codes=frozenset({(SNOMED_CT, "39579001")}),
    severe_reaction_texts=frozenset({"anaphylactic shock"}),
    drug_list_codes=frozenset({(LOINC, "10160-0")}),
    drug_list_texts=frozenset({"medication list"}),
    phrases=Phrases(
        at_once=("no", "not", "kein"),
        modifiers=("severe", "mild"),
        headings=("examination",),
        over=("resolved",),
        units={"day": 1, "week": 7, "year": 365.25},
        since=("since", "for"),
        ago=("ago",),
    ),
    pair_codes=frozenset({(LOINC, "85354-9")}),
    pair_texts=frozenset({"blood pressure"}),
    pair_words=("systolic", "diastolic"),
)

_HEAD: dict[str, Any] = {
    "status": Status.DRAFT,
    "effective": date(2026, 1, 1),
    "reviewed": None,
    "sources": (),
    "cases": (),
    "file": "x.yaml",
}
_MIGRAINE = Cause(
    id="migraine",
    title="Migraine",
    category="primary",
    codings=(Coding(system=ICD_10_CM, code="G43.0"), Coding(system=SNOMED_CT, code="37796009")),
    urgency=Disposition.ROUTINE,
    prevalence=Prevalence.COMMON,
    explains=frozenset(),
    requires_sex=None,
    min_age=12,
    rationale="",
    cardinal=(),
    required=Word("headache"),
    groups=(),
    supporting=(),
    excluding=(),
    confirm="",
    pitfalls="",
    activities=(),
    **_HEAD,
)
_HEADACHE = Derived(
    id="headache", title="Headache", present_when=AnyOf((Word("thunderclap-headache"),)), absent_when=None, rationale="", **_HEAD
)
RULESET = Ruleset(
    id="small",
    title="Small",
    version="1.0.0",
    effective=date(2026, 1, 1),
    canonical="https://example.org/PlanDefinition/small",
    publisher="",
    population="",
    default_min_age=12,
    hash="0",
    roles=Roles(
        headache="headache",
        back_pain="back-pain",
        back_equivalents=(),
        age="age",
        female="sex-female",
        pregnancy="pregnancy-test-positive",
        anticoagulation="on-anticoagulant",
        medication_overuse="headache-days",
        safety_net="",
        appointments={},
    ),
    screen=(),
    language=LANGUAGE,
    vocabulary={one.id: one for one in WORDS},
    derived={"headache": _HEADACHE},
    red_flags={},
    causes={"migraine": _MIGRAINE},
    activities={},
    references={},
)

PATIENT: dict[str, Any] = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980-06-01"}
RXNORM_WARFARIN = {"system": RXNORM, "code": "11289"}
ATC_NAPROXEN = {"system": ATC, "code": "M01AE02"}

ReadChart = Callable[..., Chart]


@pytest.fixture(scope="session")
def intake() -> Intake:
    return Intake(RULESET)


@pytest.fixture(scope="session")
def ruleset_of_intake() -> Ruleset:
    return RULESET


@pytest.fixture(scope="session")
def read_bundle_of_intake() -> ReadChart:
    """Reads resources of PATIENT with another Intake."""
    return lambda intake, *resources: read_bundle(intake, bundle(PATIENT, *resources))


@pytest.fixture(scope="session")
def chart(intake: Intake) -> ReadChart:
    """Reads resources (a Patient is added unless one is there) as of AS_OF."""

    def read(*resources: dict[str, Any], as_of: str = AS_OF, subject: str | None = None, patient: bool = True) -> Chart:
        everything = [PATIENT, *resources] if patient else list(resources)
        return read_bundle(intake, bundle(*everything), as_of=as_of, subject=subject)

    return read


@pytest.fixture(scope="session")
def make_bundle() -> Callable[..., dict[str, Any]]:
    return bundle


@pytest.fixture(scope="session")
def make() -> Callable[..., dict[str, Any]]:
    return resource


@pytest.fixture(scope="session")
def said() -> Callable[..., list[tuple[Any, ...]]]:
    return summary


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def read_bundle(intake: Intake, body: dict[str, Any], *, as_of: str = AS_OF, subject: str | None = None) -> Chart:
    parameters = {"asOf": as_of} | ({"subject": subject} if subject else {})
    return intake.read_chart(read_request(orjson.dumps(body), parameters, now=datetime(2026, 1, 1, tzinfo=UTC)))


_PLAIN: dict[str, dict[str, Any]] = {
    "Observation": {"status": "final", "effectiveDateTime": "2026-11-20T10:00:00Z"},
    "Condition": {},
    "Encounter": {"status": "in-progress", "class": {"code": "AMB"}, "period": {"start": "2026-11-20T09:00:00Z"}},
    "Procedure": {"status": "completed"},
    "MedicationRequest": {"status": "active", "intent": "order", "authoredOn": "2026-10-01"},
    "MedicationStatement": {"status": "active"},
    "MedicationAdministration": {"status": "completed", "effectiveDateTime": "2026-11-19"},
    "AllergyIntolerance": {"subject": None, "patient": {"reference": "Patient/p"}},
    "FamilyMemberHistory": {
        "status": "completed",
        "subject": None,
        "patient": {"reference": "Patient/p"},
        "relationship": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH"}]},
    },
    "Flag": {"status": "active"},
    "List": {"status": "current", "mode": "working", "date": "2026-11-20T08:00:00Z"},
    "QuestionnaireResponse": {"status": "completed", "authored": "2026-11-20T10:00:00Z"},
    "ServiceRequest": {"status": "active", "intent": "order", "authoredOn": "2026-11-20T10:00:00Z", "code": {"text": "MRI of the head"}},
}


def resource(resource_type: str, **elements: Any) -> dict[str, Any]:
    """A resource of the patient p with what FHIR requires; an element that is None is left out."""
    whole = {"resourceType": resource_type, "subject": {"reference": "Patient/p"}} | _PLAIN[resource_type] | elements
    return {name: value for name, value in whole.items() if value is not None}


def summary(read: Chart, *words: str) -> list[tuple[Any, ...]]:
    """(word, presence, value, confirmed) of the statements, those of the Patient left out; in order of their words."""

    def told(finding: Finding) -> tuple[Any, ...]:
        value = () if finding.value is None else (finding.value,)
        return (finding.word, str(finding.presence), *value, *(() if finding.confirmed else ("unconfirmed",)))

    mine = (finding for finding in read.findings.statements if finding.word not in {"age", "sex-female"} or finding.word in words)
    return sorted(told(finding) for finding in mine if not words or finding.word in words)
