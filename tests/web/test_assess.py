"""POST /fhir/$assess: what goes in, what comes out, and the headers around it."""

import json

import pytest
from fhir.resources.R4B import get_fhir_model_class

from nuchal.web.media_types import FHIR_JSON

URL = "/fhir/$assess"
NAMES = ["fever-and-stiff-neck", "numb-saddle", "stiff-shoulders", "throbbing-one-sided", "only-two-pains"]
AS_OF = "?asOf=2026-11-24"


def post(client, body, query=AS_OF, **headers):
    return client.post(URL + query, data=body, headers={"Content-Type": "application/fhir+json", **headers})


def resources(response, kind):
    return [entry["resource"] for entry in response.json["entry"] if entry["resource"]["resourceType"] == kind]


@pytest.mark.parametrize("name", NAMES)
def test_each_example_is_answered_with_resources_that_fhir_knows(client, example, name):
    response = post(client, example(name), query="" if name == "throbbing-one-sided" else AS_OF)
    assert response.status_code == 200
    assert response.content_type == FHIR_JSON
    assert response.json["type"] == "collection"
    for entry in response.json["entry"]:
        get_fhir_model_class(entry["resource"]["resourceType"]).model_validate(entry["resource"])


def test_the_same_request_has_the_same_answer_to_the_byte(client, example):
    answers = {post(client, example("numb-saddle")).data for _ in range(3)}
    assert len(answers) == 1


def test_the_query_sets_the_moment(client, example):
    response = post(client, example("only-two-pains"), query="?asOf=2026-11-22T10:00:00Z")
    assert resources(response, "ClinicalImpression")[0]["date"].startswith("2026-11-22T10:00:00")


def test_a_plus_in_the_moment_may_be_escaped(client, example):
    response = post(client, example("only-two-pains"), query="?asOf=2026-11-22T10:00:00%2B01:00")
    assert response.status_code == 200


def test_full_detail_adds_to_the_answer(client, example):
    assert len(post(client, example("numb-saddle"), query=AS_OF + "&detail=full").data) > len(post(client, example("numb-saddle")).data)


def test_a_subject_who_is_not_in_the_bundle_is_refused(client, example, outcome_of):
    response = post(client, example("only-two-pains"), query=AS_OF + "&subject=Patient/somebody-else")
    assert response.status_code == 422
    assert outcome_of(response)["issue"][0]["code"] == "business-rule"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/fhir+json",
        "application/json",
        "text/json",
        "application/fhir+json; charset=UTF-8",
        "application/fhir+json; fhirVersion=4.0",
    ],
)
def test_json_has_several_names(client, example, content_type):
    assert post(client, example("only-two-pains"), **{"Content-Type": content_type}).status_code == 200


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/*",
        "application/fhir+json",
        "application/json",
        "application/fhir+xml, application/fhir+json;q=0.2",
        "text/html, */*;q=0.1",
    ],
)
def test_whoever_can_read_json_is_answered(client, example, accept):
    assert post(client, example("only-two-pains"), Accept=accept).status_code == 200


@pytest.mark.parametrize("wanted", ["json", "application/json", "application/fhir+json", "application/fhir%2Bjson"])
def test_format_in_the_query_overrides_accept(client, example, wanted):
    assert post(client, example("only-two-pains"), query=f"{AS_OF}&_format={wanted}", Accept="application/fhir+xml").status_code == 200


def test_pretty_changes_the_layout_and_nothing_else(client, example):
    plain, pretty = (post(client, example("only-two-pains"), query=query) for query in (AS_OF, AS_OF + "&_pretty=true"))
    assert plain.json == pretty.json
    assert plain.data.count(b"\n") == 0 < pretty.data.count(b"\n")


def test_answers_stay_out_of_caches(client, example):
    assert post(client, example("only-two-pains")).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("given", ["7b1f", "3f0c8f5e-8a7e-4a5e-9f57-3f6b6e1c2d11", "a.b:c_d-e"])
def test_a_request_id_comes_back(client, example, given):
    assert post(client, example("only-two-pains"), **{"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "<script>", "ä"])
def test_an_odd_request_id_is_replaced_by_ours(client, example, given):
    headers = post(client, example("only-two-pains"), **{"X-Request-Id": given}).headers
    assert headers["X-Request-Id"] == headers["X-Evaluation-Id"]


def test_a_long_history_of_other_resources_is_no_obstacle(client, example):
    bundle = json.loads(example("only-two-pains"))
    bundle["entry"] += [{"resource": {"resourceType": "Immunization", "id": f"i{number}", "status": "completed"}} for number in range(1000)]
    assert post(client, json.dumps(bundle)).status_code == 200
