"""Several statements on one word become one state: cautious for red flags, strict for causes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuchal.findings import Finding, Findings, Presence, View

UNHURRIED = settings(deadline=None)  # the machine may be busy
PRESENT, ABSENT, UNKNOWN = Presence
DAY = datetime(2026, 11, 1, tzinfo=UTC)


def said(presence, *, day=0, value=None, confirmed=True, word="fever", source=None):
    return Finding(word=word, presence=presence, value=value, observed=DAY + timedelta(days=day), confirmed=confirmed, source=source)


STATES = [
    ("one statement", [said(PRESENT)], PRESENT, PRESENT),
    ("the latest wins", [said(PRESENT), said(ABSENT, day=1)], ABSENT, ABSENT),
    ("the latest wins the other way", [said(ABSENT), said(PRESENT, day=1)], PRESENT, PRESENT),
    ("an unknown never hides an older answer", [said(PRESENT), said(UNKNOWN, day=1)], PRESENT, PRESENT),
    ("nor an older denial", [said(ABSENT), said(UNKNOWN, day=1)], ABSENT, ABSENT),
    ("an unknown beside an answer of the same moment", [said(UNKNOWN), said(ABSENT)], ABSENT, ABSENT),
    ("only unknown", [said(UNKNOWN)], UNKNOWN, UNKNOWN),
    ("a contradiction at one moment", [said(PRESENT), said(ABSENT)], PRESENT, UNKNOWN),
    ("an older contradiction is settled by a later answer", [said(PRESENT), said(ABSENT), said(ABSENT, day=1)], ABSENT, ABSENT),
    ("unconfirmed presence", [said(PRESENT, confirmed=False)], PRESENT, UNKNOWN),
    ("unconfirmed presence after a confirmed denial", [said(ABSENT), said(PRESENT, day=1, confirmed=False)], PRESENT, ABSENT),
    ("unconfirmed presence beside a confirmed denial", [said(ABSENT), said(PRESENT, confirmed=False)], PRESENT, ABSENT),
    ("unconfirmed denial after a confirmed presence", [said(PRESENT), said(ABSENT, day=1, confirmed=False)], PRESENT, PRESENT),
    ("unconfirmed denial alone", [said(ABSENT, confirmed=False)], UNKNOWN, UNKNOWN),
    ("confirmed after unconfirmed", [said(PRESENT, confirmed=False), said(ABSENT, day=1)], ABSENT, ABSENT),
]


@pytest.mark.parametrize(("statements", "safety", "strict"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_statements_become_a_state_in_each_view(statements, safety, strict):
    findings = Findings(statements)
    assert findings.states(View.SAFETY)["fever"].presence is safety
    assert findings.states(View.STRICT)["fever"].presence is strict


def test_a_word_that_nobody_spoke_of_has_no_state():
    assert "fever" not in Findings([]).states(View.SAFETY)
    assert Findings([]).statements_on("fever") == ()


NUMBERS = [
    ("one number", [said(PRESENT, value=39.0)], (39.0,), (39.0,)),
    ("the latest number", [said(PRESENT, value=39.0), said(PRESENT, value=37.0, day=1)], (37.0,), (37.0,)),
    ("two numbers of one moment", [said(PRESENT, value=39.0), said(PRESENT, value=37.0)], (37.0, 39.0), ()),
    ("the same number twice", [said(PRESENT, value=39.0), said(PRESENT, value=39.0)], (39.0,), (39.0,)),
    ("an unreadable number after a readable one", [said(PRESENT, value=39.0), said(UNKNOWN, day=1)], (39.0,), (39.0,)),
    ("an unconfirmed number", [said(PRESENT, value=39.0, confirmed=False)], (39.0,), ()),
]


@pytest.mark.parametrize(("statements", "safety", "strict"), [row[1:] for row in NUMBERS], ids=[row[0] for row in NUMBERS])
def test_numbers_are_those_of_the_latest_moment(statements, safety, strict):
    findings = Findings(statements)
    assert findings.states(View.SAFETY)["fever"].values == safety
    assert findings.states(View.STRICT)["fever"].values == strict


@pytest.mark.parametrize(
    ("statements", "contradictions"),
    [
        ([said(PRESENT), said(ABSENT)], ("fever",)),
        ([said(PRESENT), said(ABSENT, day=1)], ()),
        ([said(PRESENT), said(UNKNOWN)], ()),
        ([said(PRESENT, value=37.0), said(PRESENT, value=39.0)], ("fever",)),
        ([said(PRESENT, value=37.0), said(PRESENT, value=37.0)], ()),
        ([said(PRESENT), said(ABSENT), said(PRESENT, word="cough"), said(ABSENT, word="cough")], ("cough", "fever")),
    ],
)
def test_contradictions_are_named(statements, contradictions):
    assert Findings(statements).contradictions == contradictions


def test_a_contradiction_is_still_one_when_a_later_statement_says_nothing():
    assert Findings([said(PRESENT), said(ABSENT), said(UNKNOWN, day=1)]).contradictions == ("fever",)


def test_a_state_rests_on_the_statements_that_made_it():
    old, new = said(ABSENT, source="Observation/1"), said(PRESENT, day=1, source="Observation/2")
    assert Findings([new, old]).states(View.STRICT)["fever"].evidence == (new,)


def test_statements_on_a_word_come_oldest_first():
    old, new, other = said(ABSENT), said(PRESENT, day=1), said(PRESENT, word="cough")
    assert Findings([new, other, old]).statements_on("fever") == (old, new)


STATEMENTS = st.lists(
    st.builds(
        said,
        st.sampled_from(Presence),
        day=st.integers(0, 2),
        value=st.none(),
        confirmed=st.booleans(),
        word=st.sampled_from(("fever", "cough")),
        source=st.sampled_from((None, "Observation/1", "Observation/2")),
    ),
    max_size=8,
)


@UNHURRIED
@given(statements=STATEMENTS, data=st.data())
def test_the_order_of_statements_does_not_matter(statements, data):
    findings, shuffled = Findings(statements), Findings(data.draw(st.permutations(statements)))
    assert shuffled.statements == findings.statements
    assert [shuffled.states(view) for view in View] == [findings.states(view) for view in View]
    assert shuffled.contradictions == findings.contradictions


@UNHURRIED
@given(statements=STATEMENTS, day=st.integers(0, 3), confirmed=st.booleans())
def test_a_further_unknown_statement_changes_no_presence(statements, day, confirmed):
    more = Findings([*statements, said(UNKNOWN, day=day, confirmed=confirmed)])
    before = Findings(statements)
    for view in View:
        assert more.states(view)["fever"].presence is (before.states(view)["fever"].presence if "fever" in before.states(view) else UNKNOWN)


@UNHURRIED
@given(statements=STATEMENTS)
def test_the_views_differ_only_where_there_is_doubt(statements):
    findings = Findings(statements)
    if all(statement.confirmed for statement in statements) and not findings.contradictions:
        for word, state in findings.states(View.SAFETY).items():
            assert findings.states(View.STRICT)[word].presence is state.presence
