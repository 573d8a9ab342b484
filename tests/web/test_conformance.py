"""GET below /fhir: the CapabilityStatement is true, definitions can be read, searched and cached, and answers point to them."""

import gzip
import json

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from nuchal.config import Settings
from nuchal.conformance import TYPES
from nuchal.web import create_app

OURS = "https://nuchal.example.org/fhir"
FORM = f"{OURS}/Questionnaire/back-pain-headache-intake"
FHIR = {"Content-Type": "application/fhir+json"}
ASSESS = "/fhir/$assess?asOf=2026-11-24"


@pytest.fixture(scope="module")
def statement(client):
    return client.get("/fhir/metadata").json


def test_the_capability_statement_is_one(statement):
    CapabilityStatement.model_validate(statement)
    assert statement["fhirVersion"] == "4.0.1"
    assert statement["format"][0] == "application/fhir+json"


def test_it_lists_the_operations_that_there_are(statement, client):
    (operation,) = statement["rest"][0]["operation"]
    assert client.post(f"/fhir/${operation['name']}", data="{}", headers=FHIR).status_code == 400
    url, version = operation["definition"].split("|")
    (found,) = client.get("/fhir/OperationDefinition", query_string={"url": url, "version": version}).json["entry"]
    assert found["resource"]["code"] == operation["name"]


def test_every_interaction_and_parameter_that_it_lists_works(statement, client):
    resources = statement["rest"][0]["resource"]
    assert [resource["type"] for resource in resources] == list(TYPES)
    for resource in resources:
        assert [interaction["code"] for interaction in resource["interaction"]] == ["read", "search-type"]
        everything = client.get(f"/fhir/{resource['type']}").json
        Bundle.model_validate(everything)
        first = everything["entry"][0]["resource"]
        assert client.get(f"/fhir/{resource['type']}/{first['id']}").json == first
        for parameter in resource["searchParam"]:
            value = first[parameter["name"].removeprefix("_")]
            hits = client.get(f"/fhir/{resource['type']}", query_string={parameter["name"]: value}).json
            assert first["id"] in [entry["resource"]["id"] for entry in hits["entry"]]


def test_an_operation_that_is_added_is_listed_without_being_told(evaluator):
    app = create_app(Settings(), evaluator)
    app.add_url_rule("/fhir/$other", "other", lambda: "", methods=["POST"])
    rest = app.test_client().get("/fhir/metadata").json["rest"][0]
    assert [operation["name"] for operation in rest["operation"]] == ["assess", "other"]


SETTINGS = [
    (Settings(), False, None),
    (Settings(cors_origins=("https://ehr.example.org",)), True, None),
    (Settings(public_url="https://nuchal.example.org/service", allow_public_bind=True), False, "https://nuchal.example.org/service/fhir"),
]


@pytest.mark.parametrize(("settings", "cors", "url"), SETTINGS)
def test_it_says_who_may_call_and_under_which_address(evaluator, settings, cors, url):
    statement = create_app(settings, evaluator).test_client().get("/fhir/metadata").json
    assert statement["rest"][0]["security"]["cors"] is cors
    assert statement["implementation"].get("url") == url


def test_nothing_is_made_before_it_is_asked_for(evaluator, monkeypatch):
    monkeypatch.setattr("nuchal.web.conformance.definitions", lambda *_: pytest.fail("made at start-up"))
    assert create_app(Settings(), evaluator).test_client().get("/health/live").status_code == 200


SHARED = ["/fhir/metadata", "/fhir/Questionnaire/back-pain-headache-intake", "/fhir/ValueSet?_summary=true"]


@pytest.mark.parametrize("path", SHARED)
def test_a_definition_may_be_cached_and_is_not_sent_again_to_who_has_it(client, path):
    first = client.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert not first.headers["ETag"].startswith("W/")
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert client.get(path, headers={"If-None-Match": '"other"'}).data == first.data
    assert client.head(path).headers["ETag"] == first.headers["ETag"]
    assert client.get(f"{path}{'&' if '?' in path else '?'}_pretty=true").headers["ETag"] != first.headers["ETag"]


