"""The real server, with the settings that are shipped: what only a socket can show."""

import contextlib
import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome

NUCHAL = [sys.executable, "-m", "nuchal.cli"]
GUNICORN = [sys.executable, "-m", "gunicorn", "--config", str(Path(__file__).parents[2] / "deploy" / "gunicorn.conf.py")]
PATH = "/fhir/$assess?asOf=2026-11-24"
JSON = {"Content-Type": "application/fhir+json"}
LIMIT = 300_000
PATIENCE = 20  # seconds
MARKER = "Qmarkerq7"


def raw(service, sent: bytes) -> tuple[int, bytes]:
    """Send bytes as they are; the status and body of the first response."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
        connection.sendall(sent)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response.read()


@pytest.fixture(scope="module")
def service(tmp_path_factory, run_service):
    with run_service(tmp_path_factory.mktemp("service")) as service:
        yield service


def test_twenty_at_once_are_answered_as_one_after_the_other(service, example):
    bodies = [example(name) for name in ("fever-and-stiff-neck", "numb-saddle", "stiff-shoulders", "only-two-pains")] * 5
    with ThreadPoolExecutor(20) as pool:
        at_once = list(pool.map(service.assess, bodies))
    assert at_once == [service.assess(body) for body in bodies]


def test_a_connection_serves_many_requests(service, example):
    with contextlib.closing(service.connection()) as connection:
        for _ in range(3):
            connection.request("POST", PATH, example("only-two-pains"), JSON)
            response = connection.getresponse()
            assert (response.status, response.will_close) == (200, False)
            response.read()


def test_clients_who_dawdle_do_not_keep_others_waiting(service, example):
    body = example("only-two-pains")
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        dawdlers = [stack.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE)) for _ in range(12)]
        for dawdler in dawdlers:
            dawdler.sendall(head + body[:100])
        started = time.monotonic()
        for _ in range(4):
            service.assess(body)
        assert time.monotonic() - started < 5
        for dawdler in dawdlers:
            dawdler.sendall(body[100:])
            response = http.client.HTTPResponse(dawdler)
            response.begin()
            assert response.status == 200


def test_a_chunked_body_is_read_like_any_other(service, example):
    body = example("numb-saddle")
    chunks = [body[start : start + 1000] for start in range(0, len(body), 1000)]
    status, _, answer = service.request("POST", PATH, iter(chunks), JSON, encode_chunked=True)
    assert (status, answer) == (200, service.assess(body))


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


def head(*lines: str, method: str = "POST", path: str = PATH) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", "Content-Type: application/fhir+json", *lines, "", ""]).encode()


BAD_REQUESTS = [
    pytest.param(head("Transfer-Encoding: chunked") + chunked(b" " * (LIMIT + 1)), 413, id="a chunked body that is too large"),
    pytest.param(head(f"Content-Length: {LIMIT + 1}") + b" " * (LIMIT + 1), 413, id="a body that is too large"),
    pytest.param(head("Content-Length: 99999999999"), 413, id="a body that is too large, announced only"),
    pytest.param(head("Transfer-Encoding: chunked") + b"zz\r\n" + MARKER.encode(), 400, id="a chunk without a size"),
    pytest.param(head("Transfer-Encoding: chunked") + b"5\r\nabcdefgh\r\n0\r\n\r\n", 400, id="a chunk of another size"),
    pytest.param(head(f"Content-Length: {MARKER}"), 400, id="a length that is none"),
    pytest.param(head("Content-Length: -1"), 400, id="a negative length"),
    pytest.param(head("Content-Length: 2", "Content-Length: 3") + b"{}", 400, id="two lengths"),
    pytest.param(head("Transfer-Encoding: rot13"), 400, id="a coding nobody knows"),
    pytest.param(head(f"X Y: {MARKER}"), 400, id="a header without a name"),
    pytest.param(head("X-Long: " + "x" * 20_000), 431, id="a header without end"),
    pytest.param(head(*(f"X-{number}: 1" for number in range(200))), 431, id="headers without end"),
    pytest.param(head(path="/" + "x" * 10_000), 414, id="an address without end"),
    pytest.param(head("Expect: miracles"), 417, id="an expectation"),
    pytest.param(f"{MARKER}\r\n\r\n".encode(), 400, id="no HTTP"),
    pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, id="TLS"),
    pytest.param(head("SCRIPT_NAME: /x", "Content-Length: 2") + b"{}", 400, id="a header for proxies"),
]


@pytest.mark.parametrize(("sent", "status"), BAD_REQUESTS)
def test_a_request_that_never_reaches_a_view_is_refused_with_an_operation_outcome(service, sent, status):
    found, body = raw(service, sent)
    assert found == status, body
    OperationOutcome.model_validate_json(body)
    assert MARKER not in body.decode()


LARGE = b" " * 17 * 1024**2
UNWANTED = [
    pytest.param(PATH, JSON, 413, id="too large"),
    pytest.param(PATH, {"Content-Type": "application/fhir+xml"}, 415, id="of a wrong type"),
    pytest.param("/fhir/", JSON, 404, id="at an address where there is nothing"),
]


@pytest.mark.parametrize(("path", "headers", "status"), UNWANTED)
def test_a_client_that_reads_only_when_it_has_sent_a_large_body_learns_why_nobody_wanted_it(service, example, path, headers, status):
    with contextlib.closing(service.connection()) as connection:
        connection.request("POST", path, LARGE, headers)
        response = connection.getresponse()
        assert response.status == status
        OperationOutcome.model_validate_json(response.read())
        connection.request("POST", PATH, example("only-two-pains"), JSON)
        assert connection.getresponse().status == 200


def test_a_body_that_will_not_be_read_to_its_end_closes_the_connection(service):
    with contextlib.closing(service.connection()) as connection:
        connection.putrequest("POST", PATH)
        connection.putheader("Content-Length", str(10**11))
        connection.endheaders()
        response = connection.getresponse()
        assert (response.status, response.headers["Connection"]) == (415, "close")


def test_a_client_that_leaves_early_harms_nobody(service, example):
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", service.port)) as connection:
            connection.sendall(head("Content-Length: 1000") + b"{")
    service.assess(example("only-two-pains"))


def test_the_log_is_json_and_holds_neither_paths_nor_queries_nor_what_could_not_be_parsed(service):
    service.request("GET", f"/fhir/Patient/{MARKER}?name={MARKER}", headers={"X-Request-Id": MARKER})
    raw(service, f"GET /{MARKER} HTTP/9.9\r\n\r\n".encode())
    lines = [json.loads(line) for line in service.log.splitlines()]
    assert {"service_loaded", "request_completed", "evaluation_completed"} <= {line["event"] for line in lines}
    assert MARKER not in service.log


def test_no_control_socket_is_opened(service):
    assert [path.name for path in service.folder.rglob("*") if path.is_socket()] == []


def test_on_sigterm_the_request_in_flight_is_answered_and_the_service_ends_well(tmp_path, run_service, example):
    body = example("only-two-pains")
    with run_service(tmp_path) as service, socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
        connection.sendall(head(f"Content-Length: {len(body)}") + body[:50])
        time.sleep(0.3)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.sendall(body[50:])
        response = http.client.HTTPResponse(connection)
        response.begin()
        assert response.status == 200
        assert service.process.wait(PATIENCE) == 0


def test_the_settings_in_deploy_are_the_same(tmp_path, run_service, example):
    with run_service(tmp_path, [*GUNICORN, "nuchal.wsgi:app"]) as service:
        assert json.loads(service.assess(example("only-two-pains")))["resourceType"] == "Bundle"


@pytest.fixture
def start_and_fail(tmp_path, service_environment):
    def start(command: list[str], **settings: str) -> tuple[int, str]:
        env = service_environment(tmp_path, **settings)
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)
        return done.returncode, done.stderr + done.stdout

    return start


REFUSED_STARTS = [
    pytest.param([*NUCHAL, "serve"], {"NUCHAL_HOST": "0.0.0.0"}, "NUCHAL_ALLOW_PUBLIC_BIND", id="public by setting"),
    pytest.param(
        [*GUNICORN, "nuchal.wsgi:app"], {"NUCHAL_HOST": "0.0.0.0"}, "NUCHAL_ALLOW_PUBLIC_BIND", id="public by setting of gunicorn"
    ),
    pytest.param([*GUNICORN, "--bind", "0.0.0.0:0", "nuchal.wsgi:app"], {}, "NUCHAL_ALLOW_PUBLIC_BIND", id="public by gunicorn's option"),
    pytest.param([*NUCHAL, "serve"], {"NUCHAL_PORT": "many"}, "NUCHAL_PORT must be a whole number", id="a port that is none"),
    pytest.param([*NUCHAL, "serve"], {"NUCHAL_RULESET": "nowhere"}, "nowhere", id="a ruleset that is not there"),
]


@pytest.mark.parametrize(("command", "settings", "sentence"), REFUSED_STARTS)
def test_a_start_that_is_refused_says_why_in_a_sentence(start_and_fail, a_free_port, command, settings, sentence):
    code, said = start_and_fail(command, NUCHAL_WORKERS="1", **({"NUCHAL_PORT": str(a_free_port())} | settings))
    assert code != 0
    assert sentence in said
    assert "Traceback" not in said


def test_a_port_in_use_is_said(start_and_fail, service):
    code, said = start_and_fail([*NUCHAL, "serve"], NUCHAL_PORT=str(service.port))
    assert code == 4
    assert f"port {service.port}" in said
    assert "Traceback" not in said
