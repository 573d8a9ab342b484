"""A ruleset that can be read may still be poor; each way of being so is told."""

from pathlib import Path

import pytest

from nuchal.rules.check import check, monotony_exemptions, notes
from nuchal.rules.places import Places
from nuchal.rules.reader import load_ruleset

FLAG = "red_flags/rf-meningism.yaml"
CAUSE = "causes/meningitis.yaml"
WORDS = "vocabulary/words.yaml"
HEAT = "activities/no-heat.yaml"
FEVER = "derived/fever.yaml"


def told(folder):
    return [str(problem) for problem in check(load_ruleset(folder), Places(folder))]


def test_a_good_ruleset_has_no_problems(tiny):
    assert told(tiny.folder) == []


def test_the_bundled_ruleset_has_no_problems():
    assert told(Path(__file__).parents[2] / "rulesets" / "back_pain_headache") == []


POOR = [
    # what is wrong: file, old, new -> what is told
    (
        "no source",
        FLAG,
        "sources: [{ref: cohort-2004, supports: most had one of these signs}]",
        "sources: []",
        f"{FLAG}:13: rf-meningism names no source",
    ),
    (
        "no case that fires",
        FLAG,
        "- name: fever\n  given: {headache: present, fever: present}\n  expect: fires\n",
        "",
        f"{FLAG}:14: rf-meningism has no case with expect: fires",
    ),
    (
        "no silent case",
        FLAG,
        "- name: neither\n  given: {headache: present, fever: absent, neck-stiffness: absent}\n  expect: silent\n",
        "",
        f"{FLAG}:14: rf-meningism has no case with expect: silent",
    ),
    (
        "no undetermined case",
        CAUSE,
        "- name: neck not examined\n  given: {headache: present, fever: present}\n  expect: undetermined\n  missing: [neck-stiffness]\n",
        "",
        f"{CAUSE}:22: meningitis has no case with expect: undetermined",
    ),
    ("no case below a limit", HEAT, "age: 64", "age: 70", f"{HEAT}:10: no-heat has no case that misses age >= 65"),
    ("no case at a limit or above", HEAT, "age: 65", "age: 1", f"{HEAT}:10: no-heat has no case that meets age >= 65"),
    (
        "an unused reference",
        "references.yaml",
        "references:",
        "references:\n- {id: idle, authors: A, title: B, source: C}",
        "references.yaml:2: no rule cites reference idle",
    ),
    (
        "an unused activity",
        CAUSE,
        "activities: [no-heat]",
        "activities: []",
        f"{HEAT}:1: no cause and no red flag proposes activity no-heat",
    ),
    (
        "a condition that contradicts itself",
        HEAT,
        "cautions: [{not_present: female}]",
        "cautions: [{not_present: female}, {all: [fever, {absent: fever}]}]",
        f"{HEAT}:12: a condition of no-heat under cautions can never be true",
    ),
    (
        "two limits that exclude each other",
        HEAT,
        "cautions: [{not_present: female}]",
        "cautions: [{all: [{finding: age, op: '>', value: 60}, {finding: age, op: '<', value: 50}]}]",
        f"{HEAT}:12: a condition of no-heat under cautions can never be true",
    ),
    (
        "a broken SNOMED CT code",
        WORDS,
        "code: 25064002",
        "code: 25064003",
        f"{WORDS}:8: 25064003 cannot be a code of http://snomed.info/sct",
    ),
    ("a broken LOINC code", WORDS, "code: 8310-5", "code: 8310-6", f"{WORDS}:71: 8310-6 cannot be a code of http://loinc.org"),
    (
        "a broken ICD-10-CM code",
        WORDS,
        "code: M54.9",
        "code: M549",
        f"{WORDS}:16: M549 cannot be a code of http://hl7.org/fhir/sid/icd-10-cm",
    ),
    ("a broken ATC prefix", WORDS, "atc: [B01AA]", "atc: [BO1AA]", f"{WORDS}:49: BO1AA cannot be a code of http://www.whocc.no/atc"),
    ("a broken RxNorm code", WORDS, "rxnorm: [11289]", "rxnorm: [x1289]", f"{WORDS}:49: x1289 cannot be a code"),
    ("a broken code of a cause", CAUSE, "code: 95883001", "code: 95883002", f"{CAUSE}:7: 95883002 cannot be a code"),
    (
        "a broken code of an answer",
        "vocabulary/language.yaml",
        "code: 2667000",
        "code: 2667001",
        "vocabulary/language.yaml:2: 2667001 cannot be a code",
    ),
    (
        "one code of two words",
        WORDS,
        "  codes: []\n  synonyms: [neck stiffness]",
        "  codes: [{system: snomed, code: 25064002, display: Headache, match: equivalent, verified: no}]\n  synonyms: [neck stiffness]",
        f"{WORDS}:79: 25064002 is equivalent to neck-stiffness and to headache",
    ),
    (
        "one text of two words",
        WORDS,
        "synonyms: [fever, raised temperature]",
        "synonyms: [fever, the stiffness of neck]",
        f"{WORDS}:80: neck stiffness of neck-stiffness reads as the stiffness of neck of fever",
    ),
    (
        "a synonym that says nothing",
        WORDS,
        "synonyms: [neck stiffness]",
        "synonyms: [neck stiffness, '...']",
        f"{WORDS}:80: synonym ... holds no word",
    ),
    (
        "an emergency cause that no flag names",
        FLAG,
        "may_mean: [meningitis]",
        "may_mean: []",
        f"{CAUSE}:8: no emergency or urgent red flag names meningitis",
    ),
    (
        "a flag that is not serious",
        FLAG,
        "disposition: emergency",
        "disposition: soon",
        f"{CAUSE}:8: no emergency or urgent red flag names meningitis",
    ),
    (
        "a flag that no longer fires",
        FLAG,
        "status: draft",
        "status: retired",
        f"{CAUSE}:8: no emergency or urgent red flag names meningitis",
    ),
    (
        "a way past every flag",
        CAUSE,
        "of: [fever, neck-stiffness]}",
        "of: [fever, neck-stiffness, pregnant, anticoagulant]}",
        f"{CAUSE}:13: meningitis meets its criteria with anticoagulant, headache, pregnant, and no emergency or urgent red flag",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "problem"), [row[1:] for row in POOR], ids=[row[0] for row in POOR])
