"""nginx with the very configuration of deploy/ in front of the real service: TLS, limits, slow clients, and the shape of every error."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
TEMPLATE = (Path(__file__).parents[2] / "deploy" / "nginx" / "nuchal.conf.template").read_text()
EXAMPLES = Path(__file__).parents[2] / "examples"
PATH = "/fhir/$assess?asOf=2026-11-24"
FHIR = {"Content-Type": "application/fhir+json"}
NAME = "nuchal.example.org"
MARKER = "Qmarkerq7"
CERTIFICATE = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
CERTIFICATE += ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]

pytestmark = [pytest.mark.service, pytest.mark.skipif(not NGINX, reason="nginx is not on this machine")]

AROUND = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/main.log warn;
{user}
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/nuchal.conf;
}}
"""


def rendered(**values):
    """The template as envsubst fills it in."""
    return re.sub(r"\$\{(PROXY_\w+)\}", lambda name: str(values[name.group(1)]), TEMPLATE)


@dataclass
class Proxy:
    port: int
    folder: Path
    context: ssl.SSLContext

    def connect(self):
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        return self.context.wrap_socket(raw, server_hostname=NAME)

    def raw(self, sent):
        """Send bytes as they are; status, headers and body of the first answer."""
        with self.connect() as connection:
            connection.sendall(sent)
            response = http.client.HTTPResponse(connection)
            response.begin()
            return response.status, response.headers, response.read()

    def request(self, method, path, body=b"", headers=FHIR):
        lines = "".join(f"{name}: {value}\r\n" for name, value in ({"Host": NAME, "Content-Length": len(body)} | headers).items())
        return self.raw(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)


@contextlib.contextmanager
def proxied(folder, port, upstream):
    subprocess.run(
        [*CERTIFICATE, "-keyout", folder / "server.key", "-out", folder / "server.crt"],
        check=True,
        capture_output=True,
    )
    values = {"PROXY_LISTEN": f"127.0.0.1:{port}", "PROXY_NAME": NAME, "PROXY_TLS": folder, "PROXY_LOGS": folder}
    (folder / "nuchal.conf").write_text(rendered(**values, PROXY_UPSTREAM=f"127.0.0.1:{upstream}"))
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user="user root;" if os.geteuid() == 0 else ""))
    command = [NGINX, "-p", folder, "-e", folder / "main.log", "-c", folder / "nginx.conf"]
    assert subprocess.run([*command, "-t"], capture_output=True, text=True, check=False).returncode == 0, (folder / "main.log").read_text()
    with subprocess.Popen(command) as process:
        proxy = Proxy(port, folder, ssl.create_default_context(cafile=folder / "server.crt"))
        try:
            for _ in range(100):
                with contextlib.suppress(OSError):
                    proxy.connect().close()
                    break
                time.sleep(0.05)
            yield proxy
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(30)


@pytest.fixture(scope="module")
def service(tmp_path_factory, run_service):
    with run_service(tmp_path_factory.mktemp("service"), NUCHAL_MAX_BODY_BYTES=str(16 * 1024**2), NUCHAL_TRUSTED_PROXIES="1") as service:
        yield service


@pytest.fixture(scope="module")
def proxy(tmp_path_factory, a_free_port, service):
    with proxied(tmp_path_factory.mktemp("proxy"), a_free_port(), service.port) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def body():
    return (EXAMPLES / "numb-saddle.json").read_bytes()


