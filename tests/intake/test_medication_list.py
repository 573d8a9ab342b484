"""A list of all drugs denies what is not on it; nothing else does."""

import pytest

CODE = {"coding": [{"system": "http://loinc.org", "code": "10160-0"}]}
ON_IT = [{"item": {"reference": "MedicationStatement/m"}}]
NONE_KNOWN = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "nilknown"}]}
CLASSES = ["on-anticoagulant", "on-antiplatelet", "on-nsaid", "on-steroid-long"]


def atc(code):
    return {"coding": [{"system": "http://www.whocc.no/atc", "code": code}]}


def rxnorm(display):
    return {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1", "display": display}]}


@pytest.fixture
def absent(chart, make):
    def read(product, **elements):
        statement = make("MedicationStatement", id="m", medicationCodeableConcept=product)
        read = chart(make("List", **({"code": CODE, "entry": ON_IT} | elements)), statement)
        return sorted(finding.word for finding in read.findings.statements if finding.presence == "absent")

    return read


def without(word):
    return [one for one in CLASSES if one != word]


def test_classes_that_a_complete_list_lacks_are_absent(absent):
    assert absent(atc("A10BA02")) == CLASSES
    assert absent(atc("M01AE01")) == without("on-nsaid")
    assert absent(rxnorm("metformin 500 MG Oral Tablet")) == CLASSES
    assert absent({"text": "Medicine"}, entry=None, emptyReason=NONE_KNOWN) == CLASSES


INCOMPLETE = [
    ("a brand that may be anything", {"text": "Painaway"}, {}),
    ("a class too wide to tell", atc("M01"), {}),
    ("a list of changes", atc("A10BA02"), {"mode": "changes"}),
    ("a retired list", atc("A10BA02"), {"status": "retired"}),
    ("in error", atc("A10BA02"), {"status": "entered-in-error"}),
    ("without a date", atc("A10BA02"), {"date": None}),
    ("a list of problems", atc("A10BA02"), {"code": {"text": "Problem list"}}),
    ("a list of something", atc("A10BA02"), {"code": None}),
    ("an item that is not in the Bundle", atc("A10BA02"), {"entry": [*ON_IT, {"item": {"reference": "MedicationStatement/x"}}]}),
    ("empty, and nobody says why", atc("A10BA02"), {"entry": None}),
]


@pytest.mark.parametrize(("product", "elements"), [case[1:] for case in INCOMPLETE], ids=[case[0] for case in INCOMPLETE])
def test_no_other_list_denies_anything(absent, product, elements):
    assert absent(product, **elements) == []


def test_what_was_taken_off_the_list_is_not_on_it(absent):
    assert absent(atc("M01AE01"), entry=[{**ON_IT[0], "deleted": True}], emptyReason=NONE_KNOWN) == CLASSES


def test_a_list_is_as_old_as_its_date(chart, make, said):
    old = make("List", code=CODE, date="2026-01-01", emptyReason=NONE_KNOWN)
    assert set(said(chart(old))) == {(word, "unknown") for word in CLASSES}


def test_that_a_list_is_believed_is_said(chart, make):
    (note,) = chart(make("List", code=CODE, emptyReason=NONE_KNOWN)).notes
    assert (str(note.kind), note.message) == ("assumed", "The medication list is taken as complete: what it lacks is not taken")
