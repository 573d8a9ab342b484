"""The questionnaire, answered as a QuestionnaireResponse, says what the same findings say as Observations."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nuchal.conformance import NO, UNKNOWN, YES
from nuchal.intake import Intake, read_request
from nuchal.terminology import UCUM, VOCABULARY

NOW = datetime(2026, 11, 25, tzinfo=UTC)
WRITTEN = "2026-11-24T12:00:00Z"
SUBJECT = {"reference": "Patient/anna"}


def bundle(*resources):
    patient = {"resourceType": "Patient", "id": "anna"}
    entries = [{"resource": resource} for resource in (patient, *resources)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def answered(form, answers, *, with_texts=True):
    """The response to `form` that holds the answers: a coding, or a number."""

    def item(question):
        given = answers[question["linkId"]]
        answer = {"valueCoding": given} if isinstance(given, dict) else {"valueDecimal": given}
        return {"linkId": question["linkId"], "answer": [answer]} | ({"text": question["text"]} if with_texts else {})

    groups = [(group, [item(question) for question in group["item"] if question["linkId"] in answers]) for group in form["item"]]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "form",
        "questionnaire": f"{form['url']}|{form['version']}",
        "status": "completed",
        "subject": SUBJECT,
        "authored": WRITTEN,
        "item": [
            {"linkId": group["linkId"], "item": items} | ({"text": group["text"]} if with_texts else {}) for group, items in groups if items
        ],
    }


def observed(ruleset, answers):
    """An Observation for each answer."""
    return [
        {
            "resourceType": "Observation",
            "id": word,
            "status": "final",
            "subject": SUBJECT,
            "effectiveDateTime": WRITTEN,
            "code": {"coding": [{"system": VOCABULARY, "code": word}]},
        }
        | (
            {"valueCodeableConcept": {"coding": [given]}}
            if isinstance(given, dict)
            else {"valueQuantity": {"value": given, "system": UCUM, "code": ruleset.vocabulary[word].quantity.unit}}
        )
        for word, given in answers.items()
    ]


def is_asked(question, answers):
    """Whether a form shows the question after these answers: R4's != holds when nobody answered, too."""
    conditions = question.get("enableWhen", [])
    assert all(condition["operator"] == "!=" for condition in conditions)
    return all(answers.get(condition["question"]) != condition["answerCoding"] for condition in conditions)


def limits(question):
    found = {extension["url"].rpartition("/")[2]: extension for extension in question["extension"]}
    return found["minValue"]["valueDecimal"], found["maxValue"]["valueDecimal"]


@pytest.fixture(scope="module")
def statements(ruleset):
    intake = Intake(ruleset)

    def read(*resources):
        chart = intake.read_chart(read_request(bundle(*resources), {}, now=NOW))
        return sorted(
            (found.word, found.presence, found.value, found.confirmed, found.recognition)
            for found in chart.findings.statements
            if found.source
        )

    return read


WHOLE_FORMS = {
    "yes": lambda question: YES if question["type"] == "choice" else limits(question)[1],
    "no": lambda question: NO if question["type"] == "choice" else limits(question)[0],
    "don't know": lambda question: UNKNOWN if question["type"] == "choice" else sum(limits(question)) / 2,
}


@pytest.mark.parametrize("said", WHOLE_FORMS)
@pytest.mark.parametrize("with_texts", [True, False], ids=["with texts", "without texts"])
def test_each_question_is_understood_as_its_word(ruleset, form, questions, statements, said, with_texts):
    answers = {word: WHOLE_FORMS[said](question) for word, question in questions.items()}
    assert answers.keys() == ruleset.vocabulary.keys()
    assert statements(answered(form, answers, with_texts=with_texts)) == statements(*observed(ruleset, answers))


@pytest.mark.parametrize(("answer", "presence"), [(YES, "present"), (NO, "absent"), (UNKNOWN, "unknown")], ids=["yes", "no", "don't know"])
def test_each_answer_is_one_of_the_three_states(form, questions, statements, answer, presence):
    answers = {word: answer for word, question in questions.items() if question["type"] == "choice"}
    assert {said for _, said, *_ in statements(answered(form, answers))} == {presence}


@pytest.mark.parametrize("said", WHOLE_FORMS)
def test_it_is_so_as_well_when_the_questionnaire_with_its_codes_comes_along(ruleset, form, questions, statements, said):
    answers = {word: WHOLE_FORMS[said](question) for word, question in questions.items()}
    assert statements(answered(form, answers), form) == statements(*observed(ruleset, answers))


def outcome(assessment):
    """What is concluded, without where it was read."""
    plan = assessment.plan
    return {
        "disposition": assessment.disposition,
        "flags": [(raised.flag.id, criteria(raised.criteria)) for raised in assessment.flags],
        "undetermined": [undetermined.flag.id for undetermined in assessment.undetermined],
        "causes": [(listed.cause.id, listed.certainty, listed.score, criteria(listed.criteria)) for listed in assessment.causes],
        "plan": plan and [(planned.activity.id, criteria(planned.cautions)) for planned in plan.activities],
        "withheld": plan and [(withheld.activity.id, withheld.why) for withheld in plan.withheld],
        "questions": [(question.word, question.why) for question in assessment.questions],
        "unweighed": assessment.unweighed,
    }


def criteria(found):
    return [(criterion.id, criterion.state) for criterion in found]


@st.composite
def answers_to(draw, questions):
    """Answers as a person may give them: the pains often, some other questions, none that the form does not show."""
    pains = draw(st.lists(st.sampled_from(["headache", "back-pain", "neck-pain"]), unique=True))
    others = draw(st.lists(st.sampled_from(list(questions)), unique=True, max_size=25))
    said = {word: draw(answer_to(questions[word])) for word in others} | dict.fromkeys(pains, YES)
    return {word: answer for word, answer in said.items() if is_asked(questions[word], said)}


def answer_to(question):
    if question["type"] == "choice":
        return st.sampled_from([YES, NO, UNKNOWN])
    low, high = limits(question)
    return st.sampled_from([low, round((low + high) / 3, 1), high])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_form_and_observations_get_the_same_assessment(ruleset, evaluator, form, questions, data):
    answers = data.draw(answers_to(questions))
    by_form = evaluator.evaluate(bundle(answered(form, answers)), {}, now=NOW).assessment
    by_observations = evaluator.evaluate(bundle(*observed(ruleset, answers)), {}, now=NOW).assessment
    assert outcome(by_form) == outcome(by_observations)
