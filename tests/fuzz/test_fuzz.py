"""The fuzzer sends what it says, tells answers from faults, and cuts a body down to what fails."""

import importlib.util
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from nuchal.config import Settings
from nuchal.web import create_app

FOLDER = Path(__file__).parent
EXAMPLES = FOLDER.parents[1] / "examples"
OUTCOME = json.dumps({"resourceType": "OperationOutcome", "issue": []}).encode()


@pytest.fixture(scope="module")
def fuzz():
    spec = importlib.util.spec_from_file_location("fuzz_command", FOLDER / "fuzz.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz_command"] = module
    spec.loader.exec_module(module)
    return module


def bodies(fuzz, seed):
    source = random.Random(seed)
    originals = fuzz.charts(EXAMPLES)
    return [fuzz.mutant(*source.choice(originals), source) for _ in range(200)]


def test_the_same_seed_makes_the_same_bodies_and_another_others(fuzz):
    assert bodies(fuzz, 1) == bodies(fuzz, 1)
    assert bodies(fuzz, 1) != bodies(fuzz, 2)


def test_spoiled_charts_are_answered_or_refused(fuzz, evaluator):
    """Two hundred bodies in this process; .ci/run sends thousands to the real server."""
    client = create_app(Settings(), evaluator).test_client()

    def send(body):
        response = client.post("/fhir/$assess?asOf=2026-11-24", data=body, content_type="application/fhir+json")
        return response.status_code, response.get_data()

    faults = {found.body: fault for found in bodies(fuzz, 3) if (fault := fuzz.fault_of(send, found.body))}
    assert faults == {}


ANSWERS = [
    ((422, OUTCOME), None),
    ((500, OUTCOME), "status 500"),
    ((200, OUTCOME), "status 200 with another resource than Bundle"),
    ((422, b"<html>"), "status 422 with a body that is no JSON"),
    ((422, OUTCOME.replace(b"[]", b'[{"diagnostics": "<script>"}]')), "a text that opens a script"),
    ((422, OUTCOME.replace(b'"issue"', b'"text": {"div": "<div>&</div>"}, "issue"')), "a narrative that is no XHTML"),
]


@pytest.mark.parametrize(("answer", "fault"), ANSWERS)
def test_a_fault_is_told_from_an_answer(fuzz, answer, fault):
    assert fuzz.fault_of(lambda _: answer, b"{}") == fault


def test_a_connection_that_breaks_is_a_fault(fuzz):
    def broken(_body):
        raise ConnectionResetError

    assert fuzz.fault_of(broken, b"{}") == "no answer: ConnectionResetError"


def test_a_body_is_cut_down_to_what_fails(fuzz):
    _, chart = fuzz.charts(EXAMPLES)[0]
    chart["entry"][2]["resource"]["oddity"] = 7
    found = fuzz.Mutant(json.dumps(chart).encode(), "x", [], chart)

    def send(body):
        return (500 if b"oddity" in body else 422), OUTCOME

    assert json.loads(fuzz.cut_down(send, found, "status 500")) == {"entry": [{"resource": {"oddity": 7}}]}


def test_the_command_says_what_it_does():
    said = subprocess.run([sys.executable, FOLDER / "fuzz.py", "--help"], capture_output=True, text=True, check=True).stdout
    assert "--minutes" in said
    assert "--seed" in said
