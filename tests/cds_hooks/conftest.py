"""A client of the cards, charts in the words of SNOMED CT, a store in SQLite, and a FHIR server of a few lines."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from nuchal.cds_hooks import SERVICES, Addresses, CardService, FhirServers
from nuchal.config import Settings
from nuchal.evaluation import Evaluator
from nuchal.store import Store
from nuchal.store.records import Feedback
from nuchal.web import create_app

REPOSITORY = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)
AS_OF = "2026-11-24T12:00:00Z"
SERVICE = SERVICES["back-pain-headache"]
AT_START = SERVICES["back-pain-headache-encounter-start"]
SNOMED = "http://snomed.info/sct"
WORDS = {
    "headache": "25064002",
    "back pain": "161891005",
    "stiff neck": "161882006",
    "fever": "386661006",
    "photophobia": "409668002",
    "nausea": "422587007",
}


def patient(identity: str = "p", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": identity, "gender": "female", "birthDate": "1990-02-01"} | more


def observed(word: str, *, present: bool = True, identity: str | None = None, whose: str = "p", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": identity or word.replace(" ", "-"),
        "status": "final",
        "subject": {"reference": f"Patient/{whose}"},
        "code": {"coding": [{"system": SNOMED, "code": WORDS[word]}], "text": word},
        "effectiveDateTime": "2026-11-24T08:00:00Z",
        "valueBoolean": present,
    } | more


def condition(code: str, *, clinical: str = "active", verification: str = "confirmed", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": f"c{code}".replace(".", "-"),
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]},
        "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": clinical}]},
        "verificationStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": verification}]},
        "recordedDate": "2026-11-23",
    } | more


def searchset(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    entries = {"entry": [{"resource": resource} for resource in resources]} if resources else {}
    return {"resourceType": "Bundle", "type": "searchset"} | entries | more


PAINS = (observed("headache"), observed("back pain"))
MENINGITIS = (*PAINS, observed("stiff neck"), observed("fever"), observed("photophobia"))
URGENT = (*PAINS, observed("fever"))


def prefetch_of(*resources: dict[str, Any], service=SERVICE, the_patient: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a client would send for a chart of these resources: every key, null where there is nothing."""
    found: dict[str, Any] = {}
    for template in service.templates:
        mine = [resource for resource in resources if resource["resourceType"] == template.resource_type]
        found[template.key] = searchset(*mine) if mine else None
    return found | {"patient": the_patient or patient()}


def call_of(*resources: dict[str, Any], prefetch: Any = ..., context: Any = ..., service=SERVICE, **more: Any) -> dict[str, Any]:
    """A call for a chart of these resources."""
    usual = {"userId": "Practitioner/weber", "patientId": "p", "encounterId": "e"}
    call = {
        "hook": service.hook.value,
        "hookInstance": str(uuid4()),
        "context": usual if context is ... else context,
        "prefetch": prefetch_of(*resources, service=service) if prefetch is ... else prefetch,
    } | more
    return {name: value for name, value in call.items() if value is not ...}


def rule_page(rule: str) -> str:
    return f"https://nuchal.example.org/rules/{rule}"


class Desk:
    """Calls the service below the web."""

    def __init__(self, evaluator: Evaluator, store: Store, servers: FhirServers | None = None) -> None:
        self.store = store
        self.failures: list[Exception] = []
        self.cards = CardService(evaluator, servers or FhirServers([], seconds=1, most_bytes=1_000_000), store, self.failures.append)

    def answer(self, call: dict[str, Any], service=SERVICE, *, now: datetime = NOW, as_of: str | None = None) -> dict[str, Any]:
        return self.cards.answer(call, service, Addresses(rule_page=rule_page), now=now, as_of=as_of).body

    def ask(self, *resources: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        return self.answer(call_of(*resources, **more))["cards"]

    def answer_card(self, card: dict[str, Any], outcome: str = "overridden") -> None:
        self.store.feedback.write(
            [
                Feedback(
                    card=card["uuid"],
                    outcome=outcome,
                    suggestions=(),
                    reason_system=None,
                    reason_code=None,
                    comment=None,
                    at=NOW,
                    received=NOW,
                )
            ]
        )


@pytest.fixture(scope="session")
def kept(tmp_path_factory) -> Iterator[Store]:
    """One store for all tests: to make its tables takes longer than most of them."""
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('store') / 'nuchal.db'}")
    yield store
    store.database._engine.dispose()


