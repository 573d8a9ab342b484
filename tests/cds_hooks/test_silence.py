"""When there is no card, and that a reason is given; and when there must be one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from nuchal.cds_hooks.conclusions import conclusions
from nuchal.cds_hooks.facts import facts
from nuchal.cds_hooks.proposals import proposal_context
from nuchal.errors import DataNotAvailable, StoreUnavailable

WORDS = ("headache", "nausea", "photophobia")


def reasons(h, body):
    return h.told(body).get("silentBecause", [])


SILENT = [
    pytest.param(lambda _: (), "no-active-pain", id="nothing recorded"),
    pytest.param(lambda h: (h.observed("nausea"), h.condition("E11.9")), "no-active-pain", id="neither pain"),
    pytest.param(lambda h: (h.observed("fever"), h.observed("photophobia")), "no-active-pain", id="red flags without a pain"),
    pytest.param(lambda h: [h.observed(word, effectiveDateTime="2019-05-01") for word in WORDS], "no-active-pain", id="old"),
    pytest.param(lambda h: [h.observed(word, status="entered-in-error") for word in WORDS], "no-active-pain", id="in error"),
    pytest.param(lambda h: [h.observed(word, present=False) for word in WORDS], "no-active-pain", id="denied"),
    pytest.param(lambda h: [h.condition(code, clinical="resolved") for code in ("R51.9", "M54.9")], "no-active-pain", id="resolved"),
    pytest.param(lambda h: [h.condition(code, verification="refuted") for code in ("R51.9", "M54.9")], "no-active-pain", id="refuted"),
    pytest.param(lambda h: h.PAINS, "nothing-special", id="true of everybody with such pain, the rest unknown"),
    pytest.param(lambda h: (h.PAINS[1],), "nothing-special", id="back pain and nothing else"),
    pytest.param(lambda h: (*h.PAINS, h.condition("M31.6")), "known", id="a red flag that rests on one entry of the problem list"),
]


@pytest.mark.parametrize(("chart", "reason"), SILENT)
def test_it_is_silent_and_says_why(h, desk, chart, reason):
    body = desk.answer(h.call_of(*chart(h)))
    assert (body["cards"], reasons(h, body)) == ([], [reason])


def test_a_silence_tells_what_was_looked_at_and_not_found(h, desk):
    said = h.told(desk.answer(h.call_of(*h.PAINS)))
    assert {"key": "observations", "state": "sent", "resources": 2} in said["lookedAt"]
    assert {"key": "flags", "state": "no-data", "resources": 0} in said["lookedAt"]
    assert said["redFlagsNotRuledOut"] > 0
    assert said["notFound"][0].endswith("?")


@pytest.mark.parametrize("user", ["Patient/p", "RelatedPerson/r"])
def test_only_clinicians_get_cards(h, desk, user):
    body = desk.answer(h.call_of(*h.MENINGITIS, context={"userId": user, "patientId": "p"}))
    assert (body["cards"], reasons(h, body)) == ([], ["user-is-no-clinician"])


@pytest.mark.parametrize("user", ["Practitioner/1", "PractitionerRole/1"])
def test_clinicians_get_cards(h, desk, user):
    assert desk.ask(*h.MENINGITIS, context={"userId": user, "patientId": "p"})


def throbbing(h):
    texts = ("Throbbing headache", "Unilateral headache")
    return [h.observed("headache", identity=f"t{number}", code={"text": text}) for number, text in enumerate(texts)]


def test_a_cause_on_the_problem_list_is_no_news(h, desk):
    chart = (*h.PAINS, *throbbing(h), h.observed("nausea"), h.observed("photophobia"))
    news, known = desk.answer(h.call_of(*chart)), desk.answer(h.call_of(*chart, h.condition("G43.009")))
    assert "Migraine without aura" in news["cards"][0]["summary"]
    assert (known["cards"], reasons(h, known)) == ([], ["known"])


def test_an_emergency_is_told_although_its_cause_is_on_the_problem_list(h, desk):
    (card,) = desk.ask(*h.MENINGITIS, h.condition("G00.9"))
    assert card["indicator"] == "critical"
    assert ", known)" in card["detail"]


def ordered(card, **more):
    """The orders that a client has filed of a card's suggestions."""
    resources = [action["resource"] for suggestion in card["suggestions"] for action in suggestion["actions"]]
    return [one | {"id": f"o{n}"} | more for n, one in enumerate(resources) if one["resourceType"] == "ServiceRequest"]


