"""How often clinicians override each rule, and which rules are listed for review."""

import orjson
import pytest
from rich.console import Console

from nuchal.cds_hooks import preview, rates
from nuchal.cds_hooks.cards import Addresses
from nuchal.cli.feedback import print_rates
from nuchal.store.records import OverrideRate


def rate(firings, overridden, rule="rf-x"):
    return OverrideRate(rule=rule, ruleset="r 1.0.0", firings=firings, answered=overridden, overridden=overridden)


@pytest.mark.parametrize(
    ("firings", "overridden", "review"), [(50, 46, True), (50, 45, False), (49, 49, False), (100, 91, True), (1, 1, False), (0, 0, False)]
)
def test_a_rule_above_ninety_percent_on_fifty_cards_is_for_review(firings, overridden, review):
    assert rate(firings, overridden).is_for_review is review


def test_rates_count_the_last_answer_on_each_card(h, desk):
    (first,), (second,) = desk.ask(*h.URGENT), desk.ask(*h.URGENT, context={"userId": "Practitioner/w", "patientId": "p"})
    desk.answer_card(first, "accepted")
    desk.answer_card(first, "overridden")
    desk.answer_card(second, "overridden")
    desk.answer_card(second, "accepted")
    (told, *_) = rates(desk.store)["rules"]
    assert told["rule"] in desk.store.cards.find(first["uuid"]).rules
    assert (told["firings"], told["answered"], told["overridden"], told["overrideRate"], told["forReview"]) == (2, 2, 1, 0.5, False)


def test_without_cards_there_are_no_rates(store):
    assert rates(store) == {"reviewAbove": 0.9, "reviewFrom": 50}


def test_rates_are_told_over_http(client, h):
    card = client.call(h.call_of(*h.MENINGITIS)).json["cards"][0]
    client.feedback({"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-11-24T12:00:00Z"})
    told = client.flask.get("/cds-services/feedback").json["rules"]
    assert {one["overrideRate"] for one in told} == {1.0}
    assert {one["rule"] for one in told} == set(client.store.cards.find(card["uuid"]).rules)


def test_a_page_can_show_the_cards_of_an_evaluation(h, desk, evaluator):
    gathered = h.searchset(h.patient(), *h.MENINGITIS)
    evaluation = evaluator.evaluate(orjson.dumps(gathered), {}, now=h.NOW)
    (card,) = preview(evaluation, Addresses(rule_page=h.rule_page))
    (asked,) = desk.ask(*h.MENINGITIS)
    assert card["summary"] == asked["summary"]
    assert desk.store.cards.count() == 1


def test_the_table_names_the_rules_to_review():
    console = Console(width=100)
    with console.capture() as printed:
        print_rates([rate(60, 59, "rf-often"), rate(60, 3, "rf-seldom")], console)
    lines = printed.get().splitlines()
    assert lines[1].split() == ["rf-often", "r", "1.0.0", "60", "59", "59", "98%"]
    assert lines[-1] == "For review: rf-often"
