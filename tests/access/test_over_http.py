"""The whole application where it is said who may call: which routes ask for a token, and what those learn who have none."""

import json

import pytest

from nuchal.config import Settings
from nuchal.errors import ConfigurationError, NuchalError
from nuchal.web import create_app

PUBLIC_URL = "https://nuchal.hospital.example.org"
FHIR_FILE = """
[[fhir]]
issuer = "https://login.hospital.example.org"
audience = "https://nuchal.hospital.example.org/fhir"
scopes = "system/*.read"
keys = "server.json"
"""
CDS_FILE = """
[[cds_hooks]]
issuer = "https://ehr.example.org"
keys = "ehr.json"
"""
ASSESS = "/fhir/$assess?asOf=2026-11-24"
DISCOVERY = "/cds-services"
BUNDLE = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Patient", "id": "p"}}]})


@pytest.fixture
def app_with(tmp_path, evaluator, server, ehr):
    def make(text=FHIR_FILE + CDS_FILE, **settings):
        (tmp_path / "server.json").write_bytes(server().jwks)
        (tmp_path / "ehr.json").write_bytes(ehr().jwks)
        (tmp_path / "access.toml").write_text(text)
        return create_app(Settings(**({"access": tmp_path / "access.toml", "public_url": PUBLIC_URL} | settings)), evaluator)

    return make


@pytest.fixture
def client(app_with):
    return app_with().test_client()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def assess(client, headers):
    return client.post(ASSESS, data=BUNDLE, headers={"Content-Type": "application/fhir+json"} | headers)


def test_a_token_opens_the_operation(client, server):
    assert assess(client, bearer(server().token())).status_code == 200


def test_a_token_of_a_client_opens_the_url_that_it_is_made_for_once(client, ehr):
    token = ehr().token(aud=PUBLIC_URL + DISCOVERY)
    assert client.get(DISCOVERY, headers=bearer(token)).status_code == 200
    assert client.get(DISCOVERY, headers=bearer(token)).status_code == 401


def test_another_host_in_the_request_does_not_make_a_token_fit(client, ehr):
    token = ehr().token(aud="https://other.example.org" + DISCOVERY)
    assert client.get(DISCOVERY, headers=bearer(token) | {"Host": "other.example.org"}).status_code == 401


CHALLENGES = [
    pytest.param(lambda _s, _e: {}, 401, "Bearer", id="nothing"),
    pytest.param(lambda _s, _e: {"Authorization": "Bearer"}, 401, "Bearer", id="no token"),
    pytest.param(lambda _s, _e: {"Authorization": "Basic bWU6c2VjcmV0"}, 401, "Bearer", id="a password"),
    pytest.param(lambda _s, _e: {"Authorization": "Bearer x.y.z"}, 401, 'Bearer error="invalid_token"', id="no JWT"),
    pytest.param(lambda s, _e: bearer(s.token(aud="x")), 401, 'Bearer error="invalid_token"', id="made for somebody else"),
    pytest.param(lambda _s, e: bearer(e.token()), 401, 'Bearer error="invalid_token"', id="of a CDS Hooks client"),
    pytest.param(
        lambda s, _e: bearer(s.token(scope="x")), 403, 'Bearer error="insufficient_scope", scope="system/*.read"', id="without scope"
    ),
]


@pytest.mark.parametrize(("headers", "status", "challenge"), CHALLENGES)
def test_who_has_no_token_that_holds_is_challenged(client, server, ehr, headers, status, challenge):
    response = assess(client, headers(server(), ehr()))
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (status, challenge)
    assert response.content_type == "application/fhir+json; fhirVersion=4.0"
    (issue,) = response.json["issue"]
    assert issue["code"] == {401: "login", 403: "forbidden"}[status]


def test_a_client_of_cds_hooks_learns_no_reason(client, ehr, server):
    refused = [{}, {"Authorization": "Bearer x"}, bearer(ehr().token(aud="x")), bearer(server().token()), bearer(ehr().token(exp=0))]
    answers = [client.get(DISCOVERY, headers=headers) for headers in refused]
    assert {(answer.status_code, answer.headers["WWW-Authenticate"], answer.content_type, answer.data) for answer in answers} == {
        (401, "Bearer", "application/json", answers[0].data)
    }


PUBLIC = {
    "/openapi.json",
    "/fhir/metadata",
    "/fhir/<definition_type:kind>",
    "/fhir/<definition_type:kind>/<identifier>",
    "/health/live",
    "/health/ready",
    "/cds-services/icon.png",
}


def test_every_route_but_those_of_this_list_asks_for_a_token(client):
    """A route that is to be public stands here on purpose."""
    for rule in client.application.url_map.iter_rules():
        path = client.application.url_map.bind("localhost").build(rule.endpoint, dict.fromkeys(rule.arguments, "x"))
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            with client.open(path, method=method) as response:
                is_open = response.status_code != 401
                assert is_open == (rule.rule in PUBLIC or rule.rule.startswith(("/rules", "/static"))), (method, rule.rule)