def test_an_answer_on_a_patient_is_never_cached(client, example):
    response = client.post(ASSESS, data=example("fever-and-stiff-neck"), headers=FHIR)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_what_is_not_there_is_not_cached_either(client, outcome_of):
    for path in ("/fhir/ValueSet/none", "/fhir/Patient/1", "/fhir/Patient"):
        response = client.get(path)
        assert response.status_code == 404
        assert outcome_of(response)["issue"][0]["code"] == "not-found"


QUERIES = [
    (f"Questionnaire?url={FORM}", ["back-pain-headache-intake"]),
    (f"Questionnaire?url={FORM}&version=99", []),
    (f"Questionnaire?url={FORM},http://x.org/other", ["back-pain-headache-intake"]),
    ("Questionnaire?url=http://x.org/other", []),
    ("ValueSet?_id=causes,activities", ["activities", "causes"]),
    ("CodeSystem?_id=vocabulary&_format=json&_pretty=true", ["vocabulary"]),
    ("CodeSystem?_id=vocabulary&_sort=name", ["vocabulary"]),
]


@pytest.mark.parametrize(("query", "ids"), QUERIES)
def test_a_search_answers_with_what_fits(client, query, ids):
    bundle = client.get(f"/fhir/{query}").json
    Bundle.model_validate(bundle)
    assert (bundle["type"], bundle["total"]) == ("searchset", len(ids))
    assert [entry["resource"]["id"] for entry in bundle.get("entry", [])] == ids


def test_the_link_self_says_what_was_used_and_each_hit_where_it_stands(client):
    bundle = client.get("/fhir/ValueSet?_id=causes&_sort=name&_summary=true").json
    assert bundle["link"] == [{"relation": "self", "url": "http://localhost/fhir/ValueSet?_id=causes&_summary=true"}]
    (entry,) = bundle["entry"]
    assert entry["fullUrl"] == "http://localhost/fhir/ValueSet/causes"
    assert "compose" not in entry["resource"]


def test_a_count_cuts_the_hits_into_pages_that_follow_one_another(client):
    whole = [entry["resource"]["id"] for entry in client.get("/fhir/ValueSet?_summary=true").json["entry"]]
    path, seen = "/fhir/ValueSet?_summary=true&_count=4", []
    while path:
        page = client.get(path).json
        assert page["total"] == len(whole)
        seen += [entry["resource"]["id"] for entry in page["entry"]]
        path = next((link["url"].removeprefix("http://localhost") for link in page["link"] if link["relation"] == "next"), None)
    assert seen == whole


@pytest.mark.parametrize("query", ["_summary=count", "_count=0"])
def test_a_count_of_the_hits_holds_none(client, query):
    bundle = client.get(f"/fhir/ActivityDefinition?{query}").json
    assert bundle["total"] > 100
    assert "entry" not in bundle


def test_a_search_below_a_public_address_names_that_address(evaluator):
    app = create_app(Settings(public_url="https://nuchal.example.org/service", allow_public_bind=True), evaluator)
    assert app.test_client().get("/fhir/Library").json["entry"][0]["fullUrl"].startswith("https://nuchal.example.org/service/fhir/Library/")


REFUSED = [
    ("/fhir/ValueSet?url:below=http://x.org", {}, 400),
    ("/fhir/ValueSet?_count=many", {}, 400),
    ("/fhir/ValueSet?_count=-1", {}, 400),
    ("/fhir/ValueSet?_summary=short", {}, 400),
    ("/fhir/ValueSet?colour=red", {"Prefer": "handling=strict"}, 400),
    ("/fhir/metadata?_format=xml", {}, 406),
    ("/fhir/ValueSet", {"Accept": "application/fhir+xml"}, 406),
    ("/fhir/ValueSet/causes", {"Accept": "application/fhir+xml"}, 406),
]


@pytest.mark.parametrize(("path", "headers", "status"), REFUSED)
def test_what_cannot_be_searched_for_is_refused(client, outcome_of, path, headers, status):
    response = client.get(path, headers=headers)
    assert response.status_code == status
    assert "colour" not in json.dumps(outcome_of(response))  # a name in a query may be anything


def test_a_parameter_that_is_not_known_is_passed_over_unless_handling_is_strict(client):
    assert client.get("/fhir/ValueSet?colour=red").json["total"] == client.get("/fhir/ValueSet").json["total"]


