"""schemathesis sends what /openapi.json allows, and what it does not: no fault of ours, nothing that is not in the document.

A longer run is one command; DEVELOPERS.md has it.
"""

import contextlib
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from nuchal.config import Settings
from nuchal.web import create_app

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "8"))  # of each operation, allowed and not


ACCESS = """
[[fhir]]
issuer = "https://login.example.org"
audience = "nuchal"
scopes = "nuchal"
keys = "https://login.example.org/keys"
"""


@pytest.fixture(scope="module", params=["open to all", "closed"])
def operations(evaluator, request, tmp_path_factory):
    (path := tmp_path_factory.mktemp("access") / "access.toml").write_text(ACCESS)
    access = {"access": path} if request.param == "closed" else {}
    app = create_app(Settings(max_body_bytes=200_000, **access), evaluator)
    document = schemathesis.openapi.from_wsgi("/openapi.json", app).exclude(path_regex="/static/")  # files that its client does not close
    return [found.ok() for found in document.get_all_operations()]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "not allowed"])
def test_nothing_is_answered_with_what_the_document_does_not_tell(operations, mode):
    assert operations
    for operation in operations:
        send_and_check(operation.as_strategy(generation_mode=mode))


def send_and_check(cases):
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=cases)
    def check(case):
        case.call_and_validate(checks=CHECKS)

    with contextlib.suppress(Unsatisfiable):  # what takes nothing cannot be asked wrongly
        check()
