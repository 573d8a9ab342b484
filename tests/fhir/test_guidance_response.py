"""The GuidanceResponse: whether the answer is whole, and the questions as DataRequirements."""

import pytest

from nuchal.fhir.canonicals import QUESTION
from nuchal.terminology import SNOMED_CT, VOCABULARY


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        pytest.param("emergency", "data-requested", id="a disposition, and questions remain"),
        pytest.param("two_pains_and_nothing_else", "success", id="a disposition and no question"),
        pytest.param("neither", "success", id="neither pain is active: the statement is the answer"),
        pytest.param("unreadable", "data-required", id="no disposition, and something could not be read"),
    ],
)
def test_the_status_says_whether_more_is_needed(answer_to, kind, status):
    assert answer_to(kind).one("GuidanceResponse")["status"] == status


def test_it_leads_to_the_ruleset_the_device_the_plan_and_the_remarks(answer_to):
    answer = answer_to("emergency")
    guidance = answer.one("GuidanceResponse")
    assert guidance["moduleCanonical"] == "https://nuchal.example.org/fhir/PlanDefinition/small|0.1.0"
    assert guidance["performer"] == {"reference": f"urn:uuid:{answer.one('Device')['id']}"}
    assert guidance["result"] == {"reference": f"urn:uuid:{answer.one('CarePlan')['id']}"}
    assert guidance["evaluationMessage"] == [{"reference": f"urn:uuid:{answer.one('OperationOutcome')['id']}"}]


def test_without_a_plan_there_is_no_result(answer_to):
    assert "result" not in answer_to("neither").one("GuidanceResponse")


def test_a_question_asks_for_an_observation_with_our_code_and_the_verified_equivalent_ones(answer_to):
    stiffness, _ = answer_to("emergency").one("GuidanceResponse")["dataRequirement"]
    assert stiffness["type"] == "Observation"
    assert stiffness["codeFilter"] == [
        {
            "path": "code",
            "code": [
                {"system": VOCABULARY, "code": "neck-stiffness", "display": "Neck stiffness"},
                {"system": SNOMED_CT, "code": "161882006", "display": "Stiff neck"},
            ],
        }
    ]


def test_a_question_says_what_to_ask_why_and_for_which_rules(answer_to):
    stiffness, _ = answer_to("emergency").one("GuidanceResponse")["dataRequirement"]
    assert stiffness["extension"] == [
        {
            "url": QUESTION,
            "extension": [
                {"url": "text", "valueString": "Is the neck stiff?"},
                {"url": "why", "valueCode": "unconfirmed"},
                {"url": "rule", "valueString": "rf-fever-meningism"},
            ],
        }
    ]


def test_age_is_asked_of_the_patient(answer_to):
    _, age = answer_to("emergency").one("GuidanceResponse")["dataRequirement"]
    assert age["type"] == "Patient"
    assert "codeFilter" not in age
