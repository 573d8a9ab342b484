"""`nuchal evaluate`: what a reader sees, what a program gets, and what is said when there is no answer."""

import io
import json
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from nuchal.cli import exit_codes
from nuchal.errors import NuchalError

AS_OF = ("--as-of", "2026-11-24")


def test_a_reader_sees_disposition_flags_causes_with_their_criteria_plan_and_questions(nuchal, example):
    code, said, complaint = nuchal("evaluate", example("fever-and-stiff-neck"), *AS_OF)
    assert (code, complaint) == (0, "")
    headings = ["Disposition: emergency (now)", "Red flags", "Causes, most fitting first", "Plan", "Ask next", "Limits"]
    assert [said.index(heading) for heading in headings] == sorted(said.index(heading) for heading in headings)
    assert "met     fever" in said
    assert "unknown " in said
    assert "Observation/temperature" in said
    assert "not reviewed by a clinician" in said


def test_what_was_not_understood_is_shown_word_by_word(nuchal, example, tmp_path):
    bundle = json.loads(example("only-two-pains").read_text())
    bundle["entry"].append(
        {
            "resource": {
                "resourceType": "Observation",
                "id": "odd",
                "status": "final",
                "code": {"text": "Headache like \u001b[31mgreen\u0007 bees"},
                "subject": {"reference": "Patient/emil"},
                "effectiveDateTime": "2026-11-23",
            }
        }
    )
    file = tmp_path / "odd.json"
    file.write_text(json.dumps(bundle))
    _, said, _ = nuchal("evaluate", file, *AS_OF)
    assert "Not understood" in said
    assert "green bees" in said
    assert "\u001b" not in said
    assert "\u0007" not in said


def test_without_a_terminal_there_is_no_colour(nuchal, example):
    _, said, _ = nuchal("evaluate", example("numb-saddle"), *AS_OF)
    assert "\u001b" not in said


def test_criteria_that_were_recorded_as_absent_read_as_absent(nuchal, example):
    _, said, _ = nuchal("evaluate", example("numb-saddle"), *AS_OF)
    assert "absent  leg weakness" in said


@pytest.mark.parametrize("heading", ["Red flags not ruled out", "Causes not listed", "How it was inferred"])
def test_full_detail_says_more(nuchal, example, heading):
    _, short, _ = nuchal("evaluate", example("numb-saddle"), *AS_OF)
    _, long, _ = nuchal("evaluate", example("numb-saddle"), *AS_OF, "--detail", "full")
    assert heading in long
    assert heading not in short


def test_a_program_gets_the_bundle_that_the_service_would_answer(nuchal, example, evaluator):
    _, said, _ = nuchal("evaluate", example("stiff-shoulders"), *AS_OF, "--format", "fhir")
    answer = evaluator.evaluate(example("stiff-shoulders").read_bytes(), {"asOf": "2026-11-24"}, now=datetime.now(UTC)).answer
    assert json.loads(said) == json.loads(json.dumps(answer))


def test_a_dash_reads_standard_input(nuchal, example, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(example("only-two-pains").read_bytes())))
    from_input = nuchal("evaluate", "-", *AS_OF)
    assert from_input == nuchal("evaluate", example("only-two-pains"), *AS_OF)


def test_parameters_may_bring_their_own_moment(nuchal, example):
    _, said, _ = nuchal("evaluate", example("throbbing-one-sided"))
    assert "as of 2026-11-24T17:00:00Z" in said


UNUSABLE = [
    pytest.param("", "patient.json: The body is not JSON", id="an empty file"),
    pytest.param("<Bundle/>", "patient.json: The body is not JSON: line 1, column 1", id="XML"),
    pytest.param('{"resourceType": "Patient"}', "patient.json: $assess reads a Bundle", id="another resource"),
    pytest.param('{"resourceType": "Bundle", "type": "collection"}', "No Patient", id="nobody"),
    pytest.param(
        '{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Observation"}}]}',
        "Bundle.entry[0].resource",
        id="an Observation without anything",
    ),
]


@pytest.mark.parametrize(("content", "sentence"), UNUSABLE)
def test_an_input_that_cannot_be_used_is_said_in_a_sentence_with_its_place(nuchal, tmp_path, content, sentence):
    file = tmp_path / "patient.json"
    file.write_text(content)
    code, said, complaint = nuchal("evaluate", file)
    assert (code, said) == (exit_codes.INPUT_UNUSABLE, "")
    assert sentence in complaint
    assert all(line.startswith("nuchal: ") for line in complaint.splitlines())


