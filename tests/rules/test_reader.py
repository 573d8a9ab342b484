"""A ruleset is read whole, or every fault in it is told with its place and what would be right."""

from datetime import date

import pytest

from nuchal.errors import RulesetError
from nuchal.rules.conditions import All, AnyOf, AtLeast, Comparison, FlagRaised, NotPresent, Operator, Word
from nuchal.rules.model import Disposition, Region
from nuchal.rules.reader import load_ruleset
from nuchal.rules.references import TAKEN_ADDRESSES
from nuchal.rules.vocabulary import Allergy, CountedFrom, Diary, Match, Onset, Quantity, Rising
from nuchal.terminology import ICD_10_CM, SNOMED_CT, Coding


def problems(folder):
    with pytest.raises(RulesetError) as caught:
        load_ruleset(folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_ruleset_is_read_into_its_model(tiny):
    ruleset = load_ruleset(tiny.folder)
    assert (ruleset.label, ruleset.effective, ruleset.default_min_age) == ("tiny 1.2.3", date(2026, 12, 1), 12)
    assert ruleset.roles.appointments[Disposition.SOON] == "next-days"
    assert ruleset.references["cohort-2004"].citation == "Doe J, Roe R. Signs of meningitis. A Journal. 2004."


def test_a_condition_is_read_as_it_is_written(tiny):
    ruleset = load_ruleset(tiny.folder)
    activity = ruleset.activities["no-heat"]
    assert ruleset.red_flags["rf-meningism"].when == All((Word("headache"), AnyOf((Word("fever"), Word("neck-stiffness")))))
    assert activity.indicated_when == AnyOf((Word("fever"), Comparison("age", Operator.AT_LEAST, 65)))
    assert activity.contraindications == (Word("anticoagulant"), FlagRaised("rf-meningism"))
    assert activity.cautions == (NotPresent(Word("female")),)


def test_at_least_is_read_with_its_count(tiny):
    tiny.edit("red_flags/rf-meningism.yaml", "{any: [fever, neck-stiffness]}", "{at_least: 1, of: [fever, neck-stiffness]}")
    when = load_ruleset(tiny.folder).red_flags["rf-meningism"].when
    assert when == All((Word("headache"), AtLeast(1, (Word("fever"), Word("neck-stiffness")))))


def test_a_cause_keeps_its_groups_and_takes_the_age_of_the_ruleset(tiny):
    cause = load_ruleset(tiny.folder).causes["meningitis"]
    assert [(group.name, group.at_least) for group in cause.required_groups] == [("two signs", 2)]
    assert cause.explains == {Region.HEAD, Region.NECK}
    assert cause.min_age == 12


def test_a_cause_may_begin_at_an_age_of_its_own(tiny):
    tiny.edit("causes/meningitis.yaml", "rationale:", "min_age: 0\nrationale:")
    assert load_ruleset(tiny.folder).causes["meningitis"].min_age == 0


def test_a_word_keeps_its_codes_numbers_and_window(tiny):
    vocabulary = load_ruleset(tiny.folder).vocabulary
    code = vocabulary["headache"].codes[0]
    assert (code.coding.system, code.coding.code, code.match) == (SNOMED_CT, "25064002", Match.EQUIVALENT)
    assert vocabulary["back-pain"].codes[0].coding.system == ICD_10_CM
    assert vocabulary["temperature"].look_back_days == 1
    assert vocabulary["pregnant"].look_back_days == 300
    assert vocabulary["age"].look_back_days is None
    assert vocabulary["anticoagulant"].medication.rxnorm == ("11289",)


LINKS = """\
  quantity: {unit: wk, low: 0, high: 44, molar_mass: 113.12, advances: yes}
  allergy: {atc: [M01A], ingredients: [ibuprofen]}
  family: {of: [headache]}
  counted_from:
  - at: 40
    codes: [{system: loinc, code: 11778-8, display: Delivery date Estimated, verified: yes}]
    synonyms: [due date]
    needs: pregnant
    ends: [pregnant]
  onset: {of: fever, least: 10}
  rising: {of: temperature, values: 3, days: 30, by: 2}
  diary: {of: headache, least_days: 28}
"""


def test_a_word_says_how_it_follows_from_others(tiny):
    tiny.edit(WORDS, "  quantity: {unit: Cel, low: 25, high: 45}\n", LINKS)
    word = load_ruleset(tiny.folder).vocabulary["temperature"]
    assert word.quantity == Quantity(unit="wk", low=0, high=44, molar_mass=113.12, advances=True)
    assert word.allergy == Allergy(atc=("M01A",), ingredients=("ibuprofen",))
    assert word.family == {"headache"}
    due = Coding(system="http://loinc.org", code="11778-8", display="Delivery date Estimated", verified=True)
    assert word.counted_from == (CountedFrom(at=40, codes=(due,), synonyms=("due date",), needs="pregnant", ends=("pregnant",)),)
    assert word.onset == Onset(of="fever", least=10)
    assert word.rising == Rising(of="temperature", values=3, days=30, by=2)
    assert word.diary == Diary(of="headache", least_days=28)


SITES = """\
located: [{system: snomed, code: 22253000, display: Pain, name: pain}]
sites:
  codes: [{system: snomed, code: 69536005, display: Head structure, name: head}]
  texts: {forehead: frontal}
  component: {codes: [], texts: [location]}
question_openings: [do you have]
relatives: [family]
past: [ever]
limits: [up to]
no_allergy: {codes: [], texts: [nkda]}
drug_list: {codes: [], texts: [medication list]}
pair: {codes: [], texts: [blood pressure], first: temperature, second: temperature}
ordinal_texts:"""


def test_the_language_of_sites_questions_and_lists_may_be_given(tiny):
    tiny.edit("vocabulary/language.yaml", "ordinal_texts:", SITES)
    language = load_ruleset(tiny.folder).language
    assert language.located_codes == {("http://snomed.info/sct", "22253000"): "pain"}
    assert language.site_codes == {("http://snomed.info/sct", "69536005"): "head"}
    assert language.site_texts == {"forehead": "frontal"}
    assert language.site_component_texts == {"location"}
    assert (language.question_openings, language.limits) == (("do you have",), ("up to",))
    assert (language.relatives, language.past) == ({"family"}, {"ever"})
    assert (language.no_allergy_texts, language.drug_list_texts) == ({"nkda"}, {"medication list"})
    assert (language.pair_texts, language.pair_words) == ({"blood pressure"}, ("temperature", "temperature"))


def test_answers_are_words_also_where_yaml_sees_a_yes(tiny):
    language = load_ruleset(tiny.folder).language
    assert language.present_texts == {"yes", "y"}
    assert language.absent_texts == {"no", "n"}


def test_a_reviewed_rule_says_who_signed(tiny):
    tiny.edit("derived/fever.yaml", "reviewed: ''", "reviewed: Neurologist, 2026-11-30")
    ruleset = load_ruleset(tiny.folder)
    assert ruleset.derived["fever"].reviewed == "Neurologist, 2026-11-30"
    assert ruleset.causes["meningitis"].reviewed is None


FLAG = "red_flags/rf-meningism.yaml"
CAUSE = "causes/meningitis.yaml"
WORDS = "vocabulary/words.yaml"
HEAT = "activities/no-heat.yaml"

BROKEN = [
    # file, old, new, line, what is said
    (FLAG, "rationale:", "rationle:", 6, "a red flag has no key rationle (did you mean rationale?)"),
    (FLAG, "status: draft\n", "", 1, "a red flag lacks status"),
    (FLAG, "status: draft\neffective: 2026-12-01", "effective: 2026-12-01\nstatus: draft", 3, "key effective stands where status belongs"),
    (FLAG, "status: draft", "status: draft\nstatus: draft", 4, "key status stands twice"),
    (FLAG, "id: rf-meningism", "id: rf-other", 1, "id rf-other in file rf-meningism.yaml"),
    (FLAG, "status: draft", "status: drafty", 3, "drafty is not possible here (did you mean draft?)"),
    (FLAG, "effective: 2026-12-01", "effective: 1.12.2026", 4, "1.12.2026 is not a date"),
    (FLAG, "disposition: emergency", "disposition: emergent", 9, "did you mean emergency or urgent?"),
    (FLAG, "title: Fever or a stiff neck with headache", "title: 5", 2, "5 is read as a int, not as a text"),
    (FLAG, "title: Fever or a stiff neck with headache", "title:", 2, "nothing stands where a text belongs"),
    (FLAG, "[headache, {any", "[headach, {any", 8, "unknown word headach (did you mean headache"),
    (FLAG, "[fever, neck-stiffness]", "[Neck Stiffness]", 8, "Neck Stiffness is no id (small letters, digits and hyphens: neck-stiffness)"),
    (FLAG, "{any: [fever, neck-stiffness]}", "{any: []}", 8, "the list has 0 members (at least 1)"),
    (FLAG, "{any: [fever, neck-stiffness]}", "{any: [fever, fever]}", 8, "the same member stands twice"),
    (FLAG, "{any: [fever, neck-stiffness]}", "{not: fever}", 8, "not begins no condition (absent: somebody recorded it as absent"),
    (FLAG, "{any: [fever, neck-stiffness]}", "{anny: [fever]}", 8, "anny begins no condition (did you mean any"),
    (FLAG, "{any: [fever, neck-stiffness]}", "{at_least: 3, of: [fever, neck-stiffness]}", 8, "at_least 3 of 2 can never hold (1 to 2)"),
    (FLAG, "{any: [fever, neck-stiffness]}", "{at_least: 0, of: [fever]}", 8, "0 is not possible here (a whole number, 1 or more)"),
    (FLAG, "{any: [fever, neck-stiffness]}", "{of: [fever], at_least: 1}", 8, "exactly at_least, of, in this order"),
    (FLAG, "{any: [fever, neck-stiffness]}", "{finding: fever, op: '>', value: 1}", 8, "fever has no number to compare"),
    (FLAG, "{any: [fever, neck-stiffness]}", "temperature", 8, "temperature is a number and neither present nor absent"),
    (FLAG, "{any: [fever, neck-stiffness]}", "{finding: temperature, op: '=>', value: 38}", 8, "=> is not possible here"),
    (
        FLAG,
        "{any: [fever, neck-stiffness]}",
        "{finding: temperature, op: '>=', value: .inf}",
        8,
        ".inf is not a number that can be compared",
    ),
    (FLAG, "{any: [fever, neck-stiffness]}", "{finding: temperature, op: '>=', value: '38'}", 8, "38 is not a number that can be compared"),
    (FLAG, "{any: [fever, neck-stiffness]}", "{flag: rf-meningism}", 8, "only contraindications of activities may do so"),
    (FLAG, "may_mean: [meningitis]", "may_mean: [meningits]", 10, "unknown cause meningits (did you mean meningitis?)"),
    (FLAG, "[hospital-now]", "[hospital-nau]", 11, "unknown activity hospital-nau (did you mean hospital-now?)"),
    (FLAG, "ref: cohort-2004", "ref: cohort-2005", 13, "unknown reference cohort-2005 (did you mean cohort-2004?)"),
    (FLAG, "sources: [{", "sources: [[{", 14, "not readable as YAML"),
    (FLAG, "{headache: present, fever: present}", "{headache: prsent}", 16, "prsent is not possible here (did you mean present"),
    (FLAG, "{headache: present, fever: present}", "{headache: 3}", 16, "headache has no number to compare"),
    (FLAG, "{headache: present, fever: present}", "{temperature: present}", 16, "temperature is a number and neither present nor absent"),
    (FLAG, "{headache: present, fever: present}", "{hedache: present}", 16, "unknown word hedache"),
    (FLAG, "  expect: fires", "  expect: fires\n  missing: [fever]", 15, "missing words in a case that is decided"),
    (FLAG, "rationale: Meningitis must not wait.", "rationale: !secret x", 6, "tag !secret"),
    (CAUSE, "role: required, at_least: 2", "role: required, at_least: 3", 15, "at_least 3 of 2 can never hold"),
    (CAUSE, "explains: [head, neck]", "explains: [head, nek]", 10, "nek is not possible here (did you mean neck?)"),
    (CAUSE, "system: snomed", "system: snomet", 7, "snomet is no code system (did you mean snomed?)"),
    (CAUSE, "activities: [no-heat]", "activities: no-heat", 20, "a single value where a list belongs"),
    (CAUSE, "required: headache", "required: [headache]", 13, "a list where a condition belongs"),
    (HEAT, "clinical_text: Do not apply", "clinical_text: Never apply", 1, 'clinical_text begins "Do not"'),
    (HEAT, "flag: rf-meningism", "flag: rf-meningitis", 11, "unknown red flag rf-meningitis (did you mean rf-meningism?)"),
    (HEAT, "[{not_present: female}]", "[{flag: rf-meningism}]", 12, "only contraindications of activities may do so"),
    (HEAT, "prohibits: yes", "prohibits: perhaps", 9, "perhaps is not possible here (yes or no)"),
    ("derived/fever.yaml", "temperature, op: '>=', value: 38}\n", "age, op: '>=', value: 38, unit: a}\n", 7, "exactly finding, op, value"),
    ("ruleset.yaml", "version: 1.2.3", "version: 1.2", 3, "a semantic version such as 1.4.0"),
    ("ruleset.yaml", "headache: headache", "headache: hedache", 12, "unknown word hedache (did you mean headache"),
    ("ruleset.yaml", "safety_net: safety-net", "safety_net: safty-net", 20, "unknown activity safty-net"),
    (
        "ruleset.yaml",
        "{id: fever, applies: always}",
        "{id: fever, applies: always}\n- {id: saddle, applies: back}",
        None,
        "no word answers screen topic saddle",
    ),
    ("ruleset.yaml", "age: age", "age: headache", 15, "headache has no number to compare"),
    ("ruleset.yaml", "publisher: Tests", "publisher: Tests\nreleased: spring", 7, "spring"),
    (
        WORDS,
        "question: Does the head hurt?",
        "data_class: rase\n  question: Does the head hurt?",
        5,
        "rase is not possible here (did you mean race",
    ),
    (WORDS, "screen: fever", "screen: fevr", 61, "unknown screen topic fevr (did you mean fever?)"),
    (WORDS, "- id: back-pain", "- id: headache", 10, "word headache stands twice (it already stands in vocabulary/words.yaml:2)"),
    (WORDS, "unit: Cel", "unit: °C", 73, "°C is no unit of UCUM that is known here (Cel)"),
    (WORDS, "unit: Cel", "unit: fathom", 73, "fathom is no unit of UCUM"),
    (WORDS, "low: 25, high: 45", "low: 45, high: 25", 73, "low is not below high"),
    (WORDS, "low: 25, high: 45", "low: 25, high: 45, advances: yes", 73, "a number of Cel does not advance with time"),
    (WORDS, "look_back: PT24H", "look_back: 24h", 70, "24h is no duration (such as P7D"),
    (WORDS, "  quantity: {unit: Cel, low: 25, high: 45}\n", "", 65, "temperature is a number without a quantity"),
    ("references.yaml", "year: 2004", "doi: 2004", 6, "a DOI that begins with 10."),
    ("vocabulary/language.yaml", "level: severe", "level: bad", 15, "bad is not possible here"),
]


@pytest.mark.parametrize(("file", "old", "new", "line", "said"), BROKEN, ids=lambda value: str(value)[:40])
def test_a_fault_is_told_with_its_place_and_what_would_be_right(tiny, file, old, new, line, said):
    tiny.edit(file, old, new)
    place = file if line is None else f"{file}:{line}"
    told = problems(tiny.folder)
    assert any(problem.startswith(f"{place}: ") and said in problem for problem in told), told


def test_two_rules_may_not_share_an_id_for_links_know_nothing_else(tiny):
    cause = (tiny.folder / CAUSE).read_text(encoding="utf-8")
    tiny.write("causes/no-heat.yaml", cause.replace("id: meningitis", "id: no-heat"))
    tiny.write("causes/fever.yaml", cause.replace("id: meningitis", "id: fever"))
    assert problems(tiny.folder) == [
        "activities/no-heat.yaml: id no-heat stands in causes/no-heat.yaml too (ids of rules are unique over all kinds)",
        "derived/fever.yaml: id fever stands in causes/fever.yaml too (ids of rules are unique over all kinds)",
    ]


@pytest.mark.parametrize("taken", sorted(TAKEN_ADDRESSES))
def test_no_rule_takes_the_address_of_another_page(tiny, taken):
    cause = (tiny.folder / CAUSE).read_text(encoding="utf-8")
    tiny.write(f"causes/{taken}.yaml", cause.replace("id: meningitis", f"id: {taken}"))
    assert problems(tiny.folder) == [f"causes/{taken}.yaml: {taken} is the address of another page (another id)"]


def test_developer_funding_and_release_may_be_stated_and_are_unknown_otherwise(tiny):
    silent = load_ruleset(tiny.folder)
    assert (silent.developer, silent.funding, silent.released, silent.releases) == (None, None, None, ())
    tiny.edit("ruleset.yaml", "publisher: Tests", "publisher: Tests\ndeveloper: A team\nfunding: A grant\nreleased: 2025-02-03")
    tiny.write("CHANGELOG.md", "# Changes\n\n## 1.2.3 (effective 2026-12-01)\n\n- **New:** all.\n")
    stated = load_ruleset(tiny.folder)
    assert (stated.developer, stated.funding, stated.released) == ("A team", "A grant", date(2025, 2, 3))
    assert [(release.version, release.entries) for release in stated.releases] == [("1.2.3", ("New: all.",))]


def test_every_fault_of_every_file_is_told_at_once(tiny):
    tiny.edit(FLAG, "disposition: emergency", "disposition: emergent")
    tiny.edit(FLAG, "[headache, {any", "[headach, {any")
    tiny.edit(CAUSE, "prevalence: rare", "prevalence: never")
    assert [problem.partition(": ")[0] for problem in problems(tiny.folder)] == [f"{CAUSE}:9", f"{FLAG}:8", f"{FLAG}:9"]


def test_a_rule_that_cannot_be_read_is_not_reported_again_where_it_is_named(tiny):
    tiny.edit(CAUSE, "prevalence: rare", "prevalence: never")
    assert len(problems(tiny.folder)) == 1


def test_an_alias_is_refused(tiny):
    tiny.edit(FLAG, "may_mean: [meningitis]\nimmediate_action: [hospital-now]", "may_mean: &list [meningitis]\nimmediate_action: *list")
    assert any("an alias repeats this part" in problem for problem in problems(tiny.folder))


def test_words_that_need_each_other_are_told_as_a_cycle(tiny, new_word):
    new_word("chill")
    fever = (tiny.folder / "derived/fever.yaml").read_text(encoding="utf-8")
    tiny.write(
        "derived/chill.yaml", fever.replace("id: fever", "id: chill").replace("{finding: temperature, op: '>=', value: 38}", "fever")
    )
    tiny.edit("derived/fever.yaml", "{finding: temperature, op: '>=', value: 38}", "{any: [chill, neck-stiffness]}")
    assert problems(tiny.folder) == [
        "derived/chill.yaml: a word is computed from itself: chill needs fever needs chill (what was stated counts without being named)"
    ]


def test_a_derived_word_stands_in_the_vocabulary_too(tiny):
    tiny.write("derived/chill.yaml", (tiny.folder / "derived/fever.yaml").read_text(encoding="utf-8").replace("id: fever", "id: chill"))
    assert problems(tiny.folder) == ["derived/chill.yaml:1: unknown word chill"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("derived/fever.py", "a ruleset holds no code"),
        ("derived/chill.yml", "this file is not read (derived/chill.yaml)"),
        ("rules/chill.yaml", "YAML in a place that is not read"),
        ("notes.yaml", "YAML in a place that is not read"),
    ],
)
def test_a_file_out_of_place_is_told(tiny, file, said):
    tiny.write(file, "")
    assert [problem for problem in problems(tiny.folder) if problem.startswith(file) and said in problem]


