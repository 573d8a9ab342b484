"""The line of a place in a JSON text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuchal.errors import Problem
from nuchal.web.page.json_places import JsonPlaces

TEXT = """\
{
  "resourceType": "Bundle",
  "type": "collection",
  "entry": [
    {"resource": {
      "resourceType": "Patient",
      "name": [{"text": "a \\" { [ : ,"}],
      "birthDate"
        : "1990"
    }},
    {"resource": {"resourceType": "Observation",
      "code": {"coding": [
        {"code": "1"},
        {"code": "2"}]}}}
  ]
}
"""
PLACES = [
    ("Bundle", 1),
    ("resourceType", 2),
    ("Bundle.type", 3),
    ("Bundle.entry", 4),
    ("Bundle.entry[0]", 5),
    ("Bundle.entry[0].resource.name[0].text", 7),
    ("Bundle.entry[0].resource.birthDate", 8),
    ("Bundle.entry[1].resource.code.coding[1].code", 14),
    ("Bundle.entry[1].resource.status", 11),  # what is not there: where it should be
    ("Bundle.entry[9].resource", 4),
]


@pytest.mark.parametrize(("expression", "line"), PLACES)
def test_a_place_has_its_line(expression, line):
    assert JsonPlaces(TEXT).line_of(expression) == line


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), below, max_size=4),
    max_leaves=20,
)


@given(JSON.filter(lambda document: isinstance(document, dict) and document))
def test_every_value_of_any_document_is_found_on_the_line_on_which_it_is_written(document):
    text = json.dumps(document, indent=1)
    lines = text.split("\n")
    places = JsonPlaces(text)
    for expression, name, value in walk(document, "Whole"):
        line = lines[places.line_of(expression) - 1]
        assert (f'"{name}": ' in line) if name else json.dumps(value, indent=1).split("\n")[0] in line


def walk(value, place):
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        where = f"{place}.{key}" if isinstance(key, str) else f"{place}[{key}]"
        yield where, key if isinstance(key, str) else "", below
        yield from walk(below, where)


@given(st.text(alphabet='{}[]":,\\\n a1', max_size=200))
def test_a_text_that_is_no_json_has_lines_all_the_same(text):
    excerpt = JsonPlaces(text).excerpt_of(Problem("wrong", "Bundle.entry[0].resource"))
    assert 1 <= excerpt.line <= text.count("\n") + 1


@pytest.mark.parametrize("hostile", ['"\\' * 500_000, "[" * 500_000, '"' * 500_001, '{"a":' * 200_000, "]" * 500_000])
def test_a_hostile_text_takes_no_long_time(hostile):
    JsonPlaces(hostile).line_of("Bundle.entry[0]")


def test_a_message_on_broken_json_tells_the_line_itself():
    excerpt = JsonPlaces("a\nb\nc\nd\ne\nf\ng").excerpt_of(Problem("The body is not JSON: line 5, column 1"))
    assert (excerpt.line, excerpt.first, excerpt.lines) == (5, 2, ("b", "c", "d", "e", "f", "g"))