def test_what_is_ordered_is_not_proposed_again(h, desk):
    (card,) = desk.ask(*h.MENINGITIS)
    orders = ordered(card, status="active", intent="order")
    assert orders
    (again,) = desk.ask(*h.MENINGITIS, orders[0])
    assert len(again["suggestions"]) == len(card["suggestions"]) - 1


def test_a_card_whose_orders_all_stand_is_not_shown_unless_it_is_an_emergency(h, desk):
    (urgent,), (emergency,) = desk.ask(*h.URGENT), desk.ask(*h.MENINGITIS)
    body = desk.answer(h.call_of(*h.URGENT, *ordered(urgent)))
    assert (body["cards"], reasons(h, body)) == ([], ["ordered"])
    assert desk.ask(*h.MENINGITIS, *ordered(emergency))[0]["indicator"] == "critical"


@pytest.mark.parametrize(
    "spoiled", [{"status": "revoked"}, {"status": "entered-in-error"}, {"subject": {"reference": "Patient/q"}}, {"doNotPerform": True}]
)
def test_an_order_that_does_not_stand_changes_nothing(h, desk, spoiled):
    (card,) = desk.ask(*h.URGENT)
    assert len(desk.ask(*h.URGENT, *ordered(card, **spoiled))[0]["suggestions"]) == len(card["suggestions"])


def test_what_was_answered_in_this_encounter_is_not_said_again(h, desk):
    (card,) = desk.ask(*h.URGENT)
    desk.answer_card(card)
    body = desk.answer(h.call_of(*h.URGENT))
    assert (body["cards"], reasons(h, body)) == ([], ["answered"])


@pytest.mark.parametrize(
    ("context", "resources"),
    [
        pytest.param({"encounterId": "another"}, (), id="another encounter"),
        pytest.param({"encounterId": ...}, (), id="no encounter"),
        pytest.param({}, ("photophobia", "nausea", "stiff neck"), id="new facts"),
    ],
)
def test_it_is_said_again_elsewhere_and_on_new_facts(h, desk, context, resources):
    (card,) = desk.ask(*h.URGENT)
    desk.answer_card(card)
    call = h.call_of(*h.URGENT, *map(h.observed, resources))
    call["context"] = {name: value for name, value in (call["context"] | context).items() if value is not ...}
    assert desk.answer(call)["cards"]


def test_a_fever_that_is_measured_again_is_no_new_fact(h, desk):
    (card,) = desk.ask(*h.URGENT)
    desk.answer_card(card)
    assert desk.ask(*h.URGENT, h.observed("fever", identity="again", effectiveDateTime="2026-11-24T11:00:00Z")) == []


def test_an_emergency_is_said_again_although_it_was_answered(h, desk):
    (card,) = desk.ask(*h.MENINGITIS)
    desk.answer_card(card)
    assert desk.ask(*h.MENINGITIS)[0]["indicator"] == "critical"


@pytest.mark.parametrize("key", ["conditions", "flags", "lists"])
def test_silence_is_refused_where_data_are_known_to_be_missing(h, desk, key):
    call = h.call_of(*h.PAINS)
    call["prefetch"][key] = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
    with pytest.raises(DataNotAvailable, match=f"{key} is not available: an error came in its place"):
        desk.answer(call)


def test_a_key_that_a_client_never_sends_is_told_and_tolerated(h, desk):
    call = h.call_of(*h.PAINS)
    del call["prefetch"]["familyHistory"]
    body = desk.answer(call)
    assert body["cards"] == []
    assert {"key": "familyHistory", "state": "not-sent", "resources": 0, "why": "it was not sent"} in h.told(body)["lookedAt"]


def test_what_could_not_be_had_stands_on_the_card(h, desk):
    call = h.call_of(*h.MENINGITIS)
    call["prefetch"]["flags"] = {"resourceType": "OperationOutcome", "issue": []}
    del call["prefetch"]["lists"]
    (card,) = desk.answer(call)["cards"]
    assert "Not to be had: flags (an error came in its place); lists (it was not sent)." in card["detail"]


