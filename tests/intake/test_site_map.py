"""A site's own codes: read from CSV or a ConceptMap, checked line by line, used like those of the vocabulary."""

import json

import pytest

from nuchal.errors import ConfigurationError
from nuchal.intake import Intake, load_site_map
from nuchal.terminology import VOCABULARY

LOCAL = "http://hospital.example.org/codes"
HEAD = "system,code,word,match\n"
AS_OF = {"asOf": "2026-11-20T12:00:00Z"}


@pytest.fixture
def load(tmp_path, ruleset_of_intake):
    def loading(content):
        file = tmp_path / "map"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_site_map(file, ruleset_of_intake)

    return loading


def concept_map(*targets, **group):
    """A ConceptMap of (code, word, equivalence)."""
    elements = [{"code": code, "target": [{"code": word, "equivalence": equivalence}]} for code, word, equivalence in targets]
    groups = [{"source": LOCAL, "target": VOCABULARY, "element": elements} | group]
    return json.dumps({"resourceType": "ConceptMap", "status": "active", "group": groups})


@pytest.fixture
def read_with(load, ruleset_of_intake, read_bundle_of_intake):
    def reading(content, *resources):
        return read_bundle_of_intake(Intake(ruleset_of_intake, load(content)), *resources)

    return reading


def local(code):
    return {"coding": [{"system": LOCAL, "code": code}]}


MEANINGS = [
    ("equivalent", True, [("fever", "present")]),
    ("equivalent", False, [("fever", "absent")]),
    ("implies", True, [("fever", "present")]),
    ("implies", False, []),
    ("broader", True, [("fever", "unknown")]),
    ("broader", False, [("fever", "absent")]),
]
EQUIVALENCE = {"equivalent": "equal", "implies": "wider", "broader": "narrower"}


@pytest.mark.parametrize(("match", "value", "statements"), MEANINGS)
def test_a_code_of_the_site_is_read_as_its_match_says_in_both_forms(read_with, make, said, match, value, statements):
    observation = make("Observation", code=local("F1"), valueBoolean=value)
    for content in (f"{HEAD}{LOCAL},F1,fever,{match}\n", concept_map(("F1", "fever", EQUIVALENCE[match]))):
        assert said(read_with(content, observation)) == statements


def test_without_the_column_match_a_code_is_equivalent(read_with, make, said):
    chart = read_with(f"code,word,system\nF1,fever,{LOCAL}\n", make("Condition", code=local("F1")))
    assert said(chart) == [("fever", "present")]


def test_one_code_may_imply_several_words(read_with, make, said):
    content = f"{HEAD}{LOCAL},M,fever,implies\n{LOCAL},M,photophobia,implies\n"
    assert said(read_with(content, make("Observation", code=local("M")))) == [("fever", "present"), ("photophobia", "present")]


def test_a_local_code_of_a_measurement_is_a_number_with_its_unit(read_with, make, said):
    value = {"value": 102.2, "unit": "°F", "system": "http://unitsofmeasure.org", "code": "[degF]"}
    assert said(read_with(f"{HEAD}{LOCAL},T,body-temperature,\n", make("Observation", code=local("T"), valueQuantity=value))) == [
        ("body-temperature", "present", 39.0)
    ]


def test_a_local_code_of_a_drug_is_an_exposure(read_with, make, said):
    chart = read_with(f"{HEAD}{LOCAL},W5,on-anticoagulant,implies\n", make("MedicationRequest", medicationCodeableConcept=local("W5")))
    assert said(chart) == [("on-anticoagulant", "present")]


@pytest.mark.parametrize("equivalence", ["unmatched", "disjoint"])
def test_a_code_that_the_site_knows_to_mean_no_word_is_no_fault(read_with, make, said, equivalence):
    chart = read_with(concept_map(("F1", "fever", "equal"), ("X", "fever", equivalence)), make("Observation", code=local("X")))
    assert said(chart) == []


SAME = [
    f"{HEAD}{LOCAL},F1,fever,equivalent\n{LOCAL},N1,nausea,implies\n",
    f"\ufeffword,match,system,code\r\nnausea,implies,{LOCAL},N1\r\n\r\nfever,, {LOCAL}/ ,F1\r\n",
    concept_map(("N1", "nausea", "subsumes"), ("F1", "fever", "equivalent")),
]


def test_the_same_map_has_the_same_hash_whatever_its_form_and_order_and_another_map_another(load):
    assert len({load(content).hash for content in SAME}) == 1
    others = [f"{HEAD}{LOCAL},F1,fever,equivalent\n", f"{HEAD}{LOCAL},F1,fever,implies\n{LOCAL},N1,nausea,implies\n"]
    assert len({load(content).hash for content in [SAME[0], *others]}) == 3


def test_a_chart_names_the_map_that_it_was_read_with(read_with, load, chart):
    assert read_with(SAME[0]).site_map == load(SAME[0]).hash
    assert chart().site_map is None


