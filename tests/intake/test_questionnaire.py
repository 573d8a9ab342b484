"""Questionnaires: by code, by linkId of ours, by text; answers of every type, nested, ticked."""

import pytest

SNOMED = "http://snomed.info/sct"
OURS = "https://nuchal.example.org/fhir"
HEADACHE = {"system": SNOMED, "code": "25064002"}
YES = {"system": "http://loinc.org", "code": "LA33-6"}
NO = {"system": "http://loinc.org", "code": "LA32-8"}


def item(text=None, *answers, **elements):
    given = {"linkId": "1"} | ({"text": text} if text else {}) | ({"answer": list(answers)} if answers else {})
    return given | elements


TRUE, FALSE = {"valueBoolean": True}, {"valueBoolean": False}
ITEMS = [
    ("by text, yes", [item("Headache?", TRUE)], [("headache", "present")]),
    ("by text, no", [item("Headache?", FALSE)], [("headache", "absent")]),
    ("a numbered question", [item("1. Headache?", TRUE)], [("headache", "present")]),
    ("a polite question", [item("Do you have any head pain?", FALSE)], [("headache", "absent")]),
    ("a coded yes", [item("Fever", {"valueCoding": YES})], [("fever", "present")]),
    ("a coded no", [item("Fever", {"valueCoding": NO})], [("fever", "absent")]),
    ("a local answer", [item("Fever", {"valueCoding": {"system": "urn:x", "code": "3", "display": "No"}})], [("fever", "absent")]),
    ("an answer in words", [item("Fever", {"valueString": "denied"})], [("fever", "absent")]),
    ("a severity", [item("Headache?", {"valueString": "severe"})], None),
    ("by the code in the definition", [item("?", TRUE, definition="http://x.org/Questionnaire/q#25064002")], [("headache", "present")]),
    ("a definition that ends in no code", [item("?", TRUE, definition="http://x.org/Questionnaire/q#25064003")], []),
    ("our own code in the definition", [item("?", TRUE, definition=f"{OURS}/Questionnaire/q#fever")], [("fever", "present")]),
    ("a number with its unit in the text", [item("Headache days per month", {"valueInteger": 12})], [("headache-days", "present", 12.0)]),
    ("a decimal", [item("Headache days per month", {"valueDecimal": 12.5})], [("headache-days", "present", 12.5)]),
    ("a number as a text", [item("Headache days per month", {"valueString": "12"})], [("headache-days", "present", 12.0)]),
    ("a number whose unit nobody says", [item("Temperature", {"valueDecimal": 38.5})], [("body-temperature", "unknown")]),
    ("a quantity", [item("Temperature", {"valueQuantity": {"value": 38.5, "unit": "C"}})], [("body-temperature", "present", 38.5)]),
    ("no answer", [item("Headache?")], []),
    ("an answer without a value", [item("Headache?", {"item": [item("Fever?", TRUE)]})], [("fever", "present")]),
    (
        "a tick list",
        [item("Which of these do you have?", {"valueCoding": HEADACHE}, {"valueString": "Neck stiffness"})],
        [("headache", "present"), ("neck-stiffness", "present")],
    ),
    ("a tick list with one tick", [item("Symptoms today", {"valueCoding": HEADACHE})], [("headache", "present")]),
    ("a tick list of what is not there", [item("Which of these do you not have?", {"valueCoding": HEADACHE})], None),
    ("none of the above", [item("Which of these do you have?", {"valueString": "None of the above"})], []),
    ("below a heading", [item("Symptoms", item=[item("Headache?", TRUE)])], [("headache", "present")]),
    ("below a heading on relatives", [item("Family history", item=[item("Migraine?", TRUE)])], [("family-history-migraine", "present")]),
    ("which says nothing on the patient", [item("Family history", item=[item("Headache?", TRUE)])], []),
    ("a relative free of it", [item("Family history", item=[item("Migraine?", FALSE)])], []),
    ("a question on relatives", [item("Family history of migraine?", FALSE)], [("family-history-migraine", "absent")]),
    (
        "ticked for relatives",
        [item("Does your mother have one of these?", {"valueString": "Migraine"})],
        [("family-history-migraine", "present")],
    ),
    (
        "ever: a history, no complaint of today",
        [item("Have you ever had", item=[item("Migraine?", TRUE), item("Headache?", TRUE)])],
        [("migraine-known", "present")],
    ),
    (
        "onset and severity below the answer",
        [
            item(
                "Headache?",
                TRUE
                | {"item": [item("Date of onset", {"valueDateTime": "2026-11-20T06:00:00Z"}), item("Severity", {"valueString": "mild"})]},
            )
        ],
        [
            ("headache", "present"),
            ("headache-hours-ago", "present", 6.0),
            ("headache-mild-or-moderate", "present"),
            ("headache-severe", "absent"),
        ],
    ),
    ("the side below the item", [item("Headache?", TRUE, item=[item("Side", {"valueString": "Left side"})])], None),
]


