"""CarePlan, ServiceRequest and DetectedIssue: what is proposed, in which form, and what is not."""

import pytest

from nuchal.fhir import answer_bundle
from nuchal.fhir.canonicals import DISPOSITION
from nuchal.rules.model import Disposition


@pytest.fixture
def answer(answer_to):
    return answer_to("emergency")


@pytest.fixture
def details(answer):
    return [activity["detail"] for activity in answer.one("CarePlan")["activity"] if "detail" in activity]


def test_the_plan_is_a_draft_proposal_by_the_device(answer):
    plan = answer.one("CarePlan")
    assert (plan["status"], plan["intent"]) == ("draft", "proposal")
    assert plan["author"] == {"reference": f"urn:uuid:{answer.one('Device')['id']}"}


@pytest.mark.parametrize("disposition", Disposition)
def test_the_disposition_is_a_category_of_the_plan(context_parts, disposition):
    bundle = answer_bundle(context_parts["assessment"](disposition=disposition), context_parts["chart"]())
    (plan,) = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "CarePlan"]
    assess_plan, urgency = plan["category"]
    assert assess_plan["coding"][0]["code"] == "assess-plan"
    assert [(coding["system"], coding["code"]) for coding in urgency["coding"]] == [(DISPOSITION, disposition.value)]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Emergency department", "Appointment"),
        ("Paracetamol", "MedicationRequest"),
        ("Headache diary", None),
        ("When to come back", "CommunicationRequest"),
        ("Do not image without a red flag.", "ServiceRequest"),
        ("Do not give opioids for headache.", "MedicationRequest"),
    ],
)
def test_a_detail_has_the_kind_of_its_activity(details, title, kind):
    (detail,) = [d for d in details if d.get("code", d.get("productCodeableConcept"))["text"] == title]
    assert detail.get("kind") == kind


def test_a_drug_is_a_product_in_a_detail_and_never_a_request_of_its_own(answer, details):
    (drug,) = [detail for detail in details if "productCodeableConcept" in detail]
    assert drug["productCodeableConcept"] == {
        "coding": [{"system": "http://www.whocc.no/atc", "code": "N02BE01", "display": "paracetamol"}],
        "text": "Paracetamol",
    }
    assert answer.all("MedicationRequest") == []


def test_a_prohibition_is_a_detail_that_says_do_not_wherever_it_is_read(details):
    prohibitions = [detail for detail in details if "doNotPerform" in detail]
    assert len(prohibitions) == 2
    for detail in prohibitions:
        assert detail["doNotPerform"] is True
        assert detail["description"].startswith("Do not")
        assert detail["code"]["text"].startswith("Do not")
        assert "productCodeableConcept" not in detail


def test_orders_referrals_and_procedures_are_service_requests_that_the_plan_refers_to(answer):
    requests = answer.all("ServiceRequest")
    referred = [activity["reference"]["reference"] for activity in answer.one("CarePlan")["activity"] if "reference" in activity]
    assert [request["code"]["text"] for request in requests] == ["Lumbar puncture", "CT head", "Neurology referral"]
    assert referred == [f"urn:uuid:{request['id']}" for request in requests]
    assert {(request["status"], request["intent"]) for request in requests} == {("draft", "proposal")}
    assert all("doNotPerform" not in request for request in requests)


def test_a_request_is_as_urgent_as_the_most_urgent_rule_behind_it(answer):
    priorities = {request["code"]["text"]: request["priority"] for request in answer.all("ServiceRequest")}
    assert priorities == {"Lumbar puncture": "stat", "CT head": "urgent", "Neurology referral": "routine"}


@pytest.mark.parametrize(
    ("disposition", "priority"),
    [("emergency", "stat"), ("urgent", "asap"), ("soon", "urgent"), ("routine", "routine"), ("self-care", "routine")],
)
def test_no_request_is_more_urgent_than_the_patient(context_parts, disposition, priority):
    plan_type = type(context_parts["assessment"]().plan)
    plan = plan_type(activities=(context_parts["planned"]("ct-head", "rf-fever-meningism"),), withheld=())
    assessment = context_parts["assessment"](disposition=Disposition(disposition), plan=plan)
    resources = [entry["resource"] for entry in answer_bundle(assessment, context_parts["chart"]())["entry"]]
    assert [r["priority"] for r in resources if r["resourceType"] == "ServiceRequest"] == [priority]


