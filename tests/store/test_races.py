"""Two processes that keep the same thing at the same time: one is first, and neither fails."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from nuchal.store import Store
from nuchal.store.tables import CARD, RULESET


@pytest.fixture
def other(url):
    store = Store.open(url)
    yield store
    store.close()


def test_a_call_that_is_sent_twice_at_once_keeps_its_cards_once(store, other, card):
    store.cards.remember([])
    with ThreadPoolExecutor(1) as thread:
        with store.database.transaction() as connection:
            connection.execute(CARD.insert(), asdict(card()))
            second = thread.submit(other.cards.remember, [card(), card(2)])
            with pytest.raises(TimeoutError):
                second.result(0.3)  # it waits for what the first will do
        second.result(10)
    assert store.cards.find(card().uuid) == card()
    assert store.cards.count() in {1, 2}


def test_two_services_that_start_at_once_keep_their_ruleset_once(store, other):
    with ThreadPoolExecutor(1) as thread:
        with store.database.transaction() as connection:
            connection.execute(RULESET.insert(), {"hash": "h", "label": "rules 1", "archive": b"one", "first_served": datetime.now(UTC)})
            second = thread.submit(other.rulesets.keep, "h", "rules 1", b"one")
            with pytest.raises(TimeoutError):
                second.result(0.3)
        second.result(10)
    assert store.rulesets.labels() == {"h": "rules 1"}
