"""The routes of the page. Whatever holds something of a patient comes and goes in bodies, never in addresses."""

from typing import Final

import orjson
from flask import Blueprint, Response, make_response, redirect, render_template, request

from nuchal.errors import InvalidInput, NuchalError, Problem
from nuchal.evaluation import Evaluator
from nuchal.web.described import HTML_TYPES, Answer, Body, described, refusals
from nuchal.web.keeping import Keeping
from nuchal.web.page.additions import with_answers
from nuchal.web.page.answer_page import AnswerPage
from nuchal.web.page.ask_page import AskPage
from nuchal.web.page.asking import Intake
from nuchal.web.page.evaluating import Evaluating
from nuchal.web.page.json_places import JsonPlaces
from nuchal.web.page.requests_shown import FILE, shown_request
from nuchal.web.page.samples import samples
from nuchal.web.page.submission import Submission, form_of, read_submission

_JSON: Final = "application/fhir+json"
_TAG: Final = "Pages"
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_FORM: Final = {"type": "object", "additionalProperties": {"type": "string"}}
_INPUT: Final = Body(_FORM, {"a made-up patient": {"sample": "fever-and-stiff-neck"}}, types=_FORMS)
_ANSWERS: Final = Body(_FORM, {"two answers": {"ask": "yes", "answer.headache": "present", "answer.fever": "absent"}}, types=_FORMS)
_PAGE: Final = [Answer(200, "A page", schema={"type": "string"}, types=HTML_TYPES)]
_A_FILE: Final = [Answer(200, "JSON", types=(_JSON,)), *refusals(412, 422)]


def blueprint(evaluator: Evaluator, keeping: Keeping) -> Blueprint:
    """The page, answered by `evaluator`. Its routes are open to whoever reaches them: a site switches the page on or off as a whole."""
    views = Blueprint("page", __name__)
    visits = _Visits(Evaluating(evaluator, keeping))

    @views.get("/")
    @described("The page to try a patient", tag=_TAG, answers=_PAGE, public=True)
    def start() -> Response:
        return _start()

    @views.get("/answer")
    @described("Where an answer was; leads to the start", tag=_TAG, answers=[Answer(303, "To the start", types=())], public=True)
    def nothing_yet() -> Response:
        return make_response(redirect("/", 303))

    @views.post("/answer")
    @described("The answer for one patient, as a page", tag=_TAG, body=_INPUT, answers=[*_PAGE, *refusals(412, 422)], public=True)
    def answer() -> Response:
        return visits.answer()

    @views.get("/ask")
    @described("The intake questionnaire", tag=_TAG, answers=_PAGE, public=True)
    def begin_to_ask() -> Response:
        return visits.ask()

    @views.post("/ask")
    @described("The next questions", tag=_TAG, body=_ANSWERS, answers=_PAGE, public=True)
    def ask() -> Response:
        return visits.ask()

    @views.post("/download")
    @described(
        "Input, answer or QuestionnaireResponse as a file",
        tag=_TAG,
        body=_INPUT,
        answers=[Answer(200, "JSON", types=(_JSON,))],
        public=True,
    )
    def download() -> Response:
        return visits.download()

    return views


class _Visits:
    """What somebody on the page can ask for."""

    def __init__(self, evaluating: Evaluating) -> None:
        self._evaluating = evaluating
        self._intake = Intake(evaluating.evaluator.ruleset)

    def answer(self) -> Response:
        submission = self._submission()
        try:
            page = self._answered(submission)
        except NuchalError as error:
            if error.status >= 500:
                raise
            return _start(submission, error)
        shown = shown_request(page.submission.parameters, page.service)
        return make_response(render_template("page/answer.html", page=page, shown_request=shown))

    def ask(self) -> Response:
        return make_response(render_template("page/ask.html", page=self._asking()))

    def download(self) -> Response:
        what = form_of(request).get("what", "answer")
        if what == "questionnaire-response":
            return _file(orjson.dumps(self._asking().response, option=orjson.OPT_INDENT_2), "questionnaire-response.json")
        submission = self._submission()
        if what == "input":
            return _file(submission.body, FILE)
        answer = self._evaluating.page(submission).answer
        return _file(orjson.dumps(answer, option=orjson.OPT_INDENT_2), "answer.json")

    def _answered(self, submission: Submission) -> AnswerPage:
        page = self._evaluating.page(submission)
        if "add" not in request.form or not page.can_be_added:
            return page
        body = with_answers(page.body, page.evaluation.chart, page.supposed)
        return self._evaluating.page(Submission(body=body, parameters=submission.parameters, suppose={}, why=submission.why))

    def _submission(self) -> Submission:
        return self._asking().submission if "ask" in form_of(request) else read_submission(request)

    def _asking(self) -> AskPage:
        return AskPage.read(request, self._intake, self._evaluating)


def _start(submission: Submission | None = None, error: NuchalError | None = None) -> Response:
    """The start page; after an `error` with what was sent, and each problem at its place."""
    problems = []
    if submission and error:
        places = JsonPlaces(submission.text)
        found = error.problems if isinstance(error, InvalidInput) else [Problem(error.message, error.expression)]
        problems = [(problem, places.excerpt_of(problem)) for problem in found]
    page = render_template("page/start.html", samples=list(samples().values()), submission=submission, problems=problems)
    return make_response(page, error.status if error else 200)


def _file(body: bytes, name: str) -> Response:
    return Response(body, content_type=_JSON, headers={"Content-Disposition": f'attachment; filename="{name}"'})