@pytest.mark.parametrize(
    ("items", "expected"), [case[1:] for case in ITEMS if case[2] is not None], ids=[c[0] for c in ITEMS if c[2] is not None]
)
def test_an_item_says_what_it_says(chart, make, said, items, expected):
    assert said(chart(make("QuestionnaireResponse", item=items))) == expected


def test_a_side_below_an_item_and_a_severity_as_its_answer_tell_more_of_it(chart, make, said):
    side = item("Headache?", TRUE, item=[item("Side", {"valueString": "Left side"})])
    severe = item("Headache?", {"valueString": "severe"})
    assert ("headache-unilateral", "present") in said(chart(make("QuestionnaireResponse", item=[side])))
    assert ("headache-severe", "present") in said(chart(make("QuestionnaireResponse", item=[severe])))


def test_what_is_ticked_as_not_there_is_not_present(chart, make):
    items = [item("Which of these do you not have?", {"valueCoding": HEADACHE})]
    assert chart(make("QuestionnaireResponse", item=items)).findings.statements_on("headache") == ()


def options(*displays):
    return [{"valueCoding": {"system": "urn:x", "code": display, "display": display}} for display in displays]


NONE = item("None of the above", TRUE)
TICKED = [
    ("none of those above", [item("Fever"), item("Neck stiffness"), NONE], [("fever", "absent"), ("neck-stiffness", "absent")]),
    ("nor what was answered with no", [item("Fever", FALSE), item("Vomiting"), NONE], [("fever", "absent"), ("vomiting", "absent")]),
    ("what stands below it is not above", [item("Fever"), NONE, item("Vomiting")], [("fever", "absent")]),
    ("one is ticked all the same", [item("Fever", TRUE), item("Vomiting"), NONE], [("fever", "present")]),
    ("it is not ticked", [item("Fever"), item("None of the above", FALSE)], []),
    ("nothing stands above", [NONE, item("Fever")], []),
    ("asked of relatives", [item("Family history", item=[item("Migraine"), NONE])], []),
    ("asked of the past", [item("Previous", item=[item("Migraine"), item("Fever"), NONE])], [("migraine-known", "absent")]),
]


@pytest.mark.parametrize(("items", "expected"), [case[1:] for case in TICKED], ids=[case[0] for case in TICKED])
def test_none_of_the_above_denies_the_boxes_above_it(chart, make, said, items, expected):
    assert said(chart(make("QuestionnaireResponse", item=items))) == expected


def test_a_tick_beside_none_of_the_above_is_told(chart, make):
    read = chart(make("QuestionnaireResponse", item=[item("Fever", TRUE), NONE]))
    assert "contradictory" in {str(note.kind) for note in read.notes}


def test_what_none_of_the_above_denies_points_to_it(chart, make):
    read = chart(make("QuestionnaireResponse", item=[item("Fever"), NONE]))
    (finding,) = read.findings.statements_on("fever")
    assert finding.expression == "Bundle.entry[1].resource.item[1].answer[0]"


CHOICES = [
    ("Do you have any of these?", "None of the above", [("fever", "absent"), ("neck-stiffness", "absent")]),
    ("Do you have any of these?", "Fever", [("fever", "present")]),
    ("Does your mother have one of these?", "None of the above", []),
    ("Which of these do you not have?", "None of the above", []),
]


@pytest.mark.parametrize(("question", "answer", "expected"), CHOICES)
def test_none_of_the_above_denies_what_the_form_lets_one_tick(chart, make, said, question, answer, expected):
    choice = {"linkId": "1", "type": "choice", "answerOption": options("Fever", "Neck stiffness", "None of the above")}
    form = QUESTIONNAIRE | {"item": [choice]}
    response = make("QuestionnaireResponse", questionnaire=form["url"], item=[item(question, *options(answer))])
    assert said(chart(response, form)) == expected


