"""Texts of the input come out as text: escaped in XHTML, without tags in strings, never as markup."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuchal.fhir.narrative import bullets, narrative, numbered, paragraph, plain, section, titled, words

SHOWN = "script>alert('x')</script> & ]]> head “pain”"


@pytest.fixture
def answer(answer_to):
    return answer_to("hostile")


def test_the_narrative_shows_what_was_not_understood_word_for_word(answer):
    div = ET.fromstring(answer.one("ClinicalImpression")["text"]["div"])
    assert f"<{SHOWN}" in [item.text for item in div.iter("{http://www.w3.org/1999/xhtml}li")]


def test_summary_and_outcome_show_it_without_a_tag_that_could_open(answer):
    said = f"“&lt;{SHOWN.replace('<', '&lt;')}”"
    assert answer.one("ClinicalImpression")["summary"].endswith(f"Not understood and not weighed: {said}.")
    assert said in answer.one("OperationOutcome")["issue"][0]["details"]["text"]


def test_no_string_of_the_answer_holds_a_tag_or_a_control_character(answer):
    assert "<script" not in answer.text
    assert not {character for character in answer.text if ord(character) < 32 or character == "\ufffe"}


@given(text=st.text())
def test_any_text_at_all_leaves_the_narrative_well_formed_and_its_tags_ours(text):
    blocks = (paragraph(text), bullets([text]), section(text, numbered([titled(text, words(text))])))
    div = ET.fromstring(narrative(*blocks)["div"])
    assert {element.tag.rpartition("}")[2] for element in div.iter()} == {"div", "p", "ul", "ol", "li", "h3", "b"}


@given(text=st.text(max_size=500))
def test_a_text_of_the_input_is_one_line_of_bearable_length(text):
    shown = plain(text)
    assert len(shown) <= 200
    assert shown == " ".join(shown.split())
    ET.fromstring(f"<p>{words(shown)}</p>")