def test_all_that_an_answer_points_to_can_be_found_in_its_version(client, example):
    answer = client.post(ASSESS, data=example("numb-saddle"), headers=FHIR).json
    pointed_to = {text for text in canonicals(answer) if text.startswith(OURS)}
    kinds = {address.removeprefix(f"{OURS}/").partition("/")[0] for address in pointed_to}
    assert {"PlanDefinition", "ActivityDefinition"} <= kinds
    assert all("|" in address for address in pointed_to)
    for address in pointed_to:
        kind = address.removeprefix(f"{OURS}/").partition("/")[0]
        assert client.get(f"/fhir/{kind}", query_string={"url": address}).json["total"] == 1, address


def canonicals(node):
    """The canonical addresses with a version, of elements that hold such."""
    for name, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if name in {"protocol", "instantiatesCanonical", "policy", "profile"}:
            yield from value
        elif name in {"moduleCanonical", "valueCanonical"}:
            yield value
        else:
            yield from canonicals(value)


def test_a_service_request_instantiates_the_activity_of_its_name(client, example):
    answer = client.post(ASSESS, data=example("numb-saddle"), headers=FHIR).json
    requests = [entry["resource"] for entry in answer["entry"] if entry["resource"]["resourceType"] == "ServiceRequest"]
    assert requests
    for request in requests:
        (address,) = request["instantiatesCanonical"]
        (found,) = client.get("/fhir/ActivityDefinition", query_string={"url": address}).json["entry"]
        assert found["resource"]["title"] == request["code"]["text"]


@pytest.fixture(scope="module")
def operation(client):
    return client.get("/fhir/OperationDefinition/assess").json


VALUES = {
    "bundle": {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Patient", "id": "p"}}]},
    "asOf": "2026-11-24",
    "subject": "Patient/p",
    "detail": "full",
}


def said(parameter):
    """A value of a parameter, as its definition says that it is typed."""
    kind = parameter["type"]
    element = "resource" if kind == "Bundle" else f"value{kind[0].upper()}{kind[1:]}"
    return {"name": parameter["name"], element: VALUES[parameter["name"]]}


def test_the_operation_takes_what_its_definition_says(client, operation):
    parameters = [said(parameter) for parameter in operation["parameter"] if parameter["use"] == "in"]
    plain = {name: value for name, value in VALUES.items() if name != "bundle"}
    whole = client.post("/fhir/$assess", data=json.dumps({"resourceType": "Parameters", "parameter": parameters}), headers=FHIR)
    bare = client.post("/fhir/$assess", data=json.dumps(VALUES["bundle"]), headers=FHIR, query_string=plain)
    assert whole.status_code == 200
    assert whole.data == bare.data
    (outgoing,) = [parameter for parameter in operation["parameter"] if parameter["use"] == "out"]
    assert (outgoing["name"], outgoing["type"]) == ("return", bare.json["resourceType"])


def test_the_operation_needs_what_its_definition_needs_and_no_more(client, operation):
    incoming = {parameter["name"]: parameter for parameter in operation["parameter"] if parameter["use"] == "in"}
    assert [name for name, parameter in incoming.items() if parameter["min"]] == ["bundle"]
    for name, parameter in incoming.items():
        others = [said(other) for other in incoming.values() if other["name"] != name]
        for times, status in ((0, 422 if parameter["min"] else 200), (1, 200), (2, 422)):
            body = json.dumps({"resourceType": "Parameters", "parameter": [*others, *[said(parameter)] * times]})
            assert client.post("/fhir/$assess", data=body, headers=FHIR).status_code == status


def test_a_refusal_names_the_plain_parameters_of_the_definition(client, operation, outcome_of):
    plain = [parameter["name"] for parameter in operation["parameter"] if parameter["use"] == "in" and parameter["type"] != "Bundle"]
    (issue,) = outcome_of(client.post("/fhir/$assess?colour=red", data="{}", headers=FHIR))["issue"]
    assert f"the query may hold {', '.join(plain)}, " in issue["details"]["text"]


def test_the_largest_definition_is_small_on_the_wire(client):
    assert len(gzip.compress(client.get("/fhir/PlanDefinition/back-pain-headache").data)) < 200_000