def test_what_is_poor_is_told_and_nothing_else(tiny, file, old, new, problem):
    tiny.edit(file, old, new)
    problems = told(tiny.folder)
    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_an_unused_word_is_told(tiny, new_word):
    new_word("cough")
    assert told(tiny.folder) == [f"{WORDS}:81: no rule uses word cough"]


def test_a_word_from_whose_severity_another_follows_is_used(tiny, new_word):
    new_word("ache")
    new_word("ache-severe", "  codes: []\n  synonyms: [ache severe]\n  severity: {of: ache, levels: [severe]}\n")
    assert told(tiny.folder) == [f"{WORDS}:88: no rule uses word ache-severe"]


def test_a_word_of_a_retired_rule_only_is_unused(tiny, new_word):
    new_word("cough")
    tiny.edit(HEAT, "{any: [fever,", "{any: [fever, cough,")
    assert told(tiny.folder) == []
    tiny.edit(HEAT, "status: draft", "status: retired")
    assert told(tiny.folder) == [f"{WORDS}:81: no rule uses word cough"]


def test_a_limit_outside_the_plausible_range_is_told_and_cannot_be_met(tiny):
    tiny.edit(HEAT, "cautions: [{not_present: female}]", "cautions: [{finding: age, op: '>', value: 130}]")
    assert told(tiny.folder) == [
        f"{HEAT}:10: 130 lies outside the plausible range of age (0 to 120 a)",
        f"{HEAT}:12: a condition of no-heat under cautions can never be true",
    ]


def test_a_cause_whose_parts_exclude_each_other_is_told(tiny):
    tiny.edit(CAUSE, "required: headache", "required: {all: [headache, {absent: fever}]}")
    assert [problem for problem in told(tiny.folder) if "parts" in problem] == [
        f"{CAUSE}:13: meningitis can never meet all its parts at once"
    ]


def test_a_derived_word_may_make_a_condition_impossible(tiny):
    """Fever follows from the very temperature that the caution demands beside its absence."""
    tiny.edit(HEAT, "[{not_present: female}]", "[{all: [{finding: temperature, op: '>', value: 39}, {absent: fever}]}]")
    assert told(tiny.folder) == [f"{HEAT}:12: a condition of no-heat under cautions can never be true"]


def test_a_way_past_every_flag_that_an_excluding_condition_closes_is_none(tiny):
    tiny.edit(CAUSE, "of: [fever, neck-stiffness]}", "of: [fever, neck-stiffness, pregnant, anticoagulant]}")
    tiny.edit(CAUSE, "excluding: []", "excluding: [{all: [pregnant, anticoagulant]}]")
    assert told(tiny.folder) == []