@pytest.mark.parametrize("moment", ["soon", "2026-02-30", "24.11.2026", "0001-01-01", ""])
def test_a_moment_that_is_none_is_a_wrong_command_line_and_an_example_is_given(nuchal, example, moment):
    code, said, complaint = nuchal("evaluate", example("only-two-pains"), "--as-of", moment)
    assert (code, said) == (2, "")
    assert "--as-of" in complaint
    assert "for example 2026-11-24 or 2026-11-24T17:30:00+01:00" in complaint
    assert not {"asOf", "query", "body"} & set(re.findall(r"\w+", complaint))


def with_parameters(example, **plain):
    bundle = {"name": "bundle", "resource": json.loads(example("only-two-pains").read_text())}
    parameters = [bundle, *({"name": name, **value} for name, value in plain.items())]
    return json.dumps({"resourceType": "Parameters", "parameter": parameters})


DIFFERENCES = [
    pytest.param({"asOf": {"valueDateTime": "2026-11-23"}}, ("--as-of", "2026-11-24"), id="the moment"),
    pytest.param({"subject": {"valueString": "Patient/a"}}, ("--subject", "Patient/b"), id="the patient"),
    pytest.param({"detail": {"valueCode": "brief"}}, ("--detail", "full"), id="the detail"),
]


@pytest.mark.parametrize(("plain", "words"), DIFFERENCES)
def test_a_command_line_that_differs_from_the_file_is_refused_in_its_own_words(nuchal, example, tmp_path, plain, words):
    file = tmp_path / "patient.json"
    file.write_text(with_parameters(example, **plain))
    code, said, complaint = nuchal("evaluate", file, *words)
    assert (code, said) == (2, "")
    assert f"{words[0]} differs from what {file} itself says" in complaint
    assert not {"asOf", "query", "body"} & set(re.findall(r"\w+", complaint))


def test_a_command_line_that_says_the_same_as_the_file_is_taken(nuchal, example, tmp_path):
    file = tmp_path / "patient.json"
    file.write_text(with_parameters(example, asOf={"valueDateTime": "2026-11-24"}))
    assert nuchal("evaluate", file, *AS_OF)[0] == 0


def test_a_file_that_is_no_json_is_named_with_the_place(nuchal, tmp_path):
    file = tmp_path / "patient.json"
    file.write_text('{"resourceType": "Bundle",\n  "type": collection}')
    _, _, complaint = nuchal("evaluate", file)
    assert complaint.startswith(f"nuchal: {file}: ")
    assert "line 2, column 11" in complaint


def test_a_file_that_is_not_there_is_said(nuchal, tmp_path):
    code, _, complaint = nuchal("evaluate", tmp_path / "nobody.json")
    assert code == exit_codes.INPUT_UNUSABLE
    assert complaint == f"nuchal: {tmp_path / 'nobody.json'} cannot be read: no such file or directory\n"


def test_a_ruleset_that_cannot_be_used_is_said(nuchal, example, tmp_path, monkeypatch):
    monkeypatch.setenv("NUCHAL_RULESET", str(tmp_path))
    code, _, complaint = nuchal("evaluate", example("only-two-pains"))
    assert code == exit_codes.SET_UP_UNUSABLE
    assert "ruleset.yaml" in complaint


def kinds_below(kind):
    return [below for child in kind.__subclasses__() for below in (child, *kinds_below(child))]


EXIT_CODES = {
    "UnreadableBody": 3,
    "UnsupportedInput": 3,
    "InvalidInput": 3,
    "WrongPatient": 3,
    "UnusableSearch": 3,  # from here to AccessDenied never on the command line
    "UnusableHookCall": 3,
    "UnknownCard": 3,
    "DataNotAvailable": 3,
    "NotAuthenticated": 3,
    "AccessDenied": 3,
    "KeysUnavailable": 5,
    "StoreUnavailable": 5,
    "RulesetError": 4,
    "ConfigurationError": 4,
    "EngineDisagreement": 5,
    "EngineFault": 5,
}


def test_every_kind_of_error_has_its_exit_code():
    kinds = [kind for kind in kinds_below(NuchalError) if kind.__module__ == NuchalError.__module__]
    assert {kind.__name__: exit_codes.exit_code(kind.__new__(kind)) for kind in kinds} == EXIT_CODES


@pytest.mark.parametrize("form", ["text", "fhir"])
def test_a_reader_who_has_seen_enough_is_no_error(example, form):
    command = [sys.executable, "-m", "nuchal.cli", "evaluate", str(example("stiff-shoulders")), *AS_OF, "--format", form]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert (process.wait(30), process.stderr.read()) == (0, b"")
