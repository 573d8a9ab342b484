"""/openapi.json: valid, whole, and true: every route stands in it, and every example of it is sent."""

import json

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from nuchal.config import Settings
from nuchal.web import create_app
from nuchal.web.openapi import document, undescribed


@pytest.fixture(scope="module")
def app(evaluator):
    return create_app(Settings(), evaluator)


@pytest.fixture(scope="module")
def described(app):
    return json.loads(json.dumps(document(app)))


def operations(described):
    return [(path, method, operation) for path, methods in described["paths"].items() for method, operation in methods.items()]


def test_the_document_is_openapi_3_1(described):
    assert described["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(described).iter_errors()] == []


def test_every_route_is_in_it(app):
    assert undescribed(app) == [], "say with @described (nuchal/web/described.py) what these routes do"


def test_it_holds_nothing_that_is_no_route(app, described):
    routes = {(rule.rule.count("/"), method.lower()) for rule in app.url_map.iter_rules() for method in rule.methods}
    assert {(path.count("/"), method) for path, method, _ in operations(described)} <= routes
    assert len(operations(described)) == len({operation["operationId"] for *_, operation in operations(described)})


def test_it_is_served_to_everybody_and_says_the_same(app, described):
    response = app.test_client().get("/openapi.json")
    assert (response.status_code, response.content_type) == (200, "application/json")
    assert response.json == described


def examples_of(described):
    """(path with its arguments, query, media type, body) for each example of each operation; one without a body where none is wanted."""
    for path, method, operation in operations(described):
        told = [parameter for parameter in operation.get("parameters", []) if "example" in parameter]
        query = {parameter["name"]: parameter["example"] for parameter in told if parameter["in"] == "query"}
        headers = {parameter["name"]: parameter["example"] for parameter in told if parameter["in"] == "header"}
        for parameter in told:
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))  # noqa: PLW2901  its arguments filled in
        contents = operation.get("requestBody", {}).get("content", {})
        bodies = [(kind, example["value"]) for kind, content in contents.items() for example in content.get("examples", {}).values()]
        if contents and not bodies:
            continue  # what is sent must fit an answer before, as feedback on a card
        for kind, body in bodies or [("", None)]:
            yield method, path, query, headers, kind, body, operation


def test_every_example_is_answered_as_it_is_described(app, described):
    client = app.test_client()
    for method, path, query, headers, kind, body, operation in examples_of(described):
        assert "{" not in path, f"{path}: its argument wants an example"
        sent = {"data": json.dumps(body) if kind.endswith("json") else body, "content_type": kind or None}
        with client.open(path, method=method.upper(), query_string=query, headers=headers, **sent) as response:
            wanted = min(status for status in operation["responses"])
            assert str(response.status_code) == wanted, (path, response.text[:500])
            content = operation["responses"][wanted].get("content", {})
            assert (response.mimetype in content or "*/*" in content) == bool(content), (path, response.mimetype)
            schema = content.get(response.mimetype, {}).get("schema", {})
            if response.is_json and schema:
                told = content[response.mimetype].get("example")
                for value in [response.json, *([told] if told is not None else [])]:
                    Draft202012Validator({"components": described["components"]} | schema).validate(value)
