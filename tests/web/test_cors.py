"""Pages of the origins that are named may call and read answers, errors too; the others may not, and no cookie is ever asked for."""

import pytest

from nuchal.config import Settings
from nuchal.web import create_app

OURS, SECOND, OTHER = "https://app.example.org", "https://second.example.org", "https://evil.example.org"
ASSESS = "/fhir/$assess"


@pytest.fixture
def client_for(evaluator):
    return lambda *origins: create_app(Settings(cors_origins=origins), evaluator).test_client()


def preflight(client, origin, headers="authorization,content-type", method="POST"):
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return client.options(ASSESS, headers=asked)


def test_a_page_of_a_named_origin_may_call(client_for):
    response = preflight(client_for(OURS, SECOND), OURS)
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == OURS
    assert {"POST"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))
    assert {"authorization", "content-type"} == set(response.headers["Access-Control-Allow-Headers"].lower().split(", "))
    assert response.headers["Access-Control-Max-Age"] == "600"


@pytest.mark.parametrize(
    "origin", [OTHER, "https://app.example.org.evil.example", "https://appXexample.org", "http://app.example.org", "null"]
)
def test_a_page_of_another_origin_may_not(client_for, origin):
    client = client_for(OURS, SECOND)
    for response in (preflight(client, origin), client.get("/fhir/metadata", headers={"Origin": origin})):
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Origin" in response.vary  # a cache must not give this answer to a page that may


@pytest.mark.parametrize(
    ("path", "status"), [("/openapi.json", 200), ("/nowhere", 404), (ASSESS, 405), ("/fhir/metadata?_format=xml", 406)]
)
def test_answers_and_errors_can_be_read_with_their_headers(client_for, path, status):
    response = client_for(OURS, SECOND).get(path, headers={"Origin": OURS})
    assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (status, OURS)
    assert {"X-Request-Id", "Retry-After", "WWW-Authenticate"} <= set(response.headers["Access-Control-Expose-Headers"].split(", "))
    assert "Origin" in response.vary


@pytest.mark.parametrize("origins", [(OURS,), ("*",), ("*", OURS)])
def test_no_cookie_is_ever_asked_for(client_for, origins):
    client = client_for(*origins)
    for response in (preflight(client, OURS), client.get("/nowhere", headers={"Origin": OURS})):
        assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_site_may_let_every_page_call(client_for):
    assert client_for("*").get("/nowhere", headers={"Origin": OTHER}).headers["Access-Control-Allow-Origin"] == "*"


def test_without_the_setting_no_page_may_call(client):
    response = client.get("/openapi.json", headers={"Origin": OURS})
    assert not [name for name in dict(response.headers) if name.startswith("Access-Control")]
