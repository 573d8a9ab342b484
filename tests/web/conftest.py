"""A client of the whole application, and helpers that every error is held to."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from nuchal.config import Settings
from nuchal.evaluation import Evaluator
from nuchal.web import create_app
from nuchal.web.described import description_of, is_static

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session")
def client(evaluator: Evaluator) -> FlaskClient:
    return create_app(Settings(max_body_bytes=200_000), evaluator).test_client()


@pytest.fixture(scope="session")
def example() -> Callable[[str], bytes]:
    return lambda name: (EXAMPLES / f"{name}.json").read_bytes()


@pytest.fixture(scope="session")
def outcome_of() -> Callable[[TestResponse], dict[str, Any]]:
    """The OperationOutcome of an error, held to the one shape that all errors have."""

    def check(response: TestResponse) -> dict[str, Any]:
        is_fhir = response.request.path.startswith("/fhir")
        assert response.content_type == ("application/fhir+json; fhirVersion=4.0" if is_fhir else "application/json")
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Request-Id"]
        text = response.get_data(as_text=True)
        assert "Traceback" not in text
        assert "<html" not in text.lower()
        outcome = json.loads(text)
        OperationOutcome.model_validate(outcome)
        assert all(issue["severity"] in {"error", "fatal"} for issue in outcome["issue"])
        return outcome

    return check


@pytest.fixture(scope="session")
def path_of() -> Callable[[FlaskClient, Rule], str]:
    """A path of a route: its arguments as the view describes them by example, else x."""

    def build(client: FlaskClient, rule: Rule) -> str:
        description = description_of(client.application.view_functions[rule.endpoint])
        told = {parameter.name: parameter.example for parameter in description.parameters} if description else {}
        values = {name: told.get(name) or ("style.css" if is_static(rule.endpoint) else "x") for name in rule.arguments}
        return client.application.url_map.bind("localhost").build(rule.endpoint, values)

    return build