@pytest.mark.parametrize("activity", ["safety-net", "next-days"])
def test_an_activity_that_the_rule_of_decision_proposes_by_itself_may_not_be_retired(tiny, activity):
    tiny.edit(f"activities/{activity}.yaml", "status: draft", "status: retired")
    told = f"ruleset.yaml: the rule of decision needs activity {activity}, which is retired (an activity with status draft or active)"
    assert told in problems(tiny.folder)


@pytest.mark.parametrize("file", ["ruleset.yaml", "references.yaml", "vocabulary/language.yaml"])
def test_a_file_that_every_ruleset_needs_is_missed(tiny, file):
    (tiny.folder / file).unlink()
    assert f"{file}: this file is missing" in problems(tiny.folder)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"id: caf\xe9\n", "the text is not UTF-8"),
        (b"id: [\n", "not readable as YAML"),
        (b"id: x\n--- \nid: y\n", "not readable as YAML"),
        (b"- 1\n", "a list where keys with values belong"),
        (b"[a]: 1\n", "a list where a key belongs"),
        (b"id: \x00\n", "not readable as YAML"),
    ],
)
def test_a_file_that_is_no_rule_at_all_is_told(tiny, data, said):
    (tiny.folder / FLAG).write_bytes(data)
    assert any(problem.startswith(FLAG) and said in problem for problem in problems(tiny.folder))


def test_the_hash_changes_with_any_byte_and_any_name_of_its_yaml_and_with_nothing_else(tiny):
    first = load_ruleset(tiny.folder).hash
    tiny.write("README.md", "words for people")
    assert load_ruleset(tiny.folder).hash == first
    tiny.edit("references.yaml", "references:", "references: # a remark")
    second = load_ruleset(tiny.folder).hash
    (tiny.folder / WORDS).rename(tiny.folder / "vocabulary/others.yaml")
    assert len({first, second, load_ruleset(tiny.folder).hash}) == 3


def test_the_bundled_ruleset_is_read(ruleset):
    assert len(ruleset.causes) >= 10
    assert len(ruleset.red_flags) >= 15
