"""Conditions read as parts of a sentence."""

import re

import pytest

from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, FlagRaised, NotPresent, Operator, Word
from nuchal.rules.reader import load_ruleset
from nuchal.rules.wording import title_in_sentence, wording

FEVER, NECK, HEAD, PREGNANT = Word("fever"), Word("neck-stiffness"), Word("headache"), Word("pregnant")
HOT = Comparison("temperature", Operator.AT_LEAST, 38)
TWO = AtLeast(2, (FEVER, NECK, PREGNANT))

WORDINGS = [
    (FEVER, "fever"),
    (HOT, "body temperature at least 38 °C"),
    (Comparison("age", Operator.LESS, 50), "age less than 50 years"),
    (Comparison("age", Operator.EQUAL, 50.5), "age exactly 50.5 years"),
    (All((FEVER, NECK)), "fever and neck stiffness"),
    (All((FEVER, NECK, HEAD)), "fever, neck stiffness and headache"),
    (All((FEVER,)), "fever"),
    (AnyOf((FEVER, NECK)), "fever or neck stiffness"),
    (AnyOf((FEVER, NECK, HEAD)), "at least one of: fever, neck stiffness, headache"),
    (TWO, "at least two of: fever, neck stiffness, pregnant"),
    (AtLeast(2, (FEVER, NECK)), "fever and neck stiffness"),
    (AtLeast(1, (FEVER, NECK)), "fever or neck stiffness"),
    (All((HEAD, AnyOf((FEVER, NECK, PREGNANT)))), "headache, and at least one of: fever, neck stiffness, pregnant"),
    (All((AnyOf((FEVER, NECK)), HEAD)), "(fever or neck stiffness), and headache"),
    (AnyOf((HEAD, All((FEVER, NECK)))), "headache or (fever and neck stiffness)"),
    (AnyOf((HEAD, PREGNANT, All((FEVER, NECK)))), "at least one of: headache, pregnant, (fever and neck stiffness)"),
    (Absent(FEVER), "no fever"),
    (Absent(HOT), "body temperature less than 38 °C"),
    (Absent(Comparison("age", Operator.LESS, 50)), "age at least 50 years"),
    (Absent(AnyOf((FEVER, NECK))), "none of: fever, neck stiffness"),
    (Absent(All((FEVER, NECK))), "not all of: fever, neck stiffness"),
    (Absent(TWO), "fewer than two of: fever, neck stiffness, pregnant"),
    (Absent(All((FEVER,))), "no fever"),
    (Absent(Absent(FEVER)), "fever"),
    (Absent(FlagRaised("rf-meningism")), "red flag rf-meningism is not raised"),
    (NotPresent(FEVER), "no known fever"),
    (NotPresent(HOT), "body temperature not known to be at least 38 °C"),
    (NotPresent(AnyOf((FEVER, NECK))), "none known of: fever, neck stiffness"),
    (NotPresent(AnyOf((FEVER,))), "no known fever"),
    (NotPresent(All((FEVER, NECK))), "not known: fever and neck stiffness"),
    (FlagRaised("rf-meningism"), "red flag rf-meningism is raised"),
]


@pytest.mark.parametrize(("condition", "said"), WORDINGS, ids=[said for _, said in WORDINGS])
def test_a_condition_is_said_in_plain_words(tiny, condition, said):
    assert wording(condition, load_ruleset(tiny.folder).vocabulary) == said


