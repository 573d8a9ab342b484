"""When two texts are the same text."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuchal.rules.text import TextKey
from nuchal.rules.vocabulary import Language

NOTHING = frozenset()
LANGUAGE = Language(
    present=NOTHING,
    absent=NOTHING,
    unknown=NOTHING,
    present_texts=NOTHING,
    absent_texts=NOTHING,
    unknown_texts=NOTHING,
    negations=(),
    neutral=frozenset({"finding", "of", "the", "left"}),
    relations=NOTHING,
    equivalents={"head pain": "headache", "lower limb": "leg", "stiff neck": "neck stiffness", "tumour": "growth"},
    spelling=(("haem", "hem"), ("oed", "ed"), ("our", "or")),
    generic_codes=NOTHING,
    generic_texts=NOTHING,
    onset_codes=NOTHING,
    onset_texts=NOTHING,
    severity_codes={},
    severity_texts={},
    severity_component_codes=NOTHING,
    severity_component_texts=NOTHING,
    ordinal_texts={},
    unit_spellings={},
)
KEY = TextKey(LANGUAGE)

SAME = [
    ("Headache", "HEAD  PAINS (finding)", "capitals, plural, equivalents, hierarchy tag"),
    ("neck stiffness", "Stiffness of the neck", "order and neutral words"),
    ("neck stiffness", "stiff-neck", "punctuation"),
    ("oedema of leg", "Edema: lower limbs", "spelling and equivalents"),
    ("tumours", "growth", "an equivalent written in British spelling"),
    ("Rücken", "rucken", "accents"),
    ("straße", "STRASSE", "sharp s"),
    ("Crohn\u2019s disease", "crohn disease", "possessive"),
    ("allergies", "allergy", "plural in ies"),
]


@pytest.mark.parametrize(("one", "other"), [case[:2] for case in SAME], ids=[case[2] for case in SAME])
def test_texts_that_say_the_same_have_one_key(one, other):
    assert KEY(one) == KEY(other) != ""


@pytest.mark.parametrize(("one", "other"), [("headache", "back ache"), ("head", "headache"), ("loss", "los"), ("sinus", "sinu")])
def test_other_texts_have_other_keys(one, other):
    assert KEY(one) != KEY(other)


@pytest.mark.parametrize("text", ["", "  ", "(finding)", "+/-"])
def test_a_text_without_words_has_the_empty_key(text):
    assert KEY(text) == ""


def test_a_text_of_neutral_words_alone_keeps_them():
    assert KEY("the left") == "left the"


def test_without_equivalents_words_stand_as_they_are():
    assert TextKey(replace(LANGUAGE, equivalents={}))("head pain") == "head pain"


@given(st.text())
def test_every_text_has_a_key_whose_words_are_sorted(text):
    words = KEY(text).split(" ")
    assert words == sorted(set(words))
