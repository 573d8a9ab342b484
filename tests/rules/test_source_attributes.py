"""The thirteen source attributes (45 CFR 170.315(b)(11)(iv)(A)): what a rule uses of a person's data is computed."""

import re
from dataclasses import replace

import pytest

from nuchal.rules.check import rules_of
from nuchal.rules.conditions import Absent, All, Comparison, FlagRaised, NotPresent, Operator, Word
from nuchal.rules.model import Sex
from nuchal.rules.source_attributes import source_attributes
from nuchal.rules.usage import readers, words_behind, words_read
from nuchal.rules.vocabulary import DataClass, WordKind


def used(rule, ruleset):
    return {use.data_class: [word.id for word in use.words] for use in source_attributes(rule, ruleset).uses if use.words}


@pytest.fixture(scope="module")
def flag(ruleset):
    return replace(ruleset.red_flags["rf-thunderclap"], when=Word("thunderclap-headache"))


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (Word("thunderclap-headache"), {}),
        (Comparison("age", Operator.AT_LEAST, 50), {DataClass.DATE_OF_BIRTH: ["age"]}),
        (All((Word("thunderclap-headache"), Absent(Word("sex-female")))), {DataClass.SEX: ["sex-female"]}),
        (NotPresent(Word("smoking")), {DataClass.HEALTH_STATUS: ["smoking"]}),
        (Word("stress"), {DataClass.SOCIAL_DETERMINANTS: ["stress"]}),
    ],
)
def test_what_a_rule_uses_follows_from_the_words_of_its_conditions(flag, when, expected, ruleset):
    assert used(replace(flag, when=when), ruleset) == expected


def test_a_word_counts_that_another_follows_from(flag, ruleset):
    """Whether somebody is pregnant may follow from sex and age, by the derived rule."""
    found = used(replace(flag, when=Word("pregnant")), ruleset)
    assert found[DataClass.SEX] == ["sex-female"]
    assert found[DataClass.DATE_OF_BIRTH] == ["age"]
    assert "pregnant" in found[DataClass.HEALTH_STATUS]


def test_a_word_counts_that_the_vocabulary_computes_another_from(ruleset):
    flag = replace(ruleset.red_flags["rf-thunderclap"], when=Comparison("gestational-age-weeks", Operator.AT_LEAST, 20))
    assert {"gestational-age-weeks", "pregnant"} <= words_behind(flag, ruleset)


def test_an_activity_uses_what_the_red_flags_use_that_it_waits_for(flag, ruleset):
    asked = replace(flag, when=Word("stress"))
    activity = replace(ruleset.activities["cold-and-heat"], indicated_when=None, contraindications=(FlagRaised(asked.id),), cautions=())
    assert used(activity, replace(ruleset, red_flags={asked.id: asked})) == {DataClass.SOCIAL_DETERMINANTS: ["stress"]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"min_age": 0}, {}),
        ({"min_age": 12}, {DataClass.DATE_OF_BIRTH: ["age"]}),
        ({"min_age": 0, "requires_sex": Sex.MALE}, {DataClass.SEX: ["sex-female"]}),
    ],
)
def test_a_cause_uses_age_and_sex_for_whom_it_is_meant(change, expected, ruleset):
    plain = Word("thunderclap-headache")
    bare = {"cardinal": (plain,), "required": plain, "groups": (), "supporting": (), "excluding": (), "requires_sex": None}
    assert used(replace(ruleset.causes["mechanical-back-pain"], **(bare | change)), ruleset) == expected


def test_all_nine_classes_are_told_in_the_order_of_the_law(flag, ruleset):
    uses = source_attributes(flag, ruleset).uses
    assert [use.paragraph for use in uses] == [f"45 CFR 170.315(b)(11)(iv)(A)({number})" for number in range(5, 14)]
    assert [use.title for use in uses][:2] == ["Race", "Ethnicity"]


def test_what_the_ruleset_does_not_state_is_not_made_up(flag, ruleset):
    found = source_attributes(flag, replace(ruleset, developer=None, funding=None, released=None, releases=()))
    assert (found.developer, found.funding, found.released, found.revisions) == (None, None, None, ())


def test_citations_are_those_of_the_rule_and_revisions_those_after_the_first_version(ruleset):
    for rule in rules_of(ruleset):
        found = source_attributes(rule, ruleset)
        assert [each.reference.id for each in found.citations] == [source.ref for source in rule.sources]
        assert [release.version for release in found.revisions] == [release.version for release in ruleset.releases[:-1]]
        assert found.effective == rule.effective


# "Not used" is only as true as the marks of the vocabulary: what gives such a word away, in its codes and texts.
# ICD-10-CM Z55 to Z65: "Persons with potential health hazards related to socioeconomic and psychosocial circumstances".
SIGNS = {
    DataClass.RACE: r"\b(race|racial)\b",
    DataClass.ETHNICITY: r"\bethnic",
    DataClass.LANGUAGE: r"\b(preferred language|interpreter|speaks)\b",
    DataClass.SEXUAL_ORIENTATION: r"sexual orientation|homosexual|bisexual|\b(gay|lesbian)\b",
    DataClass.GENDER_IDENTITY: r"gender identity|transgender",
    DataClass.SOCIAL_DETERMINANTS: r"\bZ(5[5-9]|6[0-5])|homeless|unemploy|poverty|income|prison|housing|\b(heavy|desk|office) work",
    DataClass.HEALTH_STATUS: r"smok(er|ing)\b(?! (fire|alarm))|\bpregnan(t|cy) status|alcohol (use|abuse)|drug abuse|to disability|PHQ-9",
}


@pytest.mark.parametrize(("data_class", "signs"), SIGNS.items())
def test_a_word_whose_codes_or_texts_speak_of_such_data_is_marked(data_class, signs, ruleset):
    unmarked = {}
    for word in ruleset.vocabulary.values():
        texts = [word.title, *word.synonyms, *(f"{each.coding.code} {each.coding.display}" for each in word.codes)]
        found = [text for text in texts if re.search(signs, text, re.IGNORECASE)]
        if found and word.data_class is not data_class:
            unmarked[word.id] = found
    assert unmarked == {}


def test_every_demographic_word_and_the_words_for_age_and_sex_are_marked(ruleset):
    assert [word.id for word in ruleset.vocabulary.values() if word.kind is WordKind.DEMOGRAPHIC and word.data_class is None] == []
    assert ruleset.vocabulary[ruleset.roles.age].data_class is DataClass.DATE_OF_BIRTH
    assert ruleset.vocabulary[ruleset.roles.female].data_class is DataClass.SEX
    assert ruleset.vocabulary[ruleset.roles.pregnancy].data_class is DataClass.HEALTH_STATUS


def test_the_rules_that_read_a_word_are_found(ruleset):
    by_word = readers(ruleset)
    assert by_word.keys() == ruleset.vocabulary.keys()
    for word, rules in by_word.items():
        assert [rule.id for rule in rules] == [rule.id for rule in rules_of(ruleset) if word in words_read(rule)]
