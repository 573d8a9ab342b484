"""The definitions of fhir_profiles/ and the answers say the same; that they are what FSH compiles to is in test_compiled_profiles.py."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fhir.resources.R4B import get_fhir_model_class

from nuchal.assessment.model import Asking, CriterionState
from nuchal.fhir import canonicals
from nuchal.findings import Presence, View
from nuchal.inference.outcome import Certainty
from nuchal.rules.model import Disposition

FOLDER = Path(__file__).parents[2] / "fhir_profiles"
COMPILED = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / "compiled").glob("*.json"))}
STRUCTURES = {name: resource for name, resource in COMPILED.items() if resource["resourceType"] == "StructureDefinition"}
EXTENSIONS = {
    value for name, value in vars(canonicals).items() if name.startswith(("FINDING_", "QUESTION")) and "/StructureDefinition/" in value
}
OUR_PROFILES = {url.rpartition("|")[0] for url in canonicals.PROFILES.values()}
SYMPTOM = "https://nuchal.example.org/fhir/StructureDefinition/symptom"


def test_each_extension_and_profile_that_answers_name_is_defined_and_no_other():
    assert {structure["url"] for structure in STRUCTURES.values()} == EXTENSIONS | OUR_PROFILES | {SYMPTOM}


def test_answers_name_profiles_in_their_version():
    (version,) = {structure["version"] for structure in STRUCTURES.values()}
    assert {url.rpartition("|")[2] for url in canonicals.PROFILES.values()} == {version}


def test_a_profile_is_one_of_the_type_that_claims_it():
    types = {structure["url"]: structure["type"] for structure in STRUCTURES.values()}
    assert {types[url.rpartition("|")[0]]: url for url in canonicals.PROFILES.values()} == canonicals.PROFILES


@pytest.mark.parametrize("name", STRUCTURES)
def test_each_structure_has_a_snapshot_for_validators(name):
    assert STRUCTURES[name]["snapshot"]["element"]


@pytest.mark.parametrize("name", COMPILED)
def test_each_file_is_r4_at_the_address_of_its_name(name):
    resource = COMPILED[name]
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    assert name == f"{resource['resourceType']}-{resource['id']}"
    if "url" in resource:
        assert resource["url"] == f"https://nuchal.example.org/fhir/{resource['resourceType']}/{resource['id']}"


CODES = [
    ("disposition", Disposition),
    ("finding-role", ("red-flag", "cause")),
    ("finding-certainty", Certainty),
    ("criterion-state", CriterionState),
    ("question-reason", Asking),
]


@pytest.mark.parametrize(("name", "members"), CODES, ids=[name for name, _ in CODES])
def test_a_code_system_holds_the_codes_that_answers_hold(name, members):
    assert {concept["code"] for concept in COMPILED[f"CodeSystem-{name}"]["concept"]} == {str(member) for member in members}


def test_what_the_profile_offers_for_present_and_absent_is_understood_so(ruleset):
    include = COMPILED["ValueSet-presence"]["compose"]["include"]
    offered = {(part["system"], concept["code"]): concept["display"] for part in include for concept in part["concept"]}
    understood = {
        code: presence
        for presence, codes in ((Presence.PRESENT, ruleset.language.present), (Presence.ABSENT, ruleset.language.absent))
        for code in codes
    }
    meant = {"Present": Presence.PRESENT, "Yes": Presence.PRESENT, "Absent": Presence.ABSENT, "No": Presence.ABSENT}
    assert {code: understood[code] for code in offered} == {code: meant[display] for code, display in offered.items()}


def test_every_answer_claims_the_profile_of_each_type_that_has_one(answer):
    for resource in (answer.bundle, *answer.resources):
        wanted = canonicals.PROFILES.get(resource["resourceType"])
        assert resource.get("meta", {}).get("profile") == ([wanted] if wanted else None)


def test_the_answers_use_every_extension(answer_to):
    said = answer_to("emergency").text
    assert [url for url in EXTENSIONS if url not in said] == []


READ = {
    "headache": Presence.PRESENT,
    "back-pain": Presence.PRESENT,
    "neck-stiffness": Presence.ABSENT,
    "saddle-anaesthesia": Presence.UNKNOWN,
    "body-temperature": Presence.PRESENT,
}


def test_the_example_of_a_request_is_read_as_it_says_without_a_remark(evaluator):
    body = json.dumps(COMPILED["Bundle-example-request"]).encode()
    evaluation = evaluator.evaluate(body, {"asOf": "2026-11-24"}, now=datetime.now(UTC))
    states = evaluation.assessment.conclusions.states[View.STRICT]
    assert {word: states[word].presence if word in states else Presence.UNKNOWN for word in READ} == READ
    assert evaluation.chart.notes == ()


def test_the_profile_of_the_plan_asks_for_what_us_core_asks_of_one():
    elements = {element["id"]: element for element in COMPILED["StructureDefinition-plan"]["snapshot"]["element"]}
    for name in ("text", "text.status", "text.div", "status", "intent", "category:AssessPlan", "subject"):
        assert elements[f"CarePlan.{name}"]["min"] == 1, name
    (coding,) = elements["CarePlan.category:AssessPlan"]["patternCodeableConcept"]["coding"]
    assert coding == {"system": "http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "code": "assess-plan"}
    assert elements["CarePlan.subject"]["type"][0]["targetProfile"] == ["http://hl7.org/fhir/StructureDefinition/Patient"]


def test_what_the_page_on_profiles_lists_is_there():
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", page, flags=re.MULTILINE))
    assert listed == {url.rpartition("/")[2] for url in (structure["url"] for structure in STRUCTURES.values())}
