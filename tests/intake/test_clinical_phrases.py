"""What free texts say as clinicians write them, in the words of the ruleset that comes with Nuchal."""

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuchal.content import bundled_ruleset
from nuchal.intake.texts import TextReader
from nuchal.intake.vocabulary_index import VocabularyIndex
from nuchal.rules.reader import load_ruleset
from nuchal.rules.vocabulary import WordKind

INDEX = VocabularyIndex(load_ruleset(bundled_ruleset()))
READER = TextReader(INDEX)
with (Path(__file__).parent / "data" / "clinical_phrases.csv").open(encoding="utf-8", newline="") as file:
    PHRASES = [tuple(row) for row in csv.reader(file)][1:]


def told(reading):
    """-word denied, ~word nearly, word? in doubt."""

    def one(found):
        sign = "-" if found.negated else "~" if found.how == "near-text" else ""
        return f"{sign}{found.word}{'' if found.is_sure else '?'}"

    return " ".join(sorted(one(found) for found in reading.words))


@pytest.mark.parametrize(("text", "words", "left"), PHRASES, ids=[phrase[0] for phrase in PHRASES])
def test_a_phrase_asserts_denies_doubts_and_leaves_over(text, words, left):
    reading = READER.read(text)
    assert (told(reading), " | ".join(reading.leftovers)) == (words, left)


DETAILS = [
    ("severe headache x3d", "severe", None, 3),
    ("headache 8/10 for 3 weeks", None, 8, 21),
    ("HA 3/52", None, None, 21),
    ("headache 2/7", None, None, 2),
    ("headache since 16/11", None, None, 4.5),
    ("headache since Monday", None, None, 4.5),
    ("headache since 11/10", None, None, None),  # November or October
    ("headache since yesterday", None, None, 1),
    ("headache for two weeks", None, None, 14),
    ("headache, photophobia, vomiting", None, None, None),
    ("headache 2-3 days", None, None, None),
    ("Kopfschmerzen seit 3 Tagen", None, None, 3),
]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(("text", "level", "score", "days"), DETAILS, ids=[case[0] for case in DETAILS])
def test_a_phrase_says_how_severe_and_since_when(text, level, score, days):
    detail = next(found.detail for found in READER.read(text).words if found.word == "headache")
    if level is score is days is None:
        assert detail is None or detail.told.span(NOW) is None
        return
    assert (detail.level, detail.score) == (level, score)
    assert detail.told.span(NOW).start == NOW - timedelta(days=days)
    assert not detail.told.is_past


def test_what_was_some_time_ago_is_told_as_past():
    (found,) = READER.read("head injury 3 years ago").words
    assert found.detail.told.is_past


NO_NAME = re.compile(r"[^a-z ]")
GOVERNING = INDEX.relations.union(
    *(INDEX.key.words(text) for text in (*INDEX.language.negations, *INDEX.language.absent_texts, *INDEX.language.relatives)),
    *(
        INDEX.key.words(text)
        for name in ("joints", "companions", "contrasts", "reports", "fillers", "modifiers", "doubts", "unsaid", "over", "histories")
        for text in getattr(INDEX.language.phrases, name)
    ),
    {"and", "or", "oder", "und", *INDEX.language.phrases.shorthand},
)
SYNONYMS = sorted(
    text
    for word in INDEX.words.values()
    if word.kind in {WordKind.SYMPTOM, WordKind.SIGN} and not word.quantity
    for text in word.synonyms
    if not NO_NAME.search(text)
    and GOVERNING.isdisjoint(INDEX.key.words(text))
    and not INDEX.language.unit_spellings.keys() & set(text.split())
)
BEFORE = ["", "new ", "severe ", "c/o ", "patient reports ", "intermittent ", "left sided ", "mild to moderate ", "o/e ", "pt has ", "b/l "]
BEHIND = ["", " today", " x3d", " for 2 weeks", " since Monday", " 3/52", ", ongoing", " on and off", " b/l", " noted"]
NEGATIONS = [text for text in sorted(INDEX.language.negations) if text not in {"absent", "denied"}]


def asserted(text):
    return {found.word for found in READER.read(text).words if not found.negated and found.is_sure}


@settings(max_examples=300, deadline=None)
@given(synonym=st.sampled_from(SYNONYMS), before=st.sampled_from(BEFORE), behind=st.sampled_from(BEHIND))
def test_modifiers_and_shorthand_take_nothing_from_what_a_synonym_asserts(synonym, before, behind):
    text = f"{before}{synonym}{behind}"
    reading = READER.read(text)
    assert asserted(synonym) <= asserted(text) or INDEX.by_text(text)  # new headache: a word of its own
    assert not any(found.negated for found in reading.words)


@settings(max_examples=300, deadline=None)
@given(synonym=st.sampled_from(SYNONYMS), negation=st.sampled_from(NEGATIONS))
def test_every_negation_denies_what_stands_behind_it(synonym, negation):
    text = f"{negation} {synonym}"
    denied = {found.word for found in READER.read(text).words if found.negated}
    assert denied == asserted(synonym) or INDEX.by_text(text)  # not relieved by rest


@settings(max_examples=200, deadline=None)
@given(synonyms=st.lists(st.sampled_from(SYNONYMS), min_size=2, max_size=4, unique=True), data=st.data())
def test_the_order_of_clauses_does_not_matter(synonyms, data):
    turned = data.draw(st.permutations(synonyms))
    assert asserted(" + ".join(synonyms)) == asserted(" + ".join(turned))
    as_clauses = [asserted(f"{one}; {one}") for one in synonyms]  # as the whole text one may say less: light headache
    assert asserted("; ".join(synonyms)) == set().union(*as_clauses)
    assert all(asserted(one) <= as_clause for one, as_clause in zip(synonyms, as_clauses, strict=True))
