"""One small ruleset, and the kinds of answer that it can give, each as an assessment with its chart."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from nuchal.assessment.model import (
    Asking,
    Assessment,
    Criterion,
    CriterionRole,
    CriterionState,
    ListedCause,
    Plan,
    PlannedActivity,
    Question,
    RaisedFlag,
    UndeterminedFlag,
    WithheldActivity,
    Withholding,
)
from nuchal.fhir import answer_bundle
from nuchal.findings import Chart, ChartEntry, Finding, Findings, Note, NoteKind, Presence, Recognition, Subject, View
from nuchal.inference.outcome import Certainty, Conclusions
from nuchal.rules.conditions import Word
from nuchal.rules.model import (
    Activity,
    ActivityKind,
    Cause,
    Disposition,
    Prevalence,
    RedFlag,
    Reference,
    Region,
    Roles,
    Ruleset,
    Source,
    Status,
)
from nuchal.rules.vocabulary import CodeMapping, Language, Match, Quantity, VocabularyWord, WordKind
from nuchal.terminology import ICD_10_CM, LOINC, SNOMED_CT, Coding

EXAMPLES = Path(__file__).parents[2] / "examples"
AS_OF = datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)
MORNING = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script> & ]]> \x00\x08\x1f\ufffe\n\nhead “pain”"


def _word(id_: str, kind: WordKind = WordKind.SYMPTOM, *, codes: tuple[CodeMapping, ...] = (), quantity: Quantity | None = None):
    title = id_.replace("-", " ").capitalize()
    return VocabularyWord(
        id=id_,
        title=title,
        kind=kind,
        question=f"Is there {title.lower()}?",
        general=False,
        screen=None,
        look_back_days=None,
        needs_recent_onset=False,
        codes=codes,
        synonyms=(),
        quantity=quantity,
        medication=None,
        onset=None,
        severity=None,
        file="vocabulary/words.yaml",
    )


def _code(system: str, code: str, display: str, *, verified: bool = True, match: Match = Match.EQUIVALENT) -> CodeMapping:
    return CodeMapping(coding=Coding(system=system, code=code, display=display, verified=verified), match=match)


VOCABULARY = {
    word.id: word
    for word in (
        _word("headache", codes=(_code(SNOMED_CT, "25064002", "Headache"),)),
        _word("back-pain", codes=(_code(SNOMED_CT, "161891005", "Backache"),)),
        _word(
            "neck-stiffness",
            codes=(
                _code(SNOMED_CT, "161882006", "Stiff neck"),
                _code(SNOMED_CT, "999999", "Recalled", verified=False),
                _code(ICD_10_CM, "M54.2", "Cervicalgia", match=Match.BROADER),
            ),
        ),
        _word("fever"),
        _word("rash"),
        _word(
            "temperature",
            WordKind.NUMBER,
            codes=(_code(LOINC, "8310-5", "Body temperature"),),
            quantity=Quantity(unit="Cel", low=25, high=45),
        ),
        _word("age", WordKind.DEMOGRAPHIC, quantity=Quantity(unit="a", low=0, high=130)),
        _word("sex-female", WordKind.DEMOGRAPHIC),
        _word("pregnant"),
        _word("on-anticoagulant", WordKind.MEDICATION),
        _word("acute-medication-overuse"),
    )
}

REFERENCES = {
    "guideline": Reference(
        id="guideline", authors="Institute of Fevers", title="Meningitis", source="Guideline 1", year=2024, doi="10.1000/182", pmid=None
    )
}


def _head(id_: str, title: str) -> dict[str, object]:
    return {
        "id": id_,
        "title": title,
        "status": Status.DRAFT,
        "effective": date(2026, 12, 1),
        "reviewed": None,
        "sources": (Source(ref="guideline", supports="Fever with a stiff neck calls for treatment at once."),),
        "cases": (),
        "file": f"{id_}.yaml",
    }


def _flag(id_: str, title: str, disposition: Disposition, may_mean: tuple[str, ...] = ()) -> RedFlag:
    return RedFlag(
        **_head(id_, title),
        rationale="",
        when=Word("fever"),
        disposition=disposition,
        may_mean=may_mean,
        immediate_action=(),
        false_positives=(),
    )


def _cause(id_: str, title: str, urgency: Disposition, codings: tuple[Coding, ...] = ()) -> Cause:
    return Cause(
        **_head(id_, title),
        category="infection",
        codings=codings,
        urgency=urgency,
        prevalence=Prevalence.RARE,
        explains=frozenset({Region.HEAD, Region.BACK}),
        requires_sex=None,
        min_age=12,
        rationale="",
        cardinal=(Word("headache"),),
        required=Word("fever"),
        groups=(),
        supporting=(),
        excluding=(),
        confirm="",
        pitfalls="",
        activities=(),
    )


def _activity(id_: str, title: str, kind: ActivityKind, **more: object) -> Activity:
    return Activity(
        **_head(id_, title),
        **{
            "kind": kind,
            "codings": (),
            "classes": frozenset(),
            "appointment": None,
            "specialist": False,
            "prohibits": False,
            "indicated_when": None,
            "contraindications": (),
            "cautions": (),
            "clinical_text": f"Clinical: {title}.",
            "patient_text": f"Plainly: {title}.",
            **more,
        },
    )


FLAGS = {
    flag.id: flag
    for flag in (
        _flag("rf-fever-meningism", "Fever with headache and stiff neck", Disposition.EMERGENCY, ("bacterial-meningitis",)),
        _flag("rf-rash", "Rash that does not blanch", Disposition.SOON),
    )
}
CAUSES = {
    cause.id: cause
    for cause in (
        _cause(
            "bacterial-meningitis",
            "Bacterial meningitis",
            Disposition.EMERGENCY,
            (
                Coding(system=SNOMED_CT, code="95883001", display="Bacterial meningitis", verified=True),
                Coding(system=ICD_10_CM, code="G00.9", display="Bacterial meningitis, unspecified", verified=False),
            ),
        ),
        _cause("tension-type-headache", "Tension-type headache", Disposition.SELF_CARE),
        _cause("migraine", "Migraine", Disposition.ROUTINE),
    )
}
ACTIVITIES = {
    activity.id: activity
    for activity in (
        _activity("lumbar-puncture", "Lumbar puncture", ActivityKind.PROCEDURE),
        _activity(
            "ct-head",
            "CT head",
            ActivityKind.ORDER,
            codings=(Coding(system=SNOMED_CT, code="408754009", display="CT of head", verified=True),),
        ),
        _activity("neurology-referral", "Neurology referral", ActivityKind.REFERRAL),
        _activity(
            "paracetamol",
            "Paracetamol",
            ActivityKind.MEDICATION,
            codings=(Coding(system="http://www.whocc.no/atc", code="N02BE01", display="paracetamol", verified=True),),
        ),
        _activity("ibuprofen", "Ibuprofen", ActivityKind.MEDICATION),
        _activity("emergency-department", "Emergency department", ActivityKind.APPOINTMENT, appointment=Disposition.EMERGENCY),
        _activity("safety-net-advice", "When to come back", ActivityKind.COMMUNICATION),
        _activity("headache-diary", "Headache diary", ActivityKind.EDUCATION),
        _activity(
            "no-imaging",
            "Routine imaging",
            ActivityKind.ORDER,
            prohibits=True,
            clinical_text="Do not image without a red flag.",
        ),
        _activity("no-opioids", "Opioids", ActivityKind.MEDICATION, prohibits=True, clinical_text="Do not give opioids for headache."),
    )
}

RULESET = Ruleset(
    id="small",
    title="Causes of headache with back pain",
    version="0.1.0",
    effective=date(2026, 12, 1),
    canonical="https://nuchal.example.org/fhir/PlanDefinition/small",
    publisher="Nuchal",
    population="adults",
    default_min_age=12,
    hash="0123abcd",
    roles=Roles(
        headache="headache",
        back_pain="back-pain",
        back_equivalents=("neck-stiffness",),
        age="age",
        female="sex-female",
        pregnancy="pregnant",
        anticoagulation="on-anticoagulant",
        medication_overuse="acute-medication-overuse",
        safety_net="safety-net-advice",
        appointments={},
    ),
    screen=(),
    language=Language(
        **dict.fromkeys(("present", "absent", "unknown", "present_texts", "absent_texts", "unknown_texts"), frozenset()),
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
    ),
    vocabulary=VOCABULARY,
    derived={},
    red_flags=FLAGS,
    causes=CAUSES,
    activities=ACTIVITIES,
    references=REFERENCES,
)

FEVER = Finding(word="fever", presence=Presence.PRESENT, observed=MORNING, source="Observation/fever")
STIFF = Finding(
    word="neck-stiffness",
    presence=Presence.PRESENT,
    observed=MORNING,
    source="Observation/neck",
    recognition=Recognition.TEXT,
    confirmed=False,
)
WARM = Finding(word="temperature", presence=Presence.PRESENT, value=39.2, observed=MORNING, source="Observation/temperature")
NO_RASH = Finding(word="rash", presence=Presence.ABSENT, observed=MORNING, source="Condition/rash")
HEADACHE = Finding(word="headache", presence=Presence.PRESENT, observed=MORNING, source="Condition/headache")
NO_BACK_PAIN = Finding(word="back-pain", presence=Presence.ABSENT, observed=MORNING, source="Condition/back")
CHILD = Finding(word="age", presence=Presence.PRESENT, value=9, observed=MORNING, source="Patient/p1")
FINDINGS = (FEVER, STIFF, WARM, NO_RASH, HEADACHE)


def _chart(findings: tuple[Finding, ...] = FINDINGS, **more: object) -> Chart:
    references = sorted({(finding.source, finding.word) for finding in findings})
    entries = [
        ChartEntry(reference=source, resource_type=source.split("/")[0], expression=f"Bundle.entry[{place}].resource", words=(word,))
        for place, (source, word) in enumerate(references)
    ]
    unused = ChartEntry(reference="Observation/unused", resource_type="Observation", expression="Bundle.entry[99].resource")
    return Chart(
        **{
            "subject": Subject(reference="Patient/p1"),
            "encounter": "Encounter/e1",
            "as_of": AS_OF,
            "effective": MORNING,
            "findings": Findings(findings),
            "entries": (*entries, unused),
            "known_causes": frozenset(),
            "notes": (),
            "input_hash": "beef",
            "passed_over": {},
            **more,
        }
    )


def _criterion(id_: str, text: str, role: CriterionRole, *evidence: Finding, state: CriterionState = CriterionState.MET) -> Criterion:
    return Criterion(id=id_, text=text, role=role, state=state, evidence=evidence)


FLAG_CRITERIA = (
    _criterion("when-1", "fever", CriterionRole.WHEN, FEVER, WARM),
    _criterion("when-2", "neck stiffness", CriterionRole.WHEN, STIFF),
)
CAUSE_CRITERIA = (
    _criterion("required", "fever", CriterionRole.REQUIRED, FEVER, WARM),
    _criterion("group-1.1", "rash", CriterionRole.GROUP, NO_RASH, state=CriterionState.ABSENT),
    _criterion("group-1.2", "drowsiness", CriterionRole.GROUP, state=CriterionState.UNKNOWN),
)
OVERUSE = _criterion("medication-overuse", "acute medication overuse", CriterionRole.CONTRAINDICATION, HEADACHE)
PREGNANT = _criterion("contraindication-1", "pregnant", CriterionRole.CONTRAINDICATION, state=CriterionState.UNKNOWN)


def _listed(id_: str, certainty: Certainty, **more: object) -> ListedCause:
    return ListedCause(
        **{
            "cause": CAUSES[id_],
            "certainty": certainty,
            "support": 3,
            "score": 4,
            "criteria": CAUSE_CRITERIA,
            "named_by": (),
            "by_name": False,
            "known": False,
            "below_min_age": False,
            "excluded_by": (),
            "failed": (),
            **more,
        }
    )


def _assessment(findings: tuple[Finding, ...] = FINDINGS, **more: object) -> Assessment:
    statements = Findings(findings)
    conclusions = Conclusions(states={view: statements.states(view) for view in View}, flags={}, causes={}, trace=())
    return Assessment(
        **{
            "ruleset": RULESET,
            "conclusions": conclusions,
            "active": frozenset({Region.HEAD, Region.BACK}),
            "back_by_equivalent": None,
            "flags": (),
            "undetermined": (),
            "causes": (),
            "benign_not_listed": 0,
            "unlisted": MappingProxyType({}),
            "unexplained": frozenset(),
            "unweighed": (),
            "screen_open": (),
            "disposition": Disposition.ROUTINE,
            "plan": Plan(activities=(_planned("safety-net-advice"),), withheld=()),
            "questions": (),
            **more,
        }
    )


def _planned(id_: str, *rules: str, **more: object) -> PlannedActivity:
    return PlannedActivity(activity=ACTIVITIES[id_], rules=rules, **more)


def _raised(id_: str) -> RaisedFlag:
    return RaisedFlag(flag=FLAGS[id_], criteria=FLAG_CRITERIA)


def emergency() -> tuple[Assessment, Chart]:
    flag, cause = "rf-fever-meningism", "bacterial-meningitis"
    plan = Plan(
        activities=(
            _planned("emergency-department", flag),
            _planned("lumbar-puncture", flag, cause, cautions=(FLAG_CRITERIA[0],), unknown_contraindications=("on-anticoagulant",)),
            _planned("ct-head", "rf-rash"),
            _planned("neurology-referral", "migraine"),
            _planned("paracetamol", "tension-type-headache"),
            _planned("headache-diary", "migraine"),
            _planned("no-imaging", "migraine"),
            _planned("no-opioids", "migraine"),
            _planned("safety-net-advice"),
        ),
        withheld=(
            WithheldActivity(activity=ACTIVITIES["ibuprofen"], rules=(cause,), why=Withholding.MEDICATION_OVERUSE, because=(OVERUSE,)),
            WithheldActivity(activity=ACTIVITIES["paracetamol"], rules=(cause,), why=Withholding.PREGNANCY_UNKNOWN, because=(PREGNANT,)),
        ),
    )
    assessment = _assessment(
        flags=(_raised(flag), _raised("rf-rash")),
        undetermined=(),
        causes=(
            _listed(cause, Certainty.PROBABLE, named_by=(flag,)),
            _listed("migraine", Certainty.MEETS_CRITERIA, known=True),
            _listed(
                "tension-type-headache", Certainty.POSSIBLE, named_by=(flag,), by_name=True, below_min_age=True, failed=(CAUSE_CRITERIA[1],)
            ),
        ),
        benign_not_listed=2,
        disposition=Disposition.EMERGENCY,
        plan=plan,
        questions=(
            Question(word="neck-stiffness", text="Is the neck stiff?", why=Asking.UNCONFIRMED, rules=(flag,)),
            Question(word="age", text="How old is the patient?", why=Asking.CAUSE, rules=(cause,)),
        ),
    )
    return assessment, _chart()


def two_pains_and_nothing_else() -> tuple[Assessment, Chart]:
    assessment = _assessment(
        undetermined=(UndeterminedFlag(flag=FLAGS["rf-rash"], missing=("rash", "fever"), holds_specific=False),),
        unweighed=("rash",),
        screen_open=("fever", "focal-deficit"),
        unexplained=frozenset({Region.BACK}),
        unlisted={"migraine": CAUSE_CRITERIA},
        back_by_equivalent="neck-stiffness",
    )
    return assessment, _chart((STIFF, HEADACHE), effective=None, encounter=None, passed_over={"Immunization": 3, "Claim": 1})


def head_only() -> tuple[Assessment, Chart]:
    questions = (
        Question(word="back-pain", text="Does the back hurt?", why=Asking.OTHER_PAIN),
        Question(word="fever", text="Has there been a fever?", why=Asking.SCREEN),
    )
    return _assessment((HEADACHE,), active=frozenset({Region.HEAD}), questions=questions), _chart((HEADACHE,))


def neither() -> tuple[Assessment, Chart]:
    return _assessment((NO_BACK_PAIN,), active=frozenset(), disposition=None, plan=None), _chart((NO_BACK_PAIN,))


def unreadable() -> tuple[Assessment, Chart]:
    note = Note(kind=NoteKind.UNUSABLE, message="The value has no unit.", expression="Bundle.entry[0].resource.valueQuantity")
    return _assessment((), active=frozenset(), disposition=None, plan=None), _chart((), notes=(note,))


def hostile() -> tuple[Assessment, Chart]:
    coding = Coding(system="urn:x", code=HOSTILE, display=HOSTILE)
    notes = tuple(
        Note(kind=kind, message=f"Said of the input: {kind}.", expression="Bundle.entry[1].resource.code", verbatim=verbatim, coding=code)
        for kind, verbatim, code in [(NoteKind.NOT_UNDERSTOOD, HOSTILE, coding), *((kind, None, None) for kind in NoteKind)]
    )
    identifier = {"system": "urn:example", "value": "17", "assigner": {"reference": "Organization/o1"}}
    subject = Subject(reference="urn:uuid:11111111-1111-4111-8111-111111111111", identifier=identifier)
    return _assessment(), _chart((), subject=subject, encounter="urn:uuid:22222222-2222-4222-8222-222222222222", notes=notes)


def contained_patient() -> tuple[Assessment, Chart]:
    fever = Finding(word="fever", presence=Presence.PRESENT, observed=MORNING, source=None, recognition=Recognition.COMPUTED)
    raised = RaisedFlag(flag=FLAGS["rf-rash"], criteria=(_criterion("when", "fever", CriterionRole.WHEN, fever),))
    return _assessment(flags=(raised,), disposition=Disposition.SOON), _chart((), subject=Subject(reference="#p1"), encounter=None)


def mapped_by_the_site() -> tuple[Assessment, Chart]:
    coding = Coding(system="http://hospital.example.org/codes", code="K7", display="Kopf 7")
    note = Note(kind=NoteKind.NOT_UNDERSTOOD, message="Asserts nothing.", expression="Bundle.entry[0].resource.code", coding=coding)
    return _assessment(), _chart(notes=(note,), site_map="cafe")


def child() -> tuple[Assessment, Chart]:
    return _assessment((CHILD,)), _chart((CHILD,))


KINDS: dict[str, Callable[[], tuple[Assessment, Chart]]] = {
    kind.__name__: kind
    for kind in (
        emergency,
        two_pains_and_nothing_else,
        head_only,
        neither,
        unreadable,
        hostile,
        contained_patient,
        mapped_by_the_site,
        child,
    )
}


class Answer:
    """One answer with what it was made from, and its resources by type."""

    def __init__(self, kind: str, *, detail_full: bool = False) -> None:
        self.assessment, self.chart = KINDS[kind]()
        self.bundle = answer_bundle(self.assessment, self.chart, detail_full=detail_full)
        self.resources = [entry["resource"] for entry in self.bundle["entry"]]
        self.text = json.dumps(self.bundle, ensure_ascii=False)

    def all(self, resource_type: str) -> list[dict[str, object]]:
        return [resource for resource in self.resources if resource["resourceType"] == resource_type]

    def one(self, resource_type: str) -> dict[str, object]:
        (resource,) = self.all(resource_type)
        return resource


@pytest.fixture(params=KINDS)
def answer(request: pytest.FixtureRequest) -> Answer:
    """Every kind of answer, one after the other."""
    return Answer(request.param)


@pytest.fixture
def answer_to() -> Callable[..., Answer]:
    """The answer of one kind, by its name."""
    return Answer


@pytest.fixture
def examples() -> Path:
    """The folder of the bundled example requests."""
    return EXAMPLES


@pytest.fixture(params=sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def example(request: pytest.FixtureRequest) -> Path:
    """Each bundled example request, one after the other."""
    return request.param


@pytest.fixture
def kinds() -> list[str]:
    """The names of all kinds of answer."""
    return list(KINDS)


@pytest.fixture
def signed() -> tuple[Assessment, Chart]:
    """An assessment with a ruleset whose every rule a clinician has signed."""

    def sign(rules):
        return {id_: replace(rule, reviewed="consultant, 2026-11-01") for id_, rule in rules.items()}

    ruleset = replace(RULESET, red_flags=sign(FLAGS), causes=sign(CAUSES), activities=sign(ACTIVITIES))
    return _assessment(ruleset=ruleset), _chart()


@pytest.fixture
def context_parts() -> dict[str, Callable[..., object]]:
    """Makers for tests that need an assessment of their own."""
    return {"assessment": _assessment, "chart": _chart, "listed": _listed, "planned": _planned, "raised": _raised}