def test_options_asks_nobody_because_browsers_send_no_token_with_it(client):
    assert client.options("/fhir/$assess").status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/fhir/Patient/1/x", 404), ("GET", "/fhir/$assess", 405), ("GET", "/nowhere", 404)]
)
def test_where_there_is_nothing_everybody_learns_that(client, method, path, status):
    assert client.open(path, method=method).status_code == status


def test_a_part_that_names_nobody_is_closed(app_with, server):
    only_cds = app_with(CDS_FILE).test_client()
    assert assess(only_cds, bearer(server().token())).status_code == 401


def test_keys_that_cannot_be_had_are_no_fault_of_the_token(app_with, server):
    app = app_with(FHIR_FILE.replace("server.json", "https://127.0.0.1:1/keys"))
    response = assess(app.test_client(), bearer(server().token()))
    assert response.status_code == 503
    assert response.json["issue"][0]["code"] == "transient"


def test_while_the_store_is_down_nobody_is_let_in_by_a_token_that_may_have_been_used(app_with, ehr, tmp_path):
    (tmp_path / "no-folder").touch()
    client = app_with(database_url=f"sqlite:///{tmp_path / 'no-folder' / 'nuchal.db'}").test_client()
    response = client.get(DISCOVERY, headers=bearer(ehr().token(aud=PUBLIC_URL + DISCOVERY)))
    assert response.status_code == 503
    assert response.json["issue"][0]["code"] == "transient"


def test_the_document_tells_of_the_tokens(client):
    document = client.get("/openapi.json").json
    assert document["servers"] == [{"url": PUBLIC_URL}]
    operations = {path: operation for path, methods in document["paths"].items() for operation in methods.values()}
    assert operations["/fhir/$assess"]["security"] == [{"bearer": []}]
    assert {"401", "403", "503"} <= operations["/fhir/$assess"]["responses"].keys()
    assert "security" not in operations["/fhir/metadata"]
    assert operations[DISCOVERY]["security"] == [{"cdsClient": []}]


def test_cds_hooks_clients_want_a_public_url(app_with):
    with pytest.raises(ConfigurationError, match="NUCHAL_PUBLIC_URL must be set"):
        app_with(public_url="")


def test_a_service_whose_settings_of_access_cannot_be_used_does_not_start(app_with):
    with pytest.raises(NuchalError, match="issuer: is missing"):
        app_with("[[fhir]]\n")


def limited(app_with, **settings):
    return app_with(rate_limit="3 per hour", **settings).test_client()


def test_callers_are_counted_one_by_one(app_with, server):
    client = limited(app_with)
    first, second = (server().token(sub=name) for name in ("first", "second"))
    assert [assess(client, bearer(first)).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    assert assess(client, bearer(server().token(sub="first"))).status_code == 429  # another token of the same caller
    assert assess(client, bearer(second)).status_code == 200


def test_who_comes_too_often_is_told_when_to_come_back(app_with, server):
    client = limited(app_with)
    *_, response = (assess(client, bearer(server().token())) for _ in range(4))
    assert response.status_code == 429
    assert 3000 < int(response.headers["Retry-After"]) <= 3600
    assert response.json["issue"][0]["code"] == "throttled"
    assert response.content_type == "application/fhir+json; fhirVersion=4.0"


def test_wrong_tokens_are_counted_by_address(app_with, server):
    client = limited(app_with)
    assert [assess(client, {"Authorization": "Bearer x"}).status_code for _ in range(5)] == [401, 401, 401, 429, 429]
    assert assess(client, bearer(server().token())).status_code == 200


def test_an_issuer_may_have_a_limit_of_its_own(app_with, server, ehr):
    client = limited(app_with, text=FHIR_FILE + 'rate_limit = "1 per hour"\n' + CDS_FILE)
    assert [assess(client, bearer(server().token())).status_code for _ in range(2)] == [200, 429]
    assert [client.get(DISCOVERY, headers=bearer(ehr().token(aud=PUBLIC_URL + DISCOVERY))).status_code for _ in range(4)] == [
        200,
        200,
        200,
        429,
    ]


def test_whoever_looks_after_the_service_is_not_counted(app_with):
    client = limited(app_with)
    assert {client.get("/health/live").status_code for _ in range(10)} == {200}


@pytest.mark.parametrize(("proxies", "statuses"), [(0, [200, 200, 200, 429]), (1, [200] * 4)])
def test_addresses_behind_a_proxy_are_told_apart_only_when_it_is_trusted(app_with, proxies, statuses):
    client = limited(app_with, trusted_proxies=proxies)
    assert [client.get("/openapi.json", headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code for number in range(4)] == statuses


def test_what_a_client_writes_before_the_proxies_is_not_believed(app_with):
    client = limited(app_with, trusted_proxies=1)
    forged = [
        client.get("/openapi.json", headers={"X-Forwarded-For": f"192.0.2.{number}, 198.51.100.7"}).status_code for number in range(4)
    ]
    assert forged == [200, 200, 200, 429]


def test_tokens_and_callers_are_in_no_log(client, server, caplog):
    caplog.set_level("DEBUG")
    token = server().token(sub="Zyxw-Marker-4711")
    assess(client, bearer(token))
    assess(client, bearer(token[:-4]))
    assert caplog.records
    logged = " ".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "Zyxw-Marker-4711" not in logged
    assert token[:40] not in logged
