"""What a log line may hold, and that no patient ever gets into one."""

import io
import json
import logging

import pytest

from nuchal.config import Settings
from nuchal.logs import Event, JsonLines, record
from nuchal.web import create_app

MARKER = "Qmarkerq7"


@pytest.fixture
def lines():
    """Every log line of the process from here on, at every level, as it would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def logger():
    return logging.getLogger("tests.logs")


def test_a_line_is_one_json_object_with_time_level_and_event(lines):
    record(logger(), Event.REQUEST_COMPLETED, status=200, duration_ms=1.5)
    (line,) = lines()
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "info", "event": "request_completed", "status": 200, "duration_ms": 1.5}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"patient": MARKER}, id="a name that is not on the list"),
        pytest.param({"status": {"code": MARKER}}, id="an object under a name that is"),
        pytest.param({"route": [MARKER]}, id="a list under a name that is"),
    ],
)
def test_a_value_that_is_not_allowed_is_dropped(lines, values):
    record(logger(), Event.REQUEST_COMPLETED, **values)
    (line,) = lines()
    assert set(line) == {"time", "level", "event"}


def test_an_exception_leaves_its_type_and_its_frames_but_not_its_message(lines):
    try:
        int(MARKER)
    except ValueError as error:
        record(logger(), Event.REQUEST_FAILED, level=logging.ERROR, error=error)
    (line,) = lines()
    assert line["exception"] == "ValueError"
    assert line["frames"][0].startswith("test_logs.py:")
    assert MARKER not in json.dumps(line)


def test_of_a_library_the_template_is_kept_and_what_was_filled_in_is_not(lines):
    logger().warning("Cannot read %s", MARKER)
    logger().warning(f"Cannot read {MARKER}")  # what a careless library does
    first, second = lines()
    assert first["template"] == "Cannot read %s"
    assert "template" not in second
    assert MARKER not in json.dumps([first, second])


def marked_bundle():
    """A patient with the marker in every field that can hold one."""
    subject = {"reference": f"Patient/{MARKER}", "display": MARKER}
    concept = {
        "coding": [{"system": f"https://{MARKER}.example.com", "code": MARKER, "display": f"Headache {MARKER}"}],
        "text": f"Headache {MARKER}",
    }
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "id": MARKER,
        "entry": [
            {
                "resource": {
                    "resourceType": "Patient",
                    "id": MARKER,
                    "name": [{"text": MARKER}],
                    "identifier": [{"value": MARKER}],
                    "gender": "female",
                }
            },
            {
                "resource": {
                    "resourceType": "Observation",
                    "id": f"{MARKER}-1",
                    "status": "final",
                    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "25064002", "display": MARKER}], "text": MARKER},
                    "subject": subject,
                    "effectiveDateTime": "2026-11-20",
                    "valueString": MARKER,
                    "note": [{"text": MARKER}],
                }
            },
            {"resource": {"resourceType": "Observation", "id": f"{MARKER}-2", "status": "final", "code": concept, "subject": subject}},
            {
                "resource": {
                    "resourceType": "Condition",
                    "id": f"{MARKER}-3",
                    "code": concept,
                    "subject": subject,
                    "note": [{"text": MARKER}],
                }
            },
        ],
    }


def broken(bundle):
    bundle["entry"][1]["resource"]["status"] = MARKER
    bundle["entry"][2]["resource"]["valueQuantity"] = {"value": MARKER}
    return bundle


@pytest.mark.parametrize("bundle", [pytest.param(marked_bundle(), id="answered"), pytest.param(broken(marked_bundle()), id="refused")])
def test_no_log_line_holds_anything_of_the_patient(evaluator, lines, bundle):
    client = create_app(Settings(), evaluator).test_client()
    headers = {"Content-Type": "application/fhir+json", "X-Request-Id": MARKER, "User-Agent": MARKER, "Cookie": f"session={MARKER}"}
    response = client.post(f"/fhir/$assess?subject=Patient/{MARKER}", data=json.dumps(bundle), headers=headers)
    client.get(f"/fhir/Patient/{MARKER}?name={MARKER}", headers=headers)
    client.open("/health/live", method=MARKER)
    assert response.status_code in {200, 422}
    assert len(lines()) >= 3
    assert MARKER.lower() not in json.dumps(lines()).lower()


class Forgetful:
    """An evaluator whose error holds the patient."""

    def __init__(self, evaluator):
        self.ruleset, self.inference, self.site_map = evaluator.ruleset, evaluator.inference, None

    def evaluate(self, body, _parameters, *, now):  # noqa: ARG002  the evaluator's signature
        raise RuntimeError(body.decode()) from ValueError(body.decode())


def test_not_even_an_error_that_nobody_foresaw_puts_the_patient_into_the_log(evaluator, lines):
    client = create_app(Settings(), Forgetful(evaluator)).test_client()
    response = client.post("/fhir/$assess", data=json.dumps(marked_bundle()), headers={"Content-Type": "application/json"})
    assert response.status_code == 500
    assert any(line["event"] == "request_failed" for line in lines())
    assert MARKER not in json.dumps(lines()) + response.get_data(as_text=True)