@pytest.fixture
def store(kept) -> Store:
    """The store, empty."""
    kept.cards.forget(before=datetime(2100, 1, 1, tzinfo=UTC), most=1_000_000)
    return kept


@pytest.fixture
def desk(evaluator, store) -> Desk:
    return Desk(evaluator, store)


def told(body: dict[str, Any]) -> dict[str, Any]:
    """What the extension of a response says."""
    return body["extension"]["org.example.nuchal.evaluation"]


class Client:
    """Posts to the whole application."""

    def __init__(self, flask: FlaskClient, store: Store) -> None:
        self.flask = flask
        self.store = store

    def call(self, call: Any, service: str = SERVICE.id, **more: Any):
        body = call if isinstance(call, bytes) else json.dumps(call)
        return self.flask.post(f"/cds-services/{service}?asOf={AS_OF}", data=body, **({"content_type": "application/json"} | more))

    def feedback(self, *items: Any, service: str = SERVICE.id, body: Any = None):
        return self.flask.post(f"/cds-services/{service}/feedback", json=body if body is not None else {"feedback": list(items)})


@pytest.fixture(scope="session")
def application(evaluator, kept) -> Any:
    return create_app(Settings(max_body_bytes=1_000_000, database_url=kept.database.place), evaluator)


@pytest.fixture
def client(application, store) -> Client:
    return Client(application.test_client(), store)


@pytest.fixture
def example() -> Callable[[str], Any]:
    return lambda name: json.loads((REPOSITORY / "examples" / "cds_hooks" / f"{name}.json").read_text())


class FhirServer:
    """Answers reads and searches by patient from a list of resources; `paths` are what it was asked."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}/fhir"
        self.resources: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.odd: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}  # by type: answers in its own way

    def reply(self, handler: BaseHTTPRequestHandler, body: Any, status: int = 200, **headers: str) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in ({"Content-Type": "application/fhir+json", "Content-Length": str(len(raw))} | headers).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(raw)

    def get(self, handler: BaseHTTPRequestHandler) -> None:
        self.paths.append(handler.path)
        self.headers.append(dict(handler.headers))
        kind, _, identity = urlsplit(handler.path).path.removeprefix("/fhir/").partition("/")
        mine = [one for one in self.resources if one["resourceType"] == kind and (not identity or one["id"] == identity)]
        if kind in self.odd:
            self.odd[kind](handler)
        elif identity:
            self.reply(handler, mine[0] if mine else {"resourceType": "OperationOutcome", "issue": []}, 200 if mine else 404)
        else:
            self.reply(handler, searchset(*mine))


@contextmanager
def running_server() -> Iterator[FhirServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            fhir.get(self)

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64  # a hook asks for all keys at once

        def handle_error(self, request, client_address):
            """Whoever gave up in time has closed the connection."""

    server = Server(("127.0.0.1", 0), Handler)
    fhir = FhirServer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fhir
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def fhir() -> Iterator[FhirServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def reaching(evaluator, store) -> Callable[..., Desk]:
    """A desk that may call a FHIR server."""

    def make(server: FhirServer, seconds: float = 8, most_bytes: int = 1_000_000) -> Desk:
        return Desk(evaluator, store, FhirServers([server.base], seconds=seconds, most_bytes=most_bytes))

    return make


TOKEN = "secret-token-4711"


def access_to(server: FhirServer, **more: Any) -> dict[str, Any]:
    """The fields of a call that open `server`."""
    authorization = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read", "subject": "nuchal"}
    return {"fhirServer": server.base, "fhirAuthorization": authorization | more}


def ago(**span: float) -> str:
    return (NOW - timedelta(**span)).isoformat()


def waiting(seconds: float) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda _: time.sleep(seconds)


@pytest.fixture(scope="session")
def h() -> SimpleNamespace:
    """The helpers of this file by name, since tests import only the package."""
    helpers = [patient, observed, condition, searchset, prefetch_of, call_of, access_to, ago, waiting, told, rule_page, Desk]
    values = {
        "PAINS": PAINS,
        "MENINGITIS": MENINGITIS,
        "URGENT": URGENT,
        "SERVICE": SERVICE,
        "AT_START": AT_START,
        "NOW": NOW,
        "TOKEN": TOKEN,
    }
    return SimpleNamespace(**{helper.__name__: helper for helper in helpers}, **values)
