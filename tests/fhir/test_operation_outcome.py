"""OperationOutcomes: remarks on the input, and errors."""

import pytest
from fhir.resources.R4B import get_fhir_model_class

from nuchal.errors import EngineDisagreement, EngineFault, InvalidInput, Problem, UnreadableBody, UnsupportedInput, WrongPatient
from nuchal.fhir import operation_outcome, problem_outcome

ERRORS = [
    (UnreadableBody("The body is not JSON."), [("error", "structure", "The body is not JSON.", None)]),
    (UnsupportedInput("Not a Bundle."), [("error", "not-supported", "Not a Bundle.", None)]),
    (
        InvalidInput([Problem("Unknown status.", "Bundle.entry[0].resource.status"), Problem("Not a date.")]),
        [("error", "invalid", "Unknown status.", ["Bundle.entry[0].resource.status"]), ("error", "invalid", "Not a date.", None)],
    ),
    (
        WrongPatient("Another patient.", expression="Bundle.entry[2].resource.subject"),
        [("error", "business-rule", "Another patient.", ["Bundle.entry[2].resource.subject"])],
    ),
    (EngineDisagreement("The evaluators differ."), [("fatal", "exception", "The evaluators differ.", None)]),
    (EngineFault("The engine failed twice."), [("error", "transient", "The engine failed twice.", None)]),
]


def _issues(outcome):
    return [(issue["severity"], issue["code"], issue["details"]["text"], issue.get("expression")) for issue in outcome["issue"]]


@pytest.mark.parametrize(("error", "issues"), ERRORS, ids=[type(error).__name__ for error, _ in ERRORS])
def test_an_error_becomes_one_issue_for_each_place_at_fault(error, issues):
    outcome = operation_outcome(error)
    get_fhir_model_class("OperationOutcome").model_validate(outcome)
    assert _issues(outcome) == issues


def test_a_problem_of_http_becomes_one_issue():
    outcome = problem_outcome("not-found", "There is nothing here.")
    get_fhir_model_class("OperationOutcome").model_validate(outcome)
    assert _issues(outcome) == [("error", "not-found", "There is nothing here.", None)]


def test_the_text_of_an_error_is_escaped_in_its_narrative():
    div = operation_outcome(UnsupportedInput("<b>&"))["text"]["div"]
    assert "&lt;b&gt;&amp;" in div


@pytest.mark.parametrize(
    ("kind", "severity", "code"),
    [
        ("not-understood", "warning", "not-supported"),
        ("missing", "warning", "incomplete"),
        ("refused", "warning", "business-rule"),
        ("ignored", "information", "informational"),
        ("assumed", "information", "informational"),
        ("contradictory", "warning", "conflict"),
        ("by-text", "information", "informational"),
        ("unusable", "warning", "value"),
        ("outdated", "information", "informational"),
        ("over", "information", "informational"),
    ],
)
def test_each_kind_of_note_has_its_severity_and_code_and_place(answer_to, kind, severity, code):
    issues = _issues(answer_to("hostile").one("OperationOutcome"))
    assert (severity, code, f"Said of the input: {kind}.", ["Bundle.entry[1].resource.code"]) in issues


def test_what_was_passed_over_is_counted(answer_to):
    issues = _issues(answer_to("two_pains_and_nothing_else").one("OperationOutcome"))
    assert ("information", "informational", "Passed over: Claim, once.", None) in issues
    assert ("information", "informational", "Passed over: Immunization, 3 times.", None) in issues


def test_a_code_that_means_no_word_is_told_with_its_system_and_display_to_those_who_can_map_it(answer_to):
    issue = answer_to("mapped_by_the_site").one("OperationOutcome")["issue"][0]
    assert issue["diagnostics"] == "http://hospital.example.org/codes|K7 “Kopf 7”"


def test_a_hostile_code_opens_no_tag(answer_to):
    (told,) = [issue["diagnostics"] for issue in answer_to("hostile").one("OperationOutcome")["issue"] if "diagnostics" in issue]
    assert told.startswith("urn:x|&lt;")
    assert "<" not in told
