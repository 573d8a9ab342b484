"""However an EHR writes a finding, the assessment is the same: all words that have codes, in all ways of writing."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nuchal.intake.vocabulary_index import VocabularyIndex, comparable, readings
from nuchal.rules.vocabulary import Match, WordKind
from nuchal.terminology import VOCABULARY

AS_OF = "2026-11-20T12:00:00Z"
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980-06-01"}
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Concept = Mapping[str, Any]
Encoding = Callable[[Concept], list[dict[str, Any]]]


def coded(system, code):
    return {"coding": [{"system": system, "code": code}]}


def resource(kind, **elements):
    return {"resourceType": kind, "subject": {"reference": "Patient/p"}} | elements


def observation(code, **elements):
    return resource("Observation", status="final", effectiveDateTime=AS_OF, code=code, **elements)


def answered(**answer) -> Encoding:
    return lambda concept: [observation(concept, **answer)]


def value_of(code, **elements) -> Encoding:
    return lambda concept: [observation(code, valueCodeableConcept=concept, **elements)]


def component(**answer) -> Encoding:
    return lambda concept: [observation({"text": "Review of systems"}, component=[{"code": concept} | answer])]


def condition(**elements) -> Encoding:
    return lambda concept: [resource("Condition", code=concept, recordedDate=AS_OF) | elements]


def reason(kind, **elements) -> Encoding:
    return lambda concept: [resource(kind, reasonCode=[concept], **elements)]


def question(answer) -> Encoding:
    """An item by the codes of its Questionnaire, or by its text."""

    def encode(concept):
        item = {"linkId": "1", "text": f"{concept['text']}?"} if "text" in concept else {"linkId": "1"}
        form = {"resourceType": "Questionnaire", "id": "q", "status": "active", "item": [{"linkId": "1", "type": "boolean"}]}
        form["item"][0]["code"] = concept.get("coding", [{"code": "none"}])
        asked = {"status": "completed", "authored": AS_OF, "questionnaire": "#q", "contained": [form]}
        return [resource("QuestionnaireResponse", item=[item | {"answer": [answer]}], **asked)]

    return encode


def ticked(concept):
    answer = {"valueCoding": concept["coding"][0]} if "coding" in concept else {"valueString": concept["text"]}
    item = {"linkId": "1", "text": "Which of these do you have?", "answer": [answer, {"valueString": "Something else"}]}
    return [resource("QuestionnaireResponse", status="completed", authored=AS_OF, item=[item])]


INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
PRESENT: dict[str, Encoding] = {
    "boolean": answered(valueBoolean=True),
    "Present": answered(valueCodeableConcept=coded(SNOMED, "52101004")),
    "Yes": answered(valueCodeableConcept=coded(LOINC, "LA33-6")),
    "v2 Y": answered(valueCodeableConcept=coded("http://terminology.hl7.org/CodeSystem/v2-0136", "Y")),
    "POS": answered(interpretation=[coded(INTERPRETATION, "POS")]),
    "a text": answered(valueString="Yes"),
    "75325-1": value_of(coded(LOINC, "75325-1")),
    "a local symptom code": value_of(coded("urn:oid:1.2.3", "SYM") | {"text": "Symptom"}),
    "a component": component(valueBoolean=True),
    "a component with 75325-1": lambda concept: [
        observation({"text": "Review of systems"}, component=[{"code": coded(LOINC, "75325-1"), "valueCodeableConcept": concept}])
    ],
    "a Condition": condition(),
    "Encounter.reasonCode": reason("Encounter", status="in-progress", period={"start": AS_OF}, **{"class": {"code": "AMB"}}),
    "ServiceRequest.reasonCode": reason("ServiceRequest", status="active", intent="order", authoredOn=AS_OF),
    "a Flag": lambda concept: [resource("Flag", status="active", code=concept)],
    "a question": question({"valueBoolean": True}),
    "a question answered by a code": question({"valueCoding": {"system": LOINC, "code": "LA33-6"}}),
    "a tick": ticked,
}
ABSENT: dict[str, Encoding] = {
    "boolean": answered(valueBoolean=False),
    "Absent": answered(valueCodeableConcept=coded(SNOMED, "2667000")),
    "No": answered(valueCodeableConcept=coded(LOINC, "LA32-8")),
    "NEG": answered(interpretation=[coded(INTERPRETATION, "NEG")]),
    "a text": answered(valueString="No"),
    "75325-1": value_of(coded(LOINC, "75325-1"), interpretation=[coded(INTERPRETATION, "NEG")]),
    "a component": component(valueBoolean=False),
    "a refuted Condition": condition(
        verificationStatus=coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "refuted"),
    ),
    "a question": question({"valueBoolean": False}),
    "a question answered in words": question({"valueString": "denied"}),
}


@pytest.fixture(scope="session")
def words(ruleset):
    return [word for word in ruleset.vocabulary.values() if word.quantity is None and word.kind is not WordKind.DEMOGRAPHIC]


@pytest.fixture(scope="session")
def codes(ruleset, words):
    """Every code of a word but those of causes and below: on the problem list these say more than elsewhere, that the cause is known."""
    of_causes = {comparable(coding.system, coding.code) for cause in ruleset.causes.values() for coding in cause.codings}
    mappings = [mapping for word in words for mapping in word.codes if mapping.match is not Match.BROADER]
    pairs = dict.fromkeys(comparable(mapping.coding.system, mapping.coding.code) for mapping in mappings)
    return [coded(*pair) for pair in pairs if of_causes.isdisjoint(readings(*pair))]


@pytest.fixture(scope="session")
def texts(ruleset, words):
    """Every text that means one word, each beside our own code for that word."""
    index = VocabularyIndex(ruleset)
    means_one = [(word.id, text) for word in words for text in word.synonyms if index.by_text(text) == (word.id,)]
    return [(coded(VOCABULARY, word), {"text": text}) for word, text in means_one]


@pytest.fixture(scope="session")
def assessed(evaluator):
    def assess(*resources):
        pains = [observation({"text": "Headache"}, valueBoolean=True), observation({"text": "Back pain"}, valueBoolean=True)]
        entries = [{"resource": one} for one in (PATIENT, *pains, *resources)]
        body = orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
        return without_references(evaluator.evaluate(body, {"asOf": AS_OF}, now=datetime.now(UTC)).assessment)

    return assess


def without_references(told: Any) -> Any:
    """An assessment as plain data, without the statements it rests on, which tell where they stand; rules are whole and compared so."""
    if type(told).__module__.startswith("nuchal.rules."):
        return told
    if is_dataclass(told):
        left_out = {"evidence", "ruleset", "conclusions"}
        return {field.name: without_references(getattr(told, field.name)) for field in fields(told) if field.name not in left_out}
    if isinstance(told, Mapping):
        return {name: without_references(value) for name, value in told.items()}
    return [without_references(one) for one in told] if isinstance(told, list | tuple) else told


@QUICK
@given(data=st.data())
@pytest.mark.parametrize("ways", [PRESENT, ABSENT], ids=["present", "absent"])
def test_one_way_of_writing_a_code_is_as_good_as_another(assessed, codes, ways, data):
    concept, way = data.draw(st.sampled_from(codes)), data.draw(st.sampled_from(sorted(ways)))
    assert assessed(*ways[way](concept)) == assessed(*ways["boolean"](concept))


@QUICK
@given(data=st.data())
@pytest.mark.parametrize("ways", [PRESENT, ABSENT], ids=["present", "absent"])
def test_a_text_is_as_good_as_a_code_in_every_way_of_writing(assessed, texts, ways, data):
    (ours, text), way = data.draw(st.sampled_from(texts)), data.draw(st.sampled_from(sorted(ways)))
    assert assessed(*ways[way](text)) == assessed(*ways["boolean"](ours))


@pytest.mark.parametrize("ways", [PRESENT, ABSENT], ids=["present", "absent"])
def test_an_encoding_says_something(assessed, ways):
    nothing = assessed()
    assert all(assessed(*encode(coded(SNOMED, "386661006"))) != nothing for encode in ways.values())