def test_the_answer_of_another_hospital_counts_for_nothing(h, desk):
    (card,) = desk.ask(*h.URGENT, fhirServer="https://one.example.org/fhir")
    desk.answer_card(card)
    assert desk.ask(*h.URGENT, fhirServer="https://one.example.org/fhir") == []
    assert desk.ask(*h.URGENT, fhirServer="https://two.example.org/fhir")


def test_without_an_encounter_what_was_answered_is_said_again(h, desk):
    call = h.call_of(*h.URGENT, context={"userId": "Practitioner/w", "patientId": "p"})
    (card,) = desk.answer(call)["cards"]
    desk.answer_card(card)
    assert desk.answer(call)["cards"]


def test_a_store_that_fails_is_told_and_the_cards_go_on(h, desk, monkeypatch):
    def fail(*_):
        raise StoreUnavailable("the store is away")

    monkeypatch.setattr(desk.store.feedback, "is_answered", fail)
    monkeypatch.setattr(desk.store.cards, "remember", fail)
    assert desk.ask(*h.URGENT)
    assert [str(failure) for failure in desk.failures] == ["the store is away"] * 2


def test_a_second_card_brings_no_suggestions(h, desk):
    path = Path(__file__).parents[2] / "examples" / "patients" / "medication-overuse-headache.json"
    resources = [entry["resource"] for entry in json.loads(path.read_text())["entry"]]
    (person,) = [one for one in resources if one["resourceType"] == "Patient"]
    prefetch = h.prefetch_of(*[one for one in resources if one is not person], the_patient=person)
    context = {"userId": "Practitioner/w", "patientId": person["id"]}
    first, second = desk.answer(h.call_of(prefetch=prefetch, context=context), as_of="2026-11-24")["cards"]
    assert (first["source"]["topic"]["code"], second["source"]["topic"]["code"], second["indicator"]) == ("red-flag", "cause", "info")
    assert "suggestions" in first
    assert not {"suggestions", "selectionBehavior"} & second.keys()


def test_another_version_of_the_rules_says_it_again(h, evaluator):
    chart = json.dumps(h.searchset(h.patient(), *h.URGENT)).encode()
    context = proposal_context(evaluator.evaluate(chart, {}, now=h.NOW), "p", "e")
    newer = replace(context, assessment=replace(context.assessment, ruleset=replace(context.ruleset, hash="0" * 64)))
    (conclusion, *_) = conclusions(context.assessment)
    assert facts(conclusion, context, None) == facts(conclusion, replace(context), None)
    assert facts(conclusion, context, None) != facts(conclusion, newer, None)


def test_what_was_not_understood_is_never_passed_over_in_silence(h, desk):
    text = "Unheard-of pressure in the head while hanging laundry"
    body = desk.answer(h.call_of(*h.PAINS, h.observed("headache", identity="unread", code={"text": text})))
    (card,) = body["cards"]
    assert card["summary"] == f"Not understood, please read: “{text}: yes”"
    assert (card["indicator"], card["source"]["topic"]["code"], card.get("suggestions")) == ("info", "not-understood", None)
    assert "hanging laundry" in card["detail"]
    assert reasons(h, body) == ["nothing-special"]
    assert desk.store.cards.find(card["uuid"]).rules == ()


def test_a_text_that_was_not_understood_adds_no_card_to_one_that_is_given(h, desk):
    unread = h.observed("headache", identity="unread", code={"text": "Unheard-of pressure in the head while hanging laundry"})
    cards = desk.ask(*h.MENINGITIS, unread)
    assert not any("Not understood, please read" in card["summary"] for card in cards)


def test_a_value_that_could_not_be_used_is_never_passed_over_in_silence(h, desk):
    without_unit = h.observed("fever", identity="t", code={"coding": [{"system": "http://loinc.org", "code": "8310-5"}]}) | {
        "valueQuantity": {"value": 39.4}
    }
    without_unit.pop("valueBoolean", None)
    without_unit.pop("valueCodeableConcept", None)
    (card,) = desk.answer(h.call_of(*h.PAINS, without_unit))["cards"]
    assert card["summary"].startswith("Not understood, please read: ")
    assert "39.4" not in card["summary"]
