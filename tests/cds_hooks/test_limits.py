"""No card, whatever the chart, exceeds the limits of CDS Hooks."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nuchal.cds_hooks.limits import LONGEST_SUMMARY, MOST_CARDS, MOST_LINKS, MOST_SUGGESTIONS, cut, limited

INDICATORS = ("info", "warning", "critical")
CODED = st.sampled_from(INDICATORS)


def shown(indicator, summary="s"):
    return {"indicator": indicator, "summary": summary, "links": [{"label": "l" * 200}] * 9, "suggestions": [{"label": "s"}] * 9}


@given(st.lists(st.builds(shown, CODED, st.text(max_size=400)), max_size=8))
def test_any_cards_are_limited(cards):
    kept = limited(cards)
    assert len(kept) <= MOST_CARDS
    assert [card["indicator"] for card in kept].count("critical") <= 1
    assert [INDICATORS.index(card["indicator"]) for card in kept] == sorted(
        (INDICATORS.index(card["indicator"]) for card in kept), reverse=True
    )
    for card in kept:
        assert len(card["summary"]) <= LONGEST_SUMMARY
        assert "\n" not in card["summary"]
        assert len(card["links"]) == MOST_LINKS
        assert len(card["suggestions"]) == MOST_SUGGESTIONS
        assert all(len(link["label"]) <= 80 for link in card["links"])


@pytest.mark.parametrize(
    ("text", "longest", "result"),
    [
        ("short", 10, "short"),
        ("two words", 8, "two…"),
        ("a comma, and more", 11, "a comma…"),
        ("unbreakable", 5, "unbr…"),
        ("two\n lines", 20, "two lines"),
    ],
)
def test_a_text_is_cut_at_a_word(text, longest, result):
    assert cut(text, longest) == result


def test_every_title_of_the_ruleset_makes_a_short_summary(ruleset):
    titles = [rule.title for rules in (ruleset.red_flags, ruleset.causes) for rule in rules.values()]
    assert max(map(len, titles)) < 115  # with how soon, and that there are more, it stays below the limit uncut


@pytest.fixture(scope="module")
def coded_words(ruleset):
    """Words of the vocabulary by one of their codes, so that charts of anything can be drawn."""
    return [
        (word.id, word.codes[0].coding.system, word.codes[0].coding.code)
        for word in ruleset.vocabulary.values()
        if word.codes and not word.quantity
    ]


@pytest.fixture(scope="module")
def draw_chart(coded_words, h):
    @st.composite
    def charts(draw):
        chosen = draw(st.lists(st.sampled_from(coded_words), max_size=30, unique=True))
        return [
            {
                **h.observed("headache", identity=f"o{number}", present=draw(st.booleans())),
                "code": {"coding": [{"system": system, "code": code}], "text": word},
            }
            for number, (word, system, code) in enumerate(chosen)
        ]

    return charts()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_chart_gets_cards_within_the_limits(h, desk, draw_chart, data):
    cards = desk.ask(*h.PAINS, *data.draw(draw_chart))
    assert len(cards) <= MOST_CARDS
    assert [card["indicator"] for card in cards].count("critical") <= 1
    for card in cards:
        assert 0 < len(card["summary"]) < 140
        assert card["indicator"] in INDICATORS
        assert len(card["detail"]) < 6000
        assert not re.search(r"<[a-zA-Z/]", card["detail"])
        assert bool(card.get("suggestions")) == ("selectionBehavior" in card)
        uuids = [card["uuid"], *(suggestion["uuid"] for suggestion in card.get("suggestions", ()))]
        assert len(set(uuids)) == len(uuids)
        assert (card["indicator"] == "critical") == card["summary"].startswith("Emergency")