QUESTIONNAIRE = {
    "resourceType": "Questionnaire",
    "id": "q",
    "url": "http://x.org/Questionnaire/q",
    "version": "2",
    "status": "active",
    "item": [{"linkId": "g", "type": "group", "item": [{"linkId": "1", "type": "boolean", "code": [HEADACHE]}]}],
}


@pytest.mark.parametrize(
    ("form", "elements", "others"),
    [
        ("#q", {"contained": [QUESTIONNAIRE]}, []),
        ("http://x.org/Questionnaire/q", {}, [QUESTIONNAIRE]),
        ("http://x.org/Questionnaire/q|2", {}, [QUESTIONNAIRE]),
    ],
    ids=["contained", "in the Bundle", "in its version"],
)
def test_the_questionnaire_gives_the_codes_of_its_items(chart, make, said, form, elements, others):
    response = make("QuestionnaireResponse", questionnaire=form, item=[item("Feeling it up here?", FALSE)], **elements)
    assert said(chart(response, *others)) == [("headache", "absent")]


def test_another_version_of_a_questionnaire_gives_none(chart, make, said):
    response = make("QuestionnaireResponse", questionnaire="http://x.org/Questionnaire/q|1", item=[item("Up here?", FALSE)])
    assert said(chart(response, QUESTIONNAIRE)) == []


@pytest.mark.parametrize(("canonical", "expected"), [(f"{OURS}/Questionnaire/intake|1", [("fever", "absent")]), ("http://x.org/q", [])])
def test_a_link_is_a_word_of_ours_in_a_questionnaire_of_ours_only(chart, make, said, canonical, expected):
    response = make("QuestionnaireResponse", questionnaire=canonical, item=[item(None, FALSE, linkId="fever")])
    assert said(chart(response)) == expected


STATUSES = [
    ("completed", [("fever", "absent"), ("headache", "present")]),
    ("amended", [("fever", "absent"), ("headache", "present")]),
    ("in-progress", [("fever", "absent", "unconfirmed"), ("headache", "present")]),
    ("stopped", [("fever", "absent", "unconfirmed"), ("headache", "present")]),
    ("entered-in-error", []),
]


@pytest.mark.parametrize(("status", "expected"), STATUSES)
def test_in_an_unfinished_form_no_denial_is_sure(chart, make, said, status, expected):
    assert said(chart(make("QuestionnaireResponse", status=status, item=[item("Headache?", TRUE), item("Fever?", FALSE)]))) == expected


def test_nor_is_that_of_a_family_history(chart, make, said):
    items = [item("Family history", item=[item("Family history of migraine?", FALSE)])]
    read = chart(make("QuestionnaireResponse", status="in-progress", item=items))
    assert said(read) == [("family-history-migraine", "absent", "unconfirmed")]


AUTHORED = [
    ("2026-11-13T12:00:00Z", [("headache", "present")]),
    ("2026-11-13T11:59:59Z", [("headache", "unknown")]),
    ("2026-12-13", []),
    (None, [("headache", "present")]),
]


@pytest.mark.parametrize(("authored", "expected"), AUTHORED)
def test_answers_count_when_they_were_written(chart, make, said, authored, expected):
    read = chart(make("QuestionnaireResponse", authored=authored, item=[item("Headache?", TRUE)]))
    assert said(read) == expected
    assert ("assumed" in {str(note.kind) for note in read.notes}) is (authored is None)


def test_a_statement_points_to_its_answer(chart, make):
    read = chart(make("QuestionnaireResponse", item=[item("Symptoms", item=[item("Headache?", FALSE)])]))
    (finding,) = read.findings.statements_on("headache")
    assert finding.expression == "Bundle.entry[1].resource.item[0].item[0].answer[0]"


def test_a_question_that_is_not_understood_is_listed_when_it_is_affirmed(chart, make):
    (note,) = chart(make("QuestionnaireResponse", item=[item("Jaw claudication?", TRUE)])).notes
    assert (str(note.kind), note.verbatim) == ("not-understood", "Jaw claudication: yes")
