"""Two versions of a ruleset: what changed is told, in words, at the smallest place."""

from dataclasses import fields, replace
from datetime import date

import pytest

from nuchal.rules.check import rules_of
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, NotPresent, Operator, Word
from nuchal.rules.diff import Kind, diff
from nuchal.rules.diff_conditions import ConditionDiff
from nuchal.rules.model import Activity, Cause, Derived, Disposition, Prevalence, RedFlag, Region, Sex, Status
from nuchal.rules.mutation import mutants
from nuchal.rules.reader import load_ruleset

FEVER, STIFF, RASH, SEIZURE = Word("fever"), Word("neck-stiffness"), Word("rash-non-blanching"), Word("seizure")
HOT, HOTTER = (Comparison("body-temperature", Operator.AT_LEAST, value) for value in (38.0, 39.0))

CHANGED = [
    # before, after, what is told: (before, after)
    (HOT, HOTTER, [("body temperature at least 38 °C", "body temperature at least 39 °C")]),
    (HOT, replace(HOT, op=Operator.MORE), [("body temperature at least 38 °C", "body temperature more than 38 °C")]),
    (FEVER, Absent(FEVER), [("fever", "no fever")]),
    (Absent(FEVER), NotPresent(FEVER), [("no fever", "no known fever")]),
    (AnyOf((FEVER, STIFF)), AnyOf((FEVER, STIFF, SEIZURE)), [(None, "seizure")]),
    (AnyOf((FEVER, STIFF, SEIZURE)), AnyOf((FEVER, STIFF)), [("seizure", None)]),
    (AnyOf((FEVER, STIFF)), All((FEVER, STIFF)), [("any of these", "all of these")]),
    (AtLeast(2, (FEVER, STIFF, RASH)), AtLeast(3, (FEVER, STIFF, RASH)), [("at least 2 of these", "at least 3 of these")]),
    (
        All((FEVER, AnyOf((STIFF, HOT)))),
        All((FEVER, AnyOf((STIFF, HOTTER)))),
        [("body temperature at least 38 °C", "body temperature at least 39 °C")],
    ),
    (All((FEVER, Absent(AnyOf((STIFF, SEIZURE))))), All((FEVER, Absent(AnyOf((STIFF, SEIZURE, RASH))))), [(None, "non-blanching rash")]),
    (AnyOf((FEVER, STIFF)), AnyOf((STIFF, FEVER)), []),
    (AnyOf((FEVER, FEVER)), AnyOf((FEVER,)), [("fever", None)]),
]


@pytest.mark.parametrize(("before", "after", "told"), CHANGED)
def test_a_change_of_a_condition_is_told_at_its_smallest_place(ruleset, before, after, told):
    changes = ConditionDiff(ruleset.wordings, ruleset.wordings).changes("raised when", before, after)
    assert [(change.before, change.after) for change in changes] == told


def test_what_is_the_same_is_no_change(ruleset):
    found = diff(ruleset, replace(ruleset, hash="0" * 64))
    assert found.is_empty


def test_a_rule_that_came_went_or_moved_is_told(ruleset):
    flag = next(iter(ruleset.red_flags.values()))
    fewer = replace(ruleset, red_flags={id_: each for id_, each in ruleset.red_flags.items() if each is not flag})
    elsewhere = replace(ruleset, red_flags={**ruleset.red_flags, flag.id: replace(flag, file="red_flags/elsewhere.yaml")})
    assert [(item.kind, item.what, item.id) for item in diff(ruleset, fewer).rules] == [(Kind.REMOVED, "Red flag", flag.id)]
    assert [(item.kind, item.what, item.id) for item in diff(fewer, ruleset).rules] == [(Kind.ADDED, "Red flag", flag.id)]
    assert diff(ruleset, elsewhere).is_empty


def with_rule(ruleset, rule):
    kind = {RedFlag: "red_flags", Cause: "causes", Activity: "activities", Derived: "derived"}[type(rule)]
    return replace(ruleset, **{kind: {**getattr(ruleset, kind), rule.id: rule}})