def test_reasons_are_the_proposed_conditions_and_the_flags_and_known_causes_by_name(answer):
    puncture, _, referral = answer.all("ServiceRequest")
    meningitis = answer.all("Condition")[0]
    assert puncture["reasonCode"] == [{"text": "Fever with headache and stiff neck"}]
    assert puncture["reasonReference"] == [{"reference": f"urn:uuid:{meningitis['id']}"}]
    assert referral["reasonCode"] == [{"text": "Migraine"}]
    assert "reasonReference" not in referral


def test_clinicians_and_patients_each_have_their_wording(answer, details):
    puncture = answer.all("ServiceRequest")[0]
    assert puncture["patientInstruction"] == "Plainly: Lumbar puncture."
    assert puncture["note"][0]["text"] == (
        "Clinical: Lumbar puncture. Caution: fever is present; temperature is 39.2 °C. Not recorded, ask first: on anticoagulant."
    )
    assert details[0]["description"] == "Clinical: Emergency department. For the patient: Plainly: Emergency department."
    assert details[0]["scheduledString"] == "emergency (now)"


def test_what_is_withheld_is_a_detected_issue_and_the_plan_says_why(answer):
    whys = [
        "Ibuprofen: withheld because acute medicines are already taken too often (headache is present).",
        "Paracetamol: withheld because nobody recorded whether the patient is pregnant.",
    ]
    issues = answer.all("DetectedIssue")
    plan = answer.one("CarePlan")
    assert [issue["detail"] for issue in issues] == whys
    assert {issue["status"] for issue in issues} == {"final"}
    assert [issue["patient"] for issue in issues] == [{"reference": "Patient/p1"}] * 2
    assert issues[0]["evidence"] == [
        {
            "code": [{"text": "acute medication overuse (met)"}],
            "detail": [{"reference": "Condition/headache", "display": "Headache: present"}],
        }
    ]
    assert issues[1]["evidence"] == [{"code": [{"text": "pregnant (unknown)"}]}]
    for why in whys:
        assert why in [note["text"] for note in plan["note"]]
        assert why in plan["text"]["div"]


def test_each_listed_cause_that_is_not_known_is_a_proposed_condition_that_the_plan_addresses(answer):
    conditions = answer.all("Condition")
    stated = [
        (c["code"]["text"], c["verificationStatus"]["coding"][0]["code"], c["clinicalStatus"]["coding"][0]["code"]) for c in conditions
    ]
    assert stated == [("Bacterial meningitis", "provisional", "active"), ("Tension-type headache", "differential", "active")]
    assert answer.one("CarePlan")["addresses"] == [{"reference": f"urn:uuid:{condition['id']}"} for condition in conditions]
    assert [c["category"][0]["coding"][0]["code"] for c in conditions] == ["encounter-diagnosis"] * 2


def test_a_proposed_condition_shows_the_inputs_that_speak_for_it(answer):
    assert [detail["reference"] for detail in answer.all("Condition")[0]["evidence"][0]["detail"]] == [
        "Observation/fever",
        "Observation/temperature",
    ]


def test_the_narrative_of_the_plan_tells_what_to_do_and_what_not(answer):
    div = answer.one("CarePlan")["text"]["div"]
    proposed, _, prohibited = div.partition("<h3>Do not</h3>")
    assert "Lumbar puncture" in proposed
    assert "Do not image without a red flag." not in proposed
    assert "Do not image without a red flag." in prohibited


@pytest.mark.parametrize("kind", ["neither", "unreadable"])
def test_without_an_active_pain_and_a_flag_there_is_no_plan(answer_to, kind):
    answer = answer_to(kind)
    assert answer.all("CarePlan") == answer.all("ServiceRequest") == answer.all("Condition") == []
    assert "finding" not in answer.one("ClinicalImpression")
