"""Ask: the intake questionnaire in the order of the next-best question, ending in the same answer."""

import json
from datetime import UTC, datetime

from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from nuchal.conformance import questionnaire

FIRST = {"ask": "yes", "answer.headache": "present", "answer.back-pain": "present", "answer.age": "44", "answer.sex-female": "absent"}


def asked(page):
    return list(
        dict.fromkeys(field["name"].removeprefix("answer.") for field in page.all("input") if field.get("name", "").startswith("answer."))
    )


def test_age_sex_and_the_two_pains_are_asked_first(visit):
    assert asked(visit("/ask"))[:4] == ["age", "sex-female", "headache", "back-pain"]


def test_each_round_asks_what_the_answers_leave_open_in_the_order_of_the_assessment(visit, evaluator, page_client):
    page = visit("/ask", FIRST)
    answers = page_client.post("/download", data=FIRST | {"what": "input"}).data
    best = [question.word for question in evaluator.evaluate(answers, {}, now=datetime.now(UTC)).assessment.questions]
    assert [word for word in asked(page) if f"answer.{word}" not in FIRST] == best
    assert "4 answered" in page.text("main")
    assert len(page.all("input", name="answer.age")) == 1  # what is answered is no longer asked


def test_what_is_not_known_is_not_asked_again(visit):
    before = asked(visit("/ask", FIRST))
    unknown = next(word for word in before if f"answer.{word}" not in FIRST)
    page = visit("/ask", FIRST | {f"answer.{unknown}": "unknown"})
    checked = [field for field in page.all("input", name=f"answer.{unknown}") if "checked" in field]
    assert [field["value"] for field in checked] == ["unknown"]
    assert "5 answered" in page.text("main")


def test_the_answers_so_far_show_how_soon(visit):
    page = visit("/ask", FIRST | {"answer.thunderclap-headache": "present"})
    assert page.text("span", class_="chip emergency") == "emergency (now)"


def test_the_answers_end_in_the_same_answer_as_a_bundle_would(visit):
    page = visit("/answer", FIRST | {"answer.thunderclap-headache": "present", "answer.body-temperature": "36.8"})
    assert page.text("h1") == "Disposition: emergency (now)"
    said = page.text("section", id="input")
    assert "Age: 44 years" in said
    assert "Body temperature: 36.8 °C" in said
    assert "Female sex: absent" in said


def test_the_answers_are_downloaded_as_a_response_to_the_published_questionnaire(page_client, ruleset):
    fields = FIRST | {"answer.fever": "unknown", "what": "questionnaire-response"}
    file = page_client.post("/download", data=fields)
    assert file.headers["Content-Disposition"] == 'attachment; filename="questionnaire-response.json"'
    response = json.loads(file.data)
    QuestionnaireResponse.model_validate(response)
    published = questionnaire(ruleset)
    assert response["questionnaire"] == f"{published['url']}|{published['version']}"
    order = [group["linkId"] for group in published["item"]]
    groups = [group["linkId"] for group in response["item"]]
    assert groups == sorted(groups, key=order.index)
    given = {item["linkId"]: item["answer"][0] for group in response["item"] for item in group["item"]}
    assert given.keys() == {"headache", "back-pain", "age", "sex-female", "fever"}
    assert given["age"] == {"valueDecimal": 44}
    assert [answer["valueCoding"]["display"] for word, answer in given.items() if word == "fever"] == ["Don't know"]


def test_something_else_can_be_recorded(visit):
    page = visit("/ask", FIRST | {"also": "Hair loss or no such thing"})
    assert "4 answered" in page.text("main")
    assert "Nothing that can be recorded is called so" in page.text("div", role="alert")
    assert asked(visit("/ask", FIRST | {"also": "sudden severe headache"}))[0] == "thunderclap-headache"
    assert asked(visit("/ask", FIRST | {"also": "Thunderclap"}))[0] == "thunderclap-headache"
    assert asked(visit("/ask", FIRST | {"also": "thunderclap headache"}))[0] == "thunderclap-headache"


def test_a_number_that_cannot_be_is_refused_and_the_rest_is_kept(visit):
    page = visit("/ask", FIRST | {"answer.body-temperature": "3000"})
    assert "Body temperature: a number from" in page.text("div", role="alert")
    assert "4 answered" in page.text("main")


def test_an_empty_form_has_an_answer_too(visit):
    assert visit("/answer", {"ask": "yes"}).text("h1") == "Disposition: none"