def test_every_spoiled_criterion_is_told(ruleset):
    """Whatever mutation testing does to a rule, the comparison sees and says something that differs."""
    for rule in list(rules_of(ruleset))[::20]:
        for mutant in mutants(rule):
            (item,) = diff(ruleset, with_rule(ruleset, mutant.rule)).rules
            assert item.id == rule.id
            assert item.changes
            assert all(change.before != change.after for change in item.changes), (mutant.key, mutant.fault)


OTHER = {
    "id": None,  # another id is another rule
    "file": None,  # where it is written says nothing
    "status": Status.RETIRED,
    "effective": date(2031, 1, 1),
    "disposition": Disposition.SELF_CARE,
    "urgency": Disposition.SELF_CARE,
    "prevalence": Prevalence.COMMON,
    "explains": frozenset({Region.BACK}),
    "requires_sex": Sex.MALE,
    "min_age": 99,
    "prohibits": True,
    "specialist": True,
    "appointment": Disposition.SELF_CARE,
    "kind": "another",
    "required": Word("seizure"),
    "when": Word("seizure"),
    "present_when": Word("seizure"),
    "absent_when": Word("seizure"),
    "indicated_when": Word("seizure"),
}


def another(value):
    return "another text" if isinstance(value, str) or value is None else type(value)(list(value)[1:]) if value else (Word("seizure"),)


RULES = [("red_flags", "rf-thunderclap"), ("causes", "giant-cell-arteritis"), ("activities", "nsaid-oral"), ("derived", "pregnant")]


@pytest.mark.parametrize(("folder", "id_"), RULES)
def test_no_field_of_a_rule_changes_unsaid(ruleset, folder, id_):
    rule = getattr(ruleset, folder)[id_]
    for field in fields(rule):
        value = OTHER[field.name] if field.name in OTHER else another(getattr(rule, field.name))
        if value is None:
            continue
        assert value != getattr(rule, field.name), field.name
        (item,) = diff(ruleset, with_rule(ruleset, replace(rule, **{field.name: value}))).rules
        assert item.changes, field.name


def test_a_code_or_a_text_of_a_word_is_told_by_itself(ruleset):
    word = ruleset.vocabulary["headache"]
    fewer = replace(word, codes=word.codes[1:], synonyms=(*word.synonyms, "sore head"))
    (item,) = diff(ruleset, replace(ruleset, vocabulary={**ruleset.vocabulary, "headache": fewer})).words
    code, text = item.changes
    assert (code.place, code.after) == ("codes", None)
    assert word.codes[0].coding.code in code.before
    assert (text.place, text.before, text.after) == ("texts", None, "sore head")


def test_the_order_of_suggestions_is_told_and_that_of_criteria_is_not_called_another(ruleset):
    cause = ruleset.causes["giant-cell-arteritis"]
    (item,) = diff(ruleset, with_rule(ruleset, replace(cause, activities=cause.activities[::-1]))).rules
    assert [change.place for change in item.changes] == ["suggestions, in order"]
    (item,) = diff(ruleset, with_rule(ruleset, replace(cause, cardinal=cause.cardinal[::-1]))).rules
    assert [change.after for change in item.changes] == ["the same, in another order or written otherwise"]


def test_what_a_chart_is_read_with_and_what_is_not_covered_is_told(ruleset):
    language = replace(ruleset.language, negations=(*ruleset.language.negations, "nowise"))
    found = diff(ruleset, replace(ruleset, language=language, not_covered=ruleset.not_covered[1:], version="9.0.0"))
    assert [(change.place, change.after) for change in found.language] == [("language, negations", "nowise")]
    assert [change.before.split(";")[0] for change in found.not_covered] == [f"title {ruleset.not_covered[0].title}"]
    assert [(change.place, change.after) for change in found.about] == [("version", "9.0.0")]


def test_two_folders_are_compared_by_what_they_say(tiny):
    before = load_ruleset(tiny.folder)
    tiny.edit(
        "derived/fever.yaml",
        "present_when: {finding: temperature, op: '>=', value: 38}",
        "# from 38.5 on\npresent_when: {finding: temperature, op: '>=', value: 38.5}",
    )
    (item,) = diff(before, load_ruleset(tiny.folder)).rules
    assert (item.what, item.id) == ("Derived word", "fever")
    assert [(change.place, change.before, change.after) for change in item.changes] == [
        ("present when", "body temperature at least 38 °C", "body temperature at least 38.5 °C")
    ]