WRONG = [
    ("", ["1: the first line must name the columns: system,code,word or system,code,word,match"]),
    ("system;code;word\n", ["1: the first line must name the columns: system,code,word or system,code,word,match"]),
    ("system,code,word,macth\n", ["1: the first line must name the columns: system,code,word or system,code,word,match"]),
    ("system,code,word,code\n", ["1: the first line must name the columns: system,code,word or system,code,word,match"]),
    (HEAD, [": holds no code"]),
    (f"{HEAD}{LOCAL},F1,feever,equivalent\n", ["2: feever is no word of the vocabulary; did you mean fever?"]),
    (f"{HEAD}{LOCAL},F1,zzz,equivalent\n", ["2: zzz is no word of the vocabulary"]),
    (f"{HEAD}{LOCAL},F1,fever,same\n", ["2: same is no match; it is one of equivalent, implies, broader"]),
    (f"{HEAD}{LOCAL},F1\n", ["2: has 2 columns instead of 4"]),
    (f"{HEAD},F1,,equivalent\n", ["2: has no system and no word"]),
    (f"{HEAD}{LOCAL},F1,fever,\n\n{LOCAL},F1,fever,implies\n", ["4: F1 stands for fever already at 2"]),
    (
        f"{HEAD}http://hl7.org/fhir/sid/icd-10-cm,R50.9,nausea,\nurn:oid:2.16.840.1.113883.6.90,R509,nausea,\n",
        ["3: R509 stands for nausea already at 2"],
    ),
    (f"{HEAD}{LOCAL},F1,feever,\n{LOCAL},F2,nause,implies\n", ["2: feever is no word", "3: nause is no word"]),
    (f'{HEAD}{LOCAL},"F1,fever,\n', ["2: is no CSV"]),
    (f"{HEAD}{LOCAL},F\u00fc,fever,\n".encode("latin-1"), ["2: is not UTF-8"]),
    ('{"resourceType": }', ["1: is no JSON from column 18"]),
    ('{"resourceType": "ValueSet"}', ["1: is JSON, but not a ConceptMap"]),
    ('{"resourceType": "ConceptMap", "banana": 1}', ["ConceptMap.banana: Not an element of FHIR R4"]),
    (concept_map(("F1", "feever", "equal")), ["ConceptMap.group[0].element[0].target[0].code: feever is no word of the vocabulary"]),
    (concept_map(("F1", "fever", "inexact")), ["ConceptMap.group[0].element[0].target[0].equivalence: inexact says too little"]),
    (concept_map(("F1", "fever", "equal"), source=None), ["ConceptMap.group[0].source: is needed"]),
    (concept_map(("F1", "fever", "equal"), target="urn:other"), [f"ConceptMap.group[0].target: must be {VOCABULARY}"]),
    (
        concept_map(("F1", "fever", "equal"), unmapped={"mode": "provided"}),
        ["ConceptMap.group[0].unmapped: is not supported"],
    ),
    (
        concept_map(
            element=[
                {"code": "F1", "target": [{"code": "fever", "equivalence": "equal", "dependsOn": [{"property": "urn:x", "value": "y"}]}]}
            ]
        ),
        ["ConceptMap.group[0].element[0].target[0].dependsOn: is not supported"],
    ),
    (
        concept_map(element=[{"display": "x", "target": [{"equivalence": "equal"}]}]),
        ["ConceptMap.group[0].element[0].target[0]: has no element.code and no target.code"],
    ),
    (
        concept_map(("F1", "fever", "equal"), ("F1", "fever", "wider")),
        ["ConceptMap.group[0].element[1].target[0].code: F1 stands for fever already at ConceptMap.group[0].element[0].target[0].code"],
    ),
]


@pytest.mark.parametrize(("content", "problems"), WRONG)
def test_a_map_that_cannot_be_used_says_every_line_that_is_wrong(load, tmp_path, content, problems):
    with pytest.raises(ConfigurationError) as refused:
        load(content)
    first, *lines = refused.value.message.splitlines()
    assert first == "the site map cannot be used:"
    assert [line.startswith(f"{tmp_path / 'map'}:{problem.removeprefix(':')}") for line, problem in zip(lines, problems, strict=True)] == [
        True
    ] * len(problems), lines


def test_a_map_that_is_not_there_is_said(tmp_path, ruleset_of_intake):
    with pytest.raises(ConfigurationError, match=r"the site map .*nothing.csv cannot be read: no such file or directory"):
        load_site_map(tmp_path / "nothing.csv", ruleset_of_intake)


FORM = "http://hospital.example.org/Questionnaire/triage"
LINKS = [
    ("of this form", f"linkId:{FORM}", FORM, [("fever", "present")]),
    ("of a version of it", f"linkId:{FORM}", f"{FORM}|2", [("fever", "present")]),
    ("of any form", "linkId:*", FORM, [("fever", "present")]),
    ("of any form, where none is named", "linkId:*", None, [("fever", "present")]),
    ("of another form", "linkId:http://x.org/q", FORM, []),
]


@pytest.mark.parametrize(("system", "form", "expected"), [case[1:] for case in LINKS], ids=[case[0] for case in LINKS])
def test_a_site_maps_the_links_of_its_forms(read_with, make, said, system, form, expected):
    items = [{"linkId": "q7", "text": "Hot?", "answer": [{"valueBoolean": True}]}]
    response = make("QuestionnaireResponse", questionnaire=form, item=items)
    assert said(read_with(f"{HEAD}{system},q7,fever,equivalent\n", response)) == expected