def test_a_flag_may_stand_by_through_a_derived_word(tiny):
    tiny.edit(CAUSE, "of: [fever, neck-stiffness]}", "of: [{finding: temperature, op: '>=', value: 39}, neck-stiffness]}")
    tiny.edit(CAUSE, "given: {headache: present, fever: present, neck", "given: {headache: present, temperature: 39, neck")
    tiny.edit(CAUSE, "given: {headache: present, fever: absent, neck", "given: {headache: present, temperature: 38.9, neck")
    assert told(tiny.folder) == []


def test_a_flag_whose_limit_lies_above_that_of_the_cause_leaves_a_way(tiny):
    tiny.edit(CAUSE, "of: [fever, neck-stiffness]}", "of: [{finding: temperature, op: '>=', value: 37.5}, pregnant]}")
    tiny.edit(CAUSE, "given: {headache: present, fever: present, neck", "given: {headache: present, temperature: 37.5, neck")
    tiny.edit(CAUSE, "given: {headache: present, fever: absent, neck", "given: {headache: present, temperature: 37.4, neck")
    past = [problem for problem in told(tiny.folder) if "meets its criteria" in problem]
    assert ["exactly 37.5 °C" in past[0], "exactly 37.75 °C" in past[1], len(past)] == [True, True, 2]


def test_a_cause_of_one_sex_is_looked_at_in_that_sex(tiny):
    tiny.edit(CAUSE, "rationale:", "requires_sex: female\nrationale:")
    tiny.edit(FLAG, "all: [headache, {any", "all: [headache, female, {any")
    assert [problem for problem in told(tiny.folder) if "meets its criteria" in problem] == []


EXEMPT = [
    # the flag's condition -> the words that may silence it
    ("{all: [headache, {any: [female, neck-stiffness]}]}", set()),
    ("{all: [headache, {absent: pregnant}]}", {"pregnant"}),
    ("{all: [headache, {not_present: {any: [pregnant, female]}}]}", {"pregnant", "female"}),
    ("{all: [headache, {absent: {absent: pregnant}}]}", set()),
    ("{all: [headache, {not_present: {absent: pregnant}}]}", set()),
    ("{all: [headache, {absent: {not_present: pregnant}}]}", set()),
    ("{all: [headache, {at_least: 1, of: [female, {absent: neck-stiffness}]}]}", {"neck-stiffness"}),
    ("{all: [headache, {not_present: {finding: temperature, op: '<', value: 36}}]}", set()),  # numbers are outside
    # fever follows from a stiff neck, unless there is a pregnancy
    ("{all: [headache, {absent: fever}]}", {"fever", "neck-stiffness"}),
    ("{all: [headache, fever]}", {"pregnant"}),
]


@pytest.mark.parametrize(("when", "silencing"), EXEMPT)
def test_the_words_that_may_silence_a_flag_are_listed(tiny, when, silencing):
    tiny.edit(
        FEVER, "present_when: {finding: temperature, op: '>=', value: 38}", "present_when: {all: [neck-stiffness, {not_present: pregnant}]}"
    )
    tiny.edit(FLAG, "\n  all: [headache, {any: [fever, neck-stiffness]}]", f" {when}")
    ruleset = load_ruleset(tiny.folder)
    assert monotony_exemptions(ruleset) == ({"rf-meningism": silencing} if silencing else {})


def test_what_ends_a_derived_denial_may_silence_the_flag_that_rests_on_it(tiny):
    tiny.edit(FEVER, "absent_when: {finding: temperature, op: '<', value: 38}", "absent_when: {not_present: female}")
    tiny.edit(FLAG, "\n  all: [headache, {any: [fever, neck-stiffness]}]", " {all: [headache, {absent: fever}]}")
    assert monotony_exemptions(load_ruleset(tiny.folder)) == {"rf-meningism": {"fever", "female"}}


def test_what_may_silence_a_flag_is_a_note_and_no_problem(tiny):
    tiny.edit(FLAG, "[headache, {any", "[headache, {not_present: pregnant}, {any")
    ruleset = load_ruleset(tiny.folder)
    assert [str(note) for note in notes(ruleset, Places(tiny.folder))] == [f"{FLAG}:7: rf-meningism may be silenced by pregnant"]


@pytest.mark.parametrize(
    ("texts", "line"),
    [(("title",), 2), (("cases", "neither"), 18), (("cases", "neither", "fever"), 19), (("nowhere",), 1), (("cases", "nowhere"), 14)],
)
def test_a_place_is_found_by_the_texts_that_lead_to_it(tiny, texts, line):
    assert Places(tiny.folder).line(FLAG, *texts) == line
