"""What outlasts a request: readings of the vocabulary's own codings and texts, and nothing of a chart."""

import gc
from datetime import UTC, datetime
from types import FunctionType, ModuleType

import orjson
import pytest

from nuchal.intake import Intake, read_request
from nuchal.intake.codeable import ConceptReader
from nuchal.intake.vocabulary_index import VocabularyIndex
from nuchal.rules.text import TextKey

MARKER = "zanzibar"


@pytest.fixture(scope="module")
def index(ruleset):
    return VocabularyIndex(ruleset)


def test_a_coding_of_the_vocabulary_is_read_as_if_it_came_for_the_first_time(ruleset, index):
    reader, codings = ConceptReader(index), [code.coding for word in ruleset.vocabulary.values() for code in word.codes]
    assert codings
    for coding in codings:
        plain = {"system": coding.system, "code": coding.code, "display": coding.display}
        for text in ({}, {"text": coding.display}):
            own, anew = {"coding": [plain]} | text, {"coding": [plain | {"userSelected": True}]} | text
            assert index.own_coding(own)
            assert index.own_coding(anew) is None
            assert reader.read(own) == reader.read(own) == reader.read(anew)


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "no headache"},
        {"coding": [{"system": "http://snomed.info/sct", "code": "25064002", "display": "No headache"}]},
        {"coding": [{"system": "http://snomed.info/sct", "code": "25064002"}]},
        {"coding": [{"system": "http://snomed.info/sct", "code": "25064002", "display": "Headache"}] * 2},
    ],
    ids=["another text", "another display", "no display", "two codings"],
)
def test_what_differs_from_the_vocabulary_is_not_its_own(index, changed):
    coding = {"system": "http://snomed.info/sct", "code": "25064002", "display": "Headache"}
    assert index.own_coding({"coding": [coding]})
    assert index.own_coding({"coding": [coding]} | changed) is None


def test_the_words_of_kept_texts_are_those_of_any_other(ruleset, index):
    anew = TextKey(ruleset.language)
    texts = [text for word in ruleset.vocabulary.values() for text in (word.title, *word.synonyms)]
    assert all(index.key.words(text) == anew.words(text) for text in texts)
    assert all(index.key.weighty_words(text) == anew.weighty_words(text) for text in texts)


def test_nothing_of_a_chart_outlasts_its_request(ruleset):
    intake = Intake(ruleset)
    intake.read_chart(read_request(chart_with(MARKER), {}, now=datetime(2026, 11, 24, tzinfo=UTC)))
    assert not any(isinstance(one, str | bytes) and MARKER in str(one).lower() for one in reachable(intake))


def chart_with(marker):
    headache = {"system": "http://snomed.info/sct", "code": "25064002", "display": "Headache"}
    codes = [
        {"coding": [headache], "text": marker},
        {"coding": [headache | {"display": f"Headache {marker}"}]},
        {"coding": [headache | {"code": marker}]},
        {"coding": [headache | {"system": f"urn:{marker}"}], "text": "Headache"},
        {"text": f"headache, {marker}"},
    ]
    observations = [{"resourceType": "Observation", "status": "final", "code": code, "valueString": marker} for code in codes]
    patient = {"resourceType": "Patient", "id": marker}
    entries = [{"resource": one} for one in (patient, *observations)]
    return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def reachable(root):
    """Everything that `root` holds, but for code."""
    waiting, seen = [root], set()
    while waiting:
        one = waiting.pop()
        if id(one) not in seen and not isinstance(one, type | FunctionType | ModuleType):
            seen.add(id(one))
            yield one
            waiting += gc.get_referents(one)
