"""Codes that name head, neck, back or a red flag and map to nothing: each told once, so that a site can map it; the rest counted."""

import pytest

LOCAL = "http://hospital.example.org/codes"


def coded(code="K7", display="Stiffness of the jaw", **elements):
    return {"coding": [{"system": LOCAL, "code": code, "display": display}]} | elements


def told(chart):
    """(code, display, verbatim, place) of each remark with a code."""
    return [
        (note.coding.system, note.coding.code, note.coding.display, note.verbatim, note.expression) for note in chart.notes if note.coding
    ]


def test_a_code_is_told_with_its_system_display_and_place(chart, make):
    read = chart(make("Condition", code=coded()))
    assert told(read) == [(LOCAL, "K7", "Stiffness of the jaw", "Stiffness of the jaw", "Bundle.entry[1].resource.code")]


def test_the_same_code_is_told_once_with_its_number_whatever_it_is_called(chart, make):
    names = ["b", "a", "c"]
    read = chart(*[make("Condition", code=coded(display=name, text="Stiffness of the jaw")) for name in names])
    assert told(read) == [(LOCAL, "K7", "a", "Stiffness of the jaw", "Bundle.entry[1].resource.code")]
    assert read.notes[0].message.endswith("(3 places, of which this is the first)")


def test_the_same_code_with_other_values_is_told_for_each_value(chart, make):
    read = chart(*[make("Observation", code=coded(display="Complaint"), valueString=value) for value in ("Jaw locks", "Jaw stiffness")])
    assert [(code, verbatim) for _, code, _, verbatim, _ in told(read)] == [("K7", "Complaint: Jaw stiffness")]
    assert read.passed_over == {"Observation.code": 1}


def test_a_code_that_denies_is_told_without_its_words(chart, make):
    read = chart(make("Observation", code=coded(), valueBoolean=False))
    assert told(read) == [(LOCAL, "K7", None, None, "Bundle.entry[1].resource.code")]


@pytest.mark.parametrize("text", ["Contusion of head", "Disorder of spine", "Tumour of the pineal gland"])
def test_head_back_and_red_flags_are_told_where_no_complaint_is_named_so(chart, make, text):
    assert [verbatim for *_, verbatim, _ in told(chart(make("Condition", code=coded(display=text))))] == [text]


@pytest.mark.parametrize("text", ["Obesity", "Full upper denture", "Ingrowing toenail"])
def test_the_rest_is_counted(chart, make, text):
    read = chart(make("Condition", code=coded(display=text)))
    assert told(read) == []
    assert read.passed_over == {"Condition.code": 1}


@pytest.mark.parametrize(("text", "is_told"), [("Photophobia to screens", True), ("Sudden death of a neighbour", False)])
def test_a_symptom_with_a_name_of_one_word_is_told_and_words_out_of_longer_names_are_not(chart, make, text, is_told):
    # the vocabulary has photophobia, and sudden severe headache
    assert bool(told(chart(make("Condition", code=coded(display=text))))) is is_told