@pytest.mark.parametrize(
    ("title", "unit", "said"),
    [
        ("Headache days a month", "d/mo", "headache days a month at least 30"),
        ("A day count", "d", "a day count at least 30 days"),
        ("Days since birth", "d", "days since birth at least 30"),
        ("Platelet count", "10*3/uL", "platelet count at least 30 \N{MULTIPLICATION SIGN} 10⁹/L"),
        ("Creatinine", "umol/L", "creatinine at least 30 µmol/L"),
        ("Protein to creatinine ratio", "mg/mg", "protein to creatinine ratio at least 30"),
        ("BMI", "kg/m2", "BMI at least 30 kg/m²"),
        ("Days with a painkiller", "d/mo", "days with a painkiller at least 30 days a month"),
        ("Systolic blood pressure", "mm[Hg]", "systolic blood pressure at least 30 mmHg"),
        ("C-reactive protein", "mg/L", "C-reactive protein at least 30 mg/L"),
        ("Pain score", "{score}", "pain score at least 30"),
        ("Cells", "1", "cells at least 30"),
    ],
)
def test_units_are_said_as_people_say_them(tiny, title, unit, said):
    tiny.edit("vocabulary/words.yaml", "title: Age", f"title: {title}")
    tiny.edit("vocabulary/words.yaml", "unit: a,", f"unit: '{unit}',")
    assert wording(Comparison("age", Operator.AT_LEAST, 30), load_ruleset(tiny.folder).vocabulary) == said


@pytest.mark.parametrize(
    ("title", "question", "said"),
    [
        ("Kernig sign", "Is Kernig's sign positive?", "Kernig sign or neck stiffness"),
        ("Horner syndrome", "Is there Horner syndrome?", "Horner syndrome or neck stiffness"),
        ("A change", "Is an ACE inhibitor taken?", "a change or neck stiffness"),
        ("Known migraine", "Is a migraine known?", "known migraine or neck stiffness"),
        ("CT of the head", "Was a CT made?", "CT of the head or neck stiffness"),
    ],
)
def test_names_and_abbreviations_keep_their_capitals(tiny, title, question, said):
    tiny.edit("vocabulary/words.yaml", "title: Fever", f"title: {title}")
    tiny.edit("vocabulary/words.yaml", "question: Has there been a fever?", f"question: {question}")
    assert wording(AnyOf((FEVER, NECK)), load_ruleset(tiny.folder).vocabulary) == said


def test_a_known_thing_is_not_said_to_be_known_twice(tiny):
    tiny.edit("vocabulary/words.yaml", "title: Fever", "title: Known migraine")
    assert wording(NotPresent(FEVER), load_ruleset(tiny.folder).vocabulary) == "no known migraine"


def test_members_that_hold_a_comma_are_parted_by_semicolons(tiny):
    tiny.edit("vocabulary/words.yaml", "title: Fever", "title: Fever, current or past")
    vocabulary = load_ruleset(tiny.folder).vocabulary
    assert wording(AnyOf((FEVER, NECK, HEAD)), vocabulary) == "at least one of: fever, current or past; neck stiffness; headache"
    assert wording(All((FEVER, NECK)), vocabulary) == "fever, current or past, and neck stiffness"


def test_every_title_of_the_bundled_ruleset_reads_as_part_of_a_sentence(ruleset):
    """The capitals that stay are these and no others; a new name belongs in its question, and then in this list."""
    kept = {word.id for word in ruleset.vocabulary.values() if not title_in_sentence(word)[0].islower()}
    assert kept == {
        "borrelia-antibodies-positive",
        "chronic-fatigue-syndrome",
        "crp",
        "ct-head-within-6h-negative",
        "down-syndrome",
        "ecg-ischaemic-changes",
        "encephalitis-eeg",
        "gad-7",
        "glasgow-coma-score",
        "hiv-infection",
        "hoffmann-sign",
        "horner-syndrome",
        "immune-stigmata",
        "kernig-or-brudzinski",
        "news2-score",
        "on-ace-arb-or-diuretic",
        "on-nsaid",
        "on-ssri-or-snri",
        "phq-9",
        "stop-bang",
        "whiplash-grade",
    }


def test_titles_of_the_bundled_ruleset_are_no_sentences_and_not_in_title_case(ruleset):
    for word in ruleset.vocabulary.values():
        assert not re.search(r"[.?!:]|\b(is|are|was|has|began)\b", word.title), word.title
        assert word.title[0].isupper(), word.title
        assert word.question.endswith("?"), word.question
