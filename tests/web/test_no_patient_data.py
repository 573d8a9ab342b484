"""Nothing of a patient in logs, metrics or errors, whatever goes wrong, on every route: a marker stands wherever a client can write."""

import copy
import gzip
import json
import logging

import pytest

from nuchal.config import Settings
from nuchal.errors import StoreUnavailable
from nuchal.logs import JsonLines
from nuchal.web import create_app
from nuchal.web.openapi import document

MARKER = "Qzmarker7731"
MOST_PLACES = 120  # of one example that are spoiled, spread evenly
HEADERS = {
    "Authorization": f"Bearer {MARKER}",
    "Cookie": f"session={MARKER}",
    "If-None-Match": f'"{MARKER}"',
    "Origin": f"https://{MARKER}.example.org",
    "Prefer": f"return={MARKER}",
    "Referer": f"https://ehr.example.org/Patient/{MARKER}",
    "User-Agent": MARKER,
    "X-Forwarded-For": MARKER,
}
BODIES = {
    "cut off": f'{{"resourceType": "{MARKER}',
    "a text": f'"{MARKER}"',
    "another resource": json.dumps({"resourceType": MARKER, "id": MARKER}),
    "a name twice": f'{{"{MARKER}": 1, "{MARKER}": 2}}',
    "XML": f"<Patient><id value='{MARKER}'/></Patient>",
    "a form": f"{MARKER}={MARKER}&bundle={MARKER}",
    "bytes": MARKER.encode("utf-16"),
    "no gzip": MARKER.encode(),
    "too large": MARKER * 20_000,
}


@pytest.fixture
def logged():
    """The lines of the log, as the service writes them."""
    lines = []
    handler = logging.Handler(logging.DEBUG)
    handler.emit = lambda record: lines.append(JsonLines().format(record))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


class Failing:
    """The evaluator, whose evaluations fail with the marker in the message."""

    def __init__(self, evaluator, error):
        self._evaluator, self._error = evaluator, error

    def __getattr__(self, name):
        return getattr(self._evaluator, name)

    def evaluate(self, *_, **__):
        raise self._error


@pytest.fixture(scope="module")
def client(evaluator):
    return create_app(Settings(max_body_bytes=100_000, cors_origins=("https://app.example.org",)), evaluator).test_client()


def send(client, method, path, **more):
    """Send; hold the answer to the rule unless it is one, and give it back."""
    with client.open(path, method=method, **more) as response:
        if response.status_code >= 400:
            assert MARKER not in response.get_data(as_text=True), (method, path)
        assert MARKER not in str(response.headers), (method, path)
        return response.status_code


def nothing_told(client, logged):
    assert [line for line in logged if MARKER in line] == []
    assert any("request_completed" in line for line in logged)
    assert MARKER not in client.get("/metrics").get_data(as_text=True)


def test_every_route_with_the_marker_in_path_query_and_headers(client, logged):
    paths = {f"/{MARKER}", f"/fhir/Patient/{MARKER}", f"/fhir/{MARKER}", f"/cds-services/{MARKER}", f"/rules/{MARKER}"}
    for rule in client.application.url_map.iter_rules():
        paths.add(client.application.url_map.bind("localhost").build(rule.endpoint, dict.fromkeys(rule.arguments, MARKER)))
    for path in sorted(paths):
        for method in ("GET", "HEAD", "POST", "DELETE", "OPTIONS", MARKER):
            for query in ("", f"?{MARKER}={MARKER}", f"?_format={MARKER}", f"?asOf={MARKER}&url={MARKER}&_id={MARKER}&_count={MARKER}"):
                send(client, method, path + query, headers=HEADERS | {"Accept": f"text/{MARKER}, */*"})
    nothing_told(client, logged)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_every_route_that_reads_a_body_with_one_that_it_cannot_use(client, logged, path_of, body):
    kinds = [
        "application/fhir+json",
        "application/json",
        "application/x-www-form-urlencoded",
        f"text/{MARKER}",
        f"application/json; charset={MARKER}",
    ]
    cut_gzip = gzip.compress(body.encode() if isinstance(body, str) else body)[:-3]
    statuses = set()
    for path in [path_of(client, rule) for rule in client.application.url_map.iter_rules() if "POST" in rule.methods]:
        for kind in kinds:
            statuses.add(send(client, "POST", path, data=body, headers={"Content-Type": kind}))
            for coding, sent in [("gzip", body), ("gzip", cut_gzip), (MARKER, body)]:
                statuses.add(send(client, "POST", path, data=sent, headers={"Content-Type": kind, "Content-Encoding": coding}))
    assert {400, 415} <= statuses
    nothing_told(client, logged)


def places(value, path=()):
    """The path of every plain value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inner is None:
        yield path
        return
    for key, below in inner:
        yield from places(below, (*path, key))


def with_marker(value, path):
    """`value` with the marker at `path`."""
    spoiled = copy.deepcopy(value)
    holder = spoiled
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = MARKER
    return spoiled


def requests_of(client):
    """(path, media type, body, query) of each example in the document that is JSON."""
    for path, methods in document(client.application)["paths"].items():
        for operation in methods.values():
            told = {parameter["name"]: parameter["example"] for parameter in operation.get("parameters", []) if "example" in parameter}
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                for example in content.get("examples", {}).values():
                    filled = path
                    for name, value in told.items():
                        filled = filled.replace(f"{{{name}}}", str(value))
                    yield filled, kind, example["value"]


def test_every_example_of_the_document_with_the_marker_in_each_of_its_places(client, logged):
    statuses = set()
    for path, kind, value in requests_of(client):
        found = list(places(value)) if not isinstance(value, str) else []
        for place in found[:: -(-len(found) // MOST_PLACES) or 1]:
            body = with_marker(value, place)
            sent = json.dumps(body) if kind.endswith("json") else body
            statuses.add(send(client, "POST", path, data=sent, content_type=kind))
    assert {200, 422} <= statuses
    nothing_told(client, logged)


@pytest.mark.parametrize("kind", [ValueError, KeyError, RuntimeError, UnicodeError, MemoryError, AssertionError])
def test_a_fault_of_ours_on_every_route_that_evaluates(evaluator, logged, kind):
    client = create_app(Settings(), Failing(evaluator, kind(f"failed on {MARKER}"))).test_client()
    statuses = {
        send(client, "POST", path, data=json.dumps(value) if media.endswith("json") else value, content_type=media)
        for path, media, value in requests_of(client)
    }
    assert 500 in statuses
    nothing_told(client, logged)


def test_an_audit_that_cannot_be_written_on_every_route_that_evaluates(evaluator, logged, tmp_path, monkeypatch):
    def fail(*_):
        raise StoreUnavailable("the store cannot be written to") from RuntimeError(f"INSERT {MARKER}")

    settings = Settings(database_url=f"sqlite:///{tmp_path}/nuchal.db", audit_required=True)
    client = create_app(settings, evaluator).test_client()
    monkeypatch.setattr("nuchal.store.audit.Audit.write", fail)
    statuses = set()
    for path, media, value in requests_of(client):
        body = json.dumps(value).replace("Patient/", f"Patient/{MARKER}") if media.endswith("json") else value
        statuses.add(send(client, "POST", path, data=body, content_type=media))
    assert 503 in statuses
    nothing_told(client, logged)
