"""Every error, wherever it comes from, is an OperationOutcome: this file visits every route and every kind of error."""

import gzip
import json

import pytest
from flask.testing import FlaskClient

from nuchal import errors
from nuchal.config import Settings
from nuchal.errors import NuchalError, Problem, RulesetProblem
from nuchal.web import create_app

URL = "/fhir/$assess"
FHIR = {"Content-Type": "application/fhir+json"}
BUNDLE = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Patient", "id": "p"}}]})
GZIP = {"Content-Encoding": "gzip"}
PATIENT_VALUE = "Zyxw-Marker-4711"


def nested(depth):
    return "[" * depth + "]" * depth


WRONG_BODIES = [
    pytest.param(b"", 400, id="empty"),
    pytest.param(b" \n", 400, id="blank"),
    pytest.param(b"{", 400, id="cut off"),
    pytest.param(b"null", 400, id="null"),
    pytest.param(b"[]", 400, id="a list"),
    pytest.param(b'"Bundle"', 400, id="a text"),
    pytest.param(b"17", 400, id="a number"),
    pytest.param(b"NaN", 400, id="not a number"),
    pytest.param(b"{}", 400, id="no resourceType"),
    pytest.param(b'{"resourceType": 7}', 400, id="resourceType of a wrong kind"),
    pytest.param(b'{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"x": NaN}}]}', 400, id="NaN inside"),
    pytest.param(b"\xff\xfe{\x00}\x00", 400, id="UTF-16"),
    pytest.param(b'{"resourceType": "Bundle\xff"}', 400, id="broken UTF-8"),
    pytest.param(b"<Bundle xmlns='http://hl7.org/fhir'/>", 400, id="XML under a JSON name"),
    pytest.param(b"%PDF-1.7", 400, id="another file altogether"),
    pytest.param(nested(100_000 // 2).encode(), 400, id="nested without end"),
    pytest.param(
        b'{"resourceType": "Bundle", "type": "collection", "entry": ' + nested(900).encode() + b"}", None, id="nested within a Bundle"
    ),
    pytest.param(b'{"resourceType": "Patient"}', 422, id="another resource"),
    pytest.param(b'{"resourceType": "Bundle", "type": "collection"}', 422, id="a Bundle without anything"),
    pytest.param(b'{"resourceType": "Bundle", "type": "collection", "entry": "x"}', 422, id="entry of a wrong kind"),
    pytest.param(b'{"resourceType": "Bundle", "type": "collection", "entry": [7, null]}', 422, id="entries of a wrong kind"),
    pytest.param(b'{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": []}]}', 422, id="a resource of a wrong kind"),
    pytest.param(b'{"resourceType": "Parameters"}', 422, id="Parameters without a Bundle"),
    pytest.param(b'{"resourceType": "Parameters", "parameter": [7]}', 422, id="Parameters of a wrong kind"),
    pytest.param(b'{"resourceType": "Parameters", "parameter": {"name": "bundle"}}', 422, id="parameter of a wrong kind"),
    pytest.param(BUNDLE.replace('"p"', f'"{PATIENT_VALUE} !"').encode(), 422, id="an id that FHIR forbids"),
    pytest.param(BUNDLE.replace('"p"', '{"$gt": ""}').encode(), 422, id="an object for an id"),
    pytest.param(
        BUNDLE.replace(
            '{"resourceType": "Patient", "id": "p"}', json.dumps({"resourceType": "Observation", "status": PATIENT_VALUE})
        ).encode(),
        422,
        id="an Observation without its code",
    ),
    pytest.param(b"{" + b'"a": 1, ' * 20_000 + b'"resourceType": "Bundle"}', 400, id="one key, many times"),
    pytest.param(b'{"resourceType": "Bundle", "type": "collection", "total": ' + b"9" * 5000 + b"}", None, id="an endless number"),
]


@pytest.mark.parametrize(("body", "status"), WRONG_BODIES)
def test_a_wrong_body_is_refused_in_plain_words(client, outcome_of, body, status):
    response = client.post(URL, data=body, headers=FHIR)
    assert response.status_code == status or (status is None and response.status_code in {400, 422})
    assert PATIENT_VALUE not in json.dumps(outcome_of(response))


HTTP_ERRORS = [
    pytest.param("GET", "/nowhere", {}, "", 404, "not-found", id="an address that leads nowhere"),
    pytest.param("GET", "/cds-services-and-more", {}, "", 404, "not-found", id="an address that begins like one"),
    pytest.param("GET", "/fhir", {}, "", 404, "not-found", id="no resource type"),
    pytest.param("GET", "/fhir/Patient/1", {}, "", 404, "not-found", id="no stored resources"),
    pytest.param("POST", "/fhir/$assess/", FHIR, BUNDLE, 404, "not-found", id="a slash too many"),
    pytest.param("POST", "//fhir/$assess", FHIR, BUNDLE, 404, "not-found", id="a slash before"),
    pytest.param("GET", "/health/live/../../etc/passwd", {}, "", 404, "not-found", id="a walk up"),
    pytest.param("GET", "/%00%ff<script>alert(1)</script>", {}, "", 404, "not-found", id="hostile path"),
    pytest.param("POST", URL, {"Content-Type": "application/fhir+xml"}, "<Bundle/>", 415, "not-supported", id="XML"),
    pytest.param("POST", URL, {"Content-Type": "text/plain"}, BUNDLE, 415, "not-supported", id="plain text"),
    pytest.param("POST", URL, {"Content-Type": "application/x-www-form-urlencoded"}, "a=b", 415, "not-supported", id="a form"),
    pytest.param("POST", URL, {"Content-Type": "multipart/form-data; boundary=x"}, "--x--", 415, "not-supported", id="a form with files"),
    pytest.param("POST", URL, {"Content-Type": ""}, BUNDLE, 415, "not-supported", id="no type"),
    pytest.param("POST", URL, {"Content-Type": "application/json; charset=latin-1"}, BUNDLE, 415, "not-supported", id="Latin-1"),
    pytest.param("POST", URL, {"Content-Type": "application/fhir+json; fhirVersion=5.0"}, BUNDLE, 415, "not-supported", id="R5"),
    pytest.param("POST", URL, FHIR | {"Content-Encoding": "br"}, BUNDLE, 415, "not-supported", id="a coding that is not read"),
    pytest.param("POST", URL, FHIR | GZIP, BUNDLE, 400, "structure", id="gzip that is none"),
    pytest.param("POST", URL, FHIR | GZIP, gzip.compress(BUNDLE.encode())[:-9], 400, "structure", id="gzip that ends early"),
    pytest.param("POST", URL, FHIR | GZIP, gzip.compress(BUNDLE.encode()) + b"x", 400, "structure", id="gzip with something behind"),
    pytest.param("POST", URL, FHIR | GZIP, gzip.compress(b" " * 200_001), 413, "too-long", id="a bomb"),
    pytest.param("POST", URL, FHIR | {"Accept": "application/fhir+xml"}, BUNDLE, 406, "not-supported", id="XML wanted"),
    pytest.param("POST", URL, FHIR | {"Accept": "text/html"}, BUNDLE, 406, "not-supported", id="HTML wanted"),
    pytest.param("POST", URL, FHIR | {"Accept": "application/fhir+json; fhirVersion=5.0"}, BUNDLE, 406, "not-supported", id="R5 wanted"),
    pytest.param("POST", URL, FHIR | {"Accept": "application/fhir+json;q=0"}, BUNDLE, 406, "not-supported", id="JSON unwanted"),
    pytest.param("POST", URL + "?_format=xml", FHIR, BUNDLE, 406, "not-supported", id="XML by _format"),
    pytest.param("POST", URL, FHIR, "x" * 200_001, 413, "too-long", id="too large"),
    pytest.param("POST", URL + "?asof=2026-01-01", FHIR, BUNDLE, 422, "invalid", id="a misspelled parameter"),
    pytest.param("POST", URL + "?asOf=2026-01-01&asOf=2026-01-02", FHIR, BUNDLE, 422, "invalid", id="a parameter twice"),
    pytest.param("POST", URL + "?asOf=yesterday", FHIR, BUNDLE, 422, "invalid", id="a moment that is none"),
    pytest.param("POST", URL + "?detail=everything", FHIR, BUNDLE, 422, "invalid", id="a detail that is none"),
]


@pytest.mark.parametrize(("method", "path", "headers", "body", "status", "code"), HTTP_ERRORS)
def test_an_http_error_is_an_operation_outcome(client, outcome_of, method, path, headers, body, status, code):
    response = client.open(path, method=method, headers=headers, data=body)
    assert response.status_code == status
    assert outcome_of(response)["issue"][0]["code"] == code


WRONG_QUERIES = [
    ("asof=2026-01-01", ["asof is no parameter of $assess; the query may hold asOf, subject, detail, _format and _pretty, each once"]),
    ("asOf=2026-01-01&asOf=2026-01-02", ["asOf stands more than once in the query"]),
    (
        f"{PATIENT_VALUE}=1",
        ["A name in the query is no parameter of $assess; the query may hold asOf, subject, detail, _format and _pretty"],
    ),
    ("a=1&b=2", ["a is no parameter", "b is no parameter"]),
]


@pytest.mark.parametrize(("query", "sentences"), WRONG_QUERIES)
def test_a_parameter_that_cannot_be_used_is_named_with_those_that_can(client, outcome_of, query, sentences):
    issues = outcome_of(client.post(f"{URL}?{query}", data=BUNDLE, headers=FHIR))["issue"]
    assert [issue["details"]["text"].startswith(sentence) for issue, sentence in zip(issues, sentences, strict=True)] == [True] * len(
        issues
    )


def test_an_address_where_there_is_nothing_names_what_there_is(client, outcome_of):
    (issue,) = outcome_of(client.post("/fhir/", data=BUNDLE, headers=FHIR))["issue"]
    assert "POST /fhir/$assess" in issue["details"]["text"]


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]


@pytest.mark.parametrize("method", METHODS)
def test_every_route_refuses_the_methods_it_does_not_take_and_names_those_it_takes(client, outcome_of, path_of, method):
    addresses = client.application.url_map.bind("localhost")
    paths = {path_of(client, rule) for rule in client.application.url_map.iter_rules()}
    taken = {path: set(addresses.allowed_methods(path)) for path in sorted(paths)}
    for path in [path for path, methods in taken.items() if method not in methods]:
        response = client.open(path, method=method)
        assert response.status_code == 405, path
        assert set(response.headers["Allow"].split(", ")) == taken[path]
        if method != "HEAD":
            assert outcome_of(response)["issue"][0]["code"] == "not-supported"


def test_every_route_answers_options_with_what_it_takes_and_nothing_else(client, path_of):
    for rule in client.application.url_map.iter_rules():
        response = client.options(path_of(client, rule))
        assert (response.status_code, response.data, response.content_type) == (204, b"", None), rule
        assert rule.methods <= set(response.headers["Allow"].split(", "))


def test_head_is_get_without_a_body_on_every_route(client, path_of):
    paths = [path_of(client, rule) for rule in client.application.url_map.iter_rules() if "GET" in rule.methods]
    for path in paths:
        with client.get(path) as whole, client.head(path) as head:
            assert head.data == b""
            assert (head.status_code, head.content_type) == (whole.status_code, whole.content_type), path


def every_kind(kind):
    return [kind, *(below for child in kind.__subclasses__() for below in every_kind(child))]


def an(kind):
    """An error of this kind, as its constructor wants it."""
    if issubclass(kind, errors.InvalidInput):
        return kind([Problem("no status", "Bundle.entry[0].resource.status"), Problem("no code", "Bundle.entry[1].resource.code")])
    if kind is errors.RulesetError:
        return kind([RulesetProblem("causes/a.yaml", 3, "unknown word")])
    return kind("it went wrong", expression="Bundle.entry[0]")


class FailingEvaluator:
    """The evaluator, but for its evaluations: they fail."""

    def __init__(self, evaluator, error):
        self._evaluator = evaluator
        self._error = error

    def __getattr__(self, name):
        return getattr(self._evaluator, name)

    def evaluate(self, *_, **__):
        raise self._error


@pytest.fixture
def failing(evaluator):
    def make(error) -> FlaskClient:
        return create_app(Settings(), FailingEvaluator(evaluator, error)).test_client()

    return make


@pytest.mark.parametrize("kind", every_kind(NuchalError), ids=lambda kind: kind.__name__)
def test_each_of_our_errors_has_its_status_and_code(failing, outcome_of, kind):
    error = an(kind)
    response = failing(error).post(URL, data=BUNDLE, headers=FHIR)
    outcome = outcome_of(response)
    assert response.status_code == kind.status
    assert {issue["code"] for issue in outcome["issue"]} == {kind.issue_code}
    assert [issue.get("expression", [None])[0] for issue in outcome["issue"]] == (
        [problem.expression for problem in error.problems] if isinstance(error, errors.InvalidInput) else [error.expression]
    )


@pytest.mark.parametrize(
    "error", [ValueError(PATIENT_VALUE), KeyError(PATIENT_VALUE), RecursionError(), MemoryError(), AssertionError(PATIENT_VALUE)]
)
def test_an_unexpected_error_tells_nothing_but_the_id_under_which_the_log_has_more(failing, outcome_of, caplog, error):
    response = failing(error).post(URL, data=BUNDLE, headers=FHIR)
    outcome = outcome_of(response)
    assert response.status_code == 500
    assert PATIENT_VALUE not in response.get_data(as_text=True)
    identifier = response.headers["X-Evaluation-Id"]
    assert identifier in outcome["issue"][0]["details"]["text"]
    failed = [logged for logged in caplog.records if logged.msg == "request_failed"]
    assert [logged.values["evaluation_id"] for logged in failed] == [identifier]
