"""How clients are spoken to: media types, layout, preferences, ids, and the headers of every answer."""

import pytest

URL = "/fhir/$assess?asOf=2026-11-24"
FHIR, JSON, TEXT_JSON = "application/fhir+json; fhirVersion=4.0", "application/json", "text/json"
R4, R5 = "application/fhir+json; fhirVersion=4.0", "application/fhir+json; fhirVersion=5.0"


def post(client, example, query="", **headers):
    return client.post(URL + query, data=example("only-two-pains"), headers={"Content-Type": "application/fhir+json", **headers})


# Accept, and what the answer is called; None is 406. http.html#mime-type, RFC 9110 12.5.1
ACCEPTED = [
    ("", FHIR),
    ("*/*", FHIR),
    ("application/*", FHIR),
    ("text/*", TEXT_JSON),
    ("application/fhir+json", FHIR),
    ("Application/FHIR+JSON", FHIR),
    ("application/json", JSON),
    ("text/json", TEXT_JSON),
    ("application/json, application/fhir+json", FHIR),
    ("application/json, application/fhir+json;q=0.9", JSON),
    ("application/json;q=0.1, */*;q=0.2", FHIR),
    ("application/fhir+json;q=0, */*", JSON),
    ("application/fhir+json;q=0, application/*", JSON),
    ("application/fhir+json;q=0, application/json;q=0, */*;q=0.1", TEXT_JSON),
    ("application/fhir+xml, application/fhir+json;q=0.2", FHIR),
    ("text/html, */*;q=0.1", FHIR),
    (R4, FHIR),
    ("application/fhir+json; fhirVersion=4.0.1", FHIR),
    (f"{R5}, {R4};q=0.5", FHIR),
    (f"{R5}, */*;q=0.1", FHIR),
    ("application/fhir+json; charset=utf-8", FHIR),
    ("application/json; charset=UTF-8", JSON),
    ("application/fhir+json; charset=iso-8859-1", None),
    (R5, None),
    ("application/fhir+xml", None),
    ("text/html", None),
    ("text/turtle, image/*", None),
    ("*/*;q=0", None),
    ("application/fhir+json;q=0", None),
]


@pytest.mark.parametrize(("accept", "kind"), ACCEPTED)
def test_the_answer_is_called_what_the_client_takes_most_gladly(client, example, accept, kind):
    response = post(client, example, Accept=accept)
    assert (response.status_code, response.content_type) == ((200, kind) if kind else (406, FHIR))
    assert "Accept" in response.vary


FORMATS = [
    ("json", FHIR),
    ("application/json", FHIR),
    ("application/fhir%2Bjson", FHIR),
    ("application/fhir+json", FHIR),
    ("text/json", FHIR),
    ("JSON", FHIR),
    ("application/fhir%2Bjson%3B%20fhirVersion%3D4.0", FHIR),
    ("application/fhir%2Bjson%3B%20fhirVersion%3D5.0", None),
    ("xml", None),
    ("text/html", None),
    ("ttl", None),
    ("", None),
]


@pytest.mark.parametrize(("wanted", "kind"), FORMATS)
@pytest.mark.parametrize("accept", ["application/fhir+xml", "application/json"])
def test_format_in_the_query_overrides_accept(client, example, wanted, kind, accept):
    response = post(client, example, f"&_format={wanted}", Accept=accept)
    assert response.status_code == (200 if kind else 406)
    assert not kind or response.content_type == kind


@pytest.mark.parametrize("path", ["/fhir/metadata", "/fhir/$assess"])
def test_every_route_of_fhir_refuses_who_takes_no_json(client, path, outcome_of):
    method = "GET" if path == "/fhir/metadata" else "POST"
    response = client.open(path, method=method, headers={"Accept": "application/fhir+xml"})
    assert response.status_code == 406
    assert outcome_of(response)["issue"][0]["code"] == "not-supported"


def test_an_error_has_the_layout_that_was_asked_for(client):
    plain, pretty = (
        client.post(f"/fhir/$assess?_pretty={pretty}", content_type="application/fhir+json").data for pretty in ("false", "true")
    )
    assert plain.count(b"\n") == 0 < pretty.count(b"\n")


@pytest.mark.parametrize(
    "preferred",
    [
        "return=minimal",
        "return=representation",
        "return=OperationOutcome",
        "handling=strict",
        "respond-async",
        "return=minimal; x, wait=10",
    ],
)
def test_a_preference_changes_nothing_because_an_operation_has_one_answer(client, example, preferred):
    response = post(client, example, Prefer=preferred)
    assert response.data == post(client, example).data
    assert "Preference-Applied" not in response.headers


PAGES = [
    ("/nowhere", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
    ("/nowhere", "*/*", JSON),
    ("/nowhere", "", JSON),
    ("/nowhere", "application/json", JSON),
    ("/fhir/nowhere/at/all", "text/html,*/*;q=0.8", FHIR),
    ("/cds-services/nowhere/at/all", "text/html,*/*;q=0.8", JSON),
]


@pytest.mark.parametrize(("path", "accept", "kind"), PAGES)
def test_an_error_is_in_the_language_of_the_client(client, path, accept, kind):
    response = client.get(path, headers={"Accept": accept})
    assert (response.status_code, response.content_type) == (404, kind)
    assert "There is nothing at this address" in response.text


def test_every_answer_says_what_browsers_may_do_with_it(client, path_of):
    paths = [path_of(client, rule) for rule in client.application.url_map.iter_rules() if "GET" in rule.methods]
    for path in [*paths, "/nowhere", "/fhir/nowhere/at/all", "/fhir/$assess"]:
        with client.get(path) as response:
            headers = response.headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["Content-Security-Policy"].startswith("default-src 'none'"), path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"], path
        assert headers["Cache-Control"], path


GIVEN_IDS = [
    pytest.param("7b1f", "7b1f", None, id="a plain token comes back"),
    pytest.param("order 7 / a?b", None, "order 7 / a?b", id="another text comes back under another name"),
    pytest.param("x" * 65, None, "x" * 65, id="so does a long one"),
    pytest.param("x" * 201, None, None, id="but not one without end"),
    pytest.param("\u00e4", None, None, id="nor what is not ASCII"),
    pytest.param("", None, None, id="nothing given"),
]


@pytest.mark.parametrize(("given", "request_id", "correlation_id"), GIVEN_IDS)
def test_the_id_of_a_client_comes_back(client, given, request_id, correlation_id):
    headers = client.get("/nowhere", headers={"X-Request-Id": given} if given else {}).headers
    assert headers["X-Request-Id"] == (request_id or headers["X-Evaluation-Id"])
    assert headers.get("X-Correlation-Id") == correlation_id
