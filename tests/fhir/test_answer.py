"""The answer as a whole: what holds of every kind of answer."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from xml.etree import ElementTree as ET

import pytest
from fhir.resources.R4B import get_fhir_model_class

from nuchal.fhir import answer_bundle
from nuchal.fhir.canonicals import SOURCE
from nuchal.terminology import CANONICAL_BASE

ALWAYS = ["GuidanceResponse", "ClinicalImpression", "Device", "OperationOutcome", "Provenance"]


def _values(element: object, path: str = "") -> Iterator[tuple[str, object]]:
    yield path, element
    children = element.items() if isinstance(element, dict) else enumerate(element) if isinstance(element, list) else ()
    for key, child in children:
        yield from _values(child, f"{path}.{key}")


def _references(answer) -> list[str]:
    return [value for path, value in _values(answer.bundle) if path.endswith(".reference") and isinstance(value, str)]


def test_each_resource_is_fhir_r4(answer):
    for resource in [answer.bundle, *answer.resources]:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_it_is_a_collection_of_what_design_names(answer):
    types = [resource["resourceType"] for resource in answer.resources]
    assert answer.bundle["type"] == "collection"
    assert [resource_type for resource_type in types if resource_type in ALWAYS] == ALWAYS
    assert set(types) - set(ALWAYS) <= {"CarePlan", "Condition", "ServiceRequest", "DetectedIssue"}


def test_full_urls_are_the_ids_as_urn_uuid_and_each_once(answer):
    urls = [entry["fullUrl"] for entry in answer.bundle["entry"]]
    assert urls == [f"urn:uuid:{resource['id']}" for resource in answer.resources]
    assert len(urls) == len(set(urls))


def test_every_reference_resolves_in_the_bundle_or_is_one_to_the_input(answer):
    chart = answer.chart
    inputs = {chart.subject.reference, chart.encounter, *(entry.reference for entry in chart.entries)}
    ours = {entry["fullUrl"] for entry in answer.bundle["entry"]}
    assert [reference for reference in _references(answer) if reference not in ours | inputs] == []


def test_nothing_is_null_or_empty(answer):
    assert [path for path, value in _values(answer.bundle) if value in (None, "", [], {})] == []


def test_every_date_is_the_moment_of_the_evaluation(answer):
    names = ("date", "timestamp", "recorded", "recordedDate", "created", "authoredOn", "identifiedDateTime", "occurrenceDateTime", "time")
    dates = {value for path, value in _values(answer.bundle) if path.rpartition(".")[2] in names}
    assert dates == {"2026-11-20T23:59:59Z"}


def test_every_resource_says_that_nuchal_made_it(answer):
    assert {resource["meta"]["source"] for resource in answer.resources} == {SOURCE}
    assert SOURCE.startswith(CANONICAL_BASE)


def test_every_resource_has_a_narrative_in_english_that_is_well_formed(answer):
    for resource in answer.resources:
        div = ET.fromstring(resource["text"]["div"])
        assert div.tag == "{http://www.w3.org/1999/xhtml}div"
        assert div.get("lang") == div.get("{http://www.w3.org/XML/1998/namespace}lang") == resource["language"] == "en"
        assert "".join(div.itertext()).strip()


def test_the_same_assessment_gives_the_same_bytes(answer):
    again = answer_bundle(answer.assessment, answer.chart)
    assert json.dumps(again) == json.dumps(answer.bundle)


def test_the_moment_counts_and_not_the_offset_it_is_written_in(answer_to):
    answer = answer_to("emergency")
    elsewhere = replace(answer.chart, as_of=answer.chart.as_of.astimezone(timezone(timedelta(hours=5, minutes=30))))
    later = replace(answer.chart, as_of=answer.chart.as_of + timedelta(seconds=1))
    assert answer_bundle(answer.assessment, elsewhere) == answer.bundle
    assert answer_bundle(answer.assessment, later)["id"] != answer.bundle["id"]


def test_what_it_is_for_and_that_nobody_reviewed_the_ruleset_is_said_in_every_kind_of_answer(answer):
    for resource_type in ("ClinicalImpression", "OperationOutcome", "CarePlan"):
        for resource in answer.all(resource_type):
            said = json.dumps(resource)
            assert "It proposes; a clinician decides." in said
            assert "Ruleset small 0.1.0, not reviewed by a clinician." in said


def test_a_reviewed_ruleset_is_not_called_unreviewed(signed):
    assessment, chart = signed
    said = json.dumps(answer_bundle(assessment, chart))
    assert "reviewed by a clinician." in said
    assert "not reviewed" not in said


@pytest.mark.parametrize("detail_full", [False, True])
def test_what_is_undetermined_is_counted_always_and_listed_on_request(answer_to, detail_full):
    answer = answer_to("two_pains_and_nothing_else", detail_full=detail_full)
    listed = "Rash that does not blanch: not ruled out; waits for: rash; fever."
    unlisted = "Migraine: not listed. Met: fever. Absent: rash. Unknown: drowsiness."
    counted = "Of 2 red flags 1 can neither be raised nor ruled out by what is recorded."
    assert counted in [note["text"] for note in answer.one("ClinicalImpression")["note"]]
    for resource_type in ("ClinicalImpression", "OperationOutcome"):
        said = json.dumps(answer.one(resource_type))
        assert (listed in said) is detail_full
        assert (unlisted in said) is detail_full


def test_provenance_names_everything_of_ours_every_used_input_and_the_ruleset(answer_to):
    answer = answer_to("emergency")
    provenance = answer.one("Provenance")
    inputs = [entity["what"].get("reference") for entity in provenance["entity"]]
    targets = {target["reference"] for target in provenance["target"]}
    assert targets == {f"urn:uuid:{resource['id']}" for resource in answer.resources if resource is not provenance}
    assert inputs == ["Condition/headache", "Condition/rash", "Observation/fever", "Observation/neck", "Observation/temperature", None]
    assert provenance["entity"][-1]["what"]["identifier"]["value"] == "0123abcd"
    assert provenance["policy"] == ["https://nuchal.example.org/fhir/PlanDefinition/small|0.1.0"]
    assert provenance["agent"][0]["who"]["reference"] == f"urn:uuid:{answer.one('Device')['id']}"