def test_an_answer_through_the_proxy_is_the_answer_of_the_service(proxy, service, body):
    status, headers, answer = proxy.request("POST", PATH, body, FHIR | {"X-Request-Id": "r-17"})
    assert (status, answer) == (200, service.assess(body))
    assert headers["X-Request-Id"] == "r-17"
    assert headers.get_all("Cache-Control") == ["no-store"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "nginx/" not in headers["Server"]


OLD = [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1]


@pytest.mark.parametrize("version", OLD)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_tls_is_refused(proxy, version):
    context = ssl.create_default_context(cafile=proxy.folder / "server.crt")
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as raw, pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(raw, server_hostname=NAME)


def outcome(status, headers, answer):
    """Status and issue code of an error, held to the one shape that all errors have."""
    assert headers.get_content_type() == "application/fhir+json"
    assert headers.get_all("Cache-Control") == ["no-store"]
    assert headers["Strict-Transport-Security"]
    return status, OperationOutcome.model_validate_json(answer).issue[0].code


def head(*lines, path=PATH):
    return "\r\n".join([f"POST {path} HTTP/1.1", f"Host: {NAME}", "Content-Type: application/fhir+json", *lines, "", ""]).encode()


REFUSED = [
    pytest.param(head(f"Content-Length: {17 * 1024**2}"), (413, "too-long"), id="a body that is too large"),
    pytest.param(head("Content-Length: many"), (400, "structure"), id="a length that is none"),
    pytest.param(head("X-Long: " + "x" * 20_000), (400, "structure"), id="headers without end"),
    pytest.param(head(path="/" + "x" * 9_000), (414, "too-long"), id="an address without end"),
    pytest.param(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", (404, "not-found"), id="what is for whoever stands inside"),
]


@pytest.mark.parametrize(("sent", "wanted"), REFUSED)
def test_what_the_proxy_refuses_has_the_shape_of_every_other_error(proxy, sent, wanted):
    assert outcome(*proxy.raw(sent)) == wanted


def test_a_body_just_below_the_limit_reaches_the_service_and_no_disk(proxy, body):
    wide = body.rstrip()[:-1] + b" " * (15 * 1024**2) + b"}"
    assert proxy.request("POST", PATH, wide)[0] == 200
    assert "temporary file" not in (proxy.folder / "main.log").read_text()


def test_plain_http_is_told_so(proxy):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)) as connection:
        connection.request("GET", "/health/live")
        response = connection.getresponse()
        assert outcome(response.status, response.headers, response.read()) == (400, "security")


def in_flight(service):
    text = service.request("GET", "/metrics")[2].decode()
    return float(re.search(r"^nuchal_requests_in_flight (\S+)", text, re.MULTILINE).group(1))


def test_slow_clients_wait_at_the_proxy_and_never_occupy_the_service(proxy, service, body):
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(proxy.connect()) for _ in range(40)]
        for connection in slow:
            connection.sendall(head(f"Content-Length: {len(body)}") + body[:100])
        time.sleep(0.3)
        assert in_flight(service) == 1  # the one that asks
        started = time.monotonic()
        assert proxy.request("POST", PATH, body)[0] == 200
        assert time.monotonic() - started < 3
        for connection in slow[:3]:
            connection.sendall(body[100:])
            response = http.client.HTTPResponse(connection)
            response.begin()
            assert response.status == 200


def test_too_many_at_once_are_asked_to_come_back(proxy):
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: proxy.request("GET", "/health/live"), range(260)))
    refused = [answer for answer in answers if answer[0] != 200]
    assert refused, "260 at once were all let in"
    assert {outcome(*answer) for answer in refused} == {(429, "throttled")}
    assert all(answer[1]["Retry-After"] for answer in refused)
    time.sleep(2.5)  # for the tests that follow


def test_the_log_of_the_proxy_names_the_evaluation_and_no_patient(proxy, service, body):
    _, headers, _ = proxy.request("POST", f"/fhir/$assess?asOf=2026-11-24&subject=Patient/{MARKER}", body, FHIR | {"X-Request-Id": MARKER})
    proxy.raw(f"GET /{MARKER} HTTP/1.1\r\nHost: {MARKER}\r\nReferer: {MARKER}\r\nUser-Agent: {MARKER}\r\n\r\n".encode())
    lines = [json.loads(line) for line in (proxy.folder / "access.log").read_text().splitlines()]
    assert headers["X-Evaluation-Id"] in {line["evaluation_id"] for line in lines}
    assert headers["X-Evaluation-Id"] in service.log
    assert MARKER not in (proxy.folder / "access.log").read_text() + (proxy.folder / "error.log").read_text() + service.log


def test_a_worker_killed_under_load_costs_at_most_the_requests_it_held(proxy, service, body):
    old = service.workers
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(proxy.request, "POST", PATH, body) for _ in range(40)]
        os.kill(old[0], signal.SIGKILL)
        results = [answer.result() for answer in answers]
    failed = [result for result in results if result[0] != 200]
    assert len(failed) <= 4
    assert {outcome(*result) for result in failed} <= {(502, "transient")}
    service.wait_until(lambda: old[0] not in service.workers and len(service.workers) == 2)
    assert proxy.request("POST", PATH, body)[0] == 200


def test_a_reload_under_load_is_noticed_by_nobody(proxy, service, body):
    old = set(service.workers)
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(proxy.request, "POST", PATH, body) for _ in range(60)]
        service.process.send_signal(signal.SIGHUP)
        assert {answer.result()[0] for answer in answers} == {200}
    service.wait_until(lambda: not old & set(service.workers))


def test_a_service_that_is_down_is_said_in_the_shape_of_every_other_error(tmp_path, a_free_port, body):
    with proxied(tmp_path, a_free_port(), a_free_port()) as proxy:
        assert outcome(*proxy.request("POST", PATH, body)) == (502, "transient")
