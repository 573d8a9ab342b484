"""Stopping, reloading and losing workers while clients call: whoever was let in is answered, and a bad set-up changes nothing."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.service

RULESET = Path(__file__).parents[2] / "rulesets" / "back_pain_headache"
PATH = "/fhir/$assess?asOf=2026-11-24"
FHIR = {"Content-Type": "application/fhir+json"}
CLIENTS = 6
SERVE = (sys.executable, "-m", "nuchal.cli", "serve")


class Load:
    """Clients that post again and again until told to stop, and what became of their requests.

    answered: 200; refused: nobody listened, and nothing was sent; anything else is a request that was lost.
    """

    def __init__(self, service, body, *, keep: bool):
        self.outcomes = Counter()
        self._service, self._body, self._keep, self._over = service, body, keep, threading.Event()
        self._threads = [threading.Thread(target=self._call) for _ in range(CLIENTS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        self.wait_for_more()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, answers=2 * CLIENTS):
        enough = self.outcomes["answered"] + answers
        self._service.wait_until(lambda: self.outcomes["answered"] >= enough)

    def _call(self):
        connection = self._service.connection()
        while not self._over.is_set():
            outcome = self._one(connection)
            self.outcomes[outcome] += 1
            if not self._keep or outcome != "answered":
                connection.close()
            if outcome == "refused":
                break
        connection.close()

    def _one(self, connection):
        try:
            connection.request("POST", PATH, self._body, FHIR)
            response = connection.getresponse()
            response.read()
        except ConnectionRefusedError:
            return "refused"
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        return "answered" if response.status == 200 else str(response.status)


KEEPING = [pytest.param(False, id="a connection for each request"), pytest.param(True, id="connections that are kept")]


@pytest.mark.parametrize("keep", KEEPING)
def test_a_stop_under_load_answers_everybody_who_was_let_in(tmp_path, run_service, example, keep):
    with run_service(tmp_path) as service, Load(service, example("only-two-pains"), keep=keep) as load:
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(60) == 0
    assert set(load.outcomes) == {"answered", "refused"}, service.log


@pytest.fixture(scope="module")
def service(tmp_path_factory, run_service):
    with run_service(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.mark.parametrize("keep", KEEPING)
def test_a_reload_under_load_loses_nothing_and_refuses_nobody(service, example, keep):
    with Load(service, example("only-two-pains"), keep=keep) as load:
        reload(service)
        load.wait_for_more()
    assert set(load.outcomes) == {"answered"}, service.log


def ready(service):
    return json.loads(service.request("GET", "/health/ready")[2])


def reload(service):
    old = set(service.workers)
    service.process.send_signal(signal.SIGHUP)
    service.wait_until(lambda: len(service.workers) == 2 and not old & set(service.workers))


def test_a_reload_takes_a_new_ruleset_and_refuses_a_broken_one_in_a_sentence(tmp_path, run_service, example):
    folder = tmp_path / "rules"
    shutil.copytree(RULESET, folder)
    rules = folder / "ruleset.yaml"
    with run_service(tmp_path, NUCHAL_RULESET=str(folder)) as service:
        first = ready(service)
        rules.write_text(rules.read_text().replace("version: 0.", "version: 7."))
        reload(service)
        second = ready(service)
        assert second["ruleset"]["version"].startswith("7.")
        assert second["ruleset"]["hash"] != first["ruleset"]["hash"]
        rules.write_text("id: [")
        reload(service)
        assert "ruleset.yaml" in service.log
        assert "the service goes on with what it has" in service.log
        assert '"event": "reload_refused"' in service.log
        assert ready(service) == second
        service.assess(example("only-two-pains"))


@pytest.fixture(scope="module")
def lone_worker(tmp_path_factory, run_service):
    with run_service(tmp_path_factory.mktemp("lone"), NUCHAL_WORKERS="1") as service:
        yield service


def test_a_worker_that_was_told_to_stop_says_so_to_whoever_still_asks_it(lone_worker):
    with contextlib.closing(lone_worker.connection()) as connection:
        connection.request("GET", "/health/ready")
        assert connection.getresponse().read()
        os.kill(lone_worker.workers[0], signal.SIGTERM)
        time.sleep(0.3)
        connection.request("GET", "/health/ready")
        response = connection.getresponse()
        assert (response.status, json.loads(response.read())["status"]) == (503, "draining")
        assert response.headers["Connection"] == "close"
    lone_worker.wait_until(lone_worker.is_ready)  # another worker has taken its place


def test_a_worker_killed_amid_a_request_breaks_that_connection_and_neither_log_nor_audit_claim_an_answer(lone_worker, example):
    body = example("only-two-pains")
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", lone_worker.port), timeout=60) as connection:
        connection.sendall(head + body[:100])
        time.sleep(0.3)
        os.kill(lone_worker.workers[0], signal.SIGKILL)
        with contextlib.suppress(ConnectionError):
            assert connection.recv(1) == b""
    lone_worker.assess(body)
    completed = [json.loads(line) for line in lone_worker.log.splitlines() if "request_completed" in line and "$assess" in line]
    assert [line["status"] for line in completed] == [200]
    with contextlib.closing(sqlite3.connect(lone_worker.folder / "nuchal" / "nuchal.db")) as store:
        assert store.execute("select count(*) from audit").fetchone() == (1,)


def test_a_service_that_runs_out_of_file_descriptors_recovers_when_clients_leave(tmp_path, run_service, example):
    command = ("prlimit", "--nofile=40", "--", *SERVE)
    with run_service(tmp_path, command, NUCHAL_WORKERS="1") as service:
        worker = service.workers
        with contextlib.ExitStack() as stack:
            for _ in range(60):
                stack.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=60))
            service.wait_until(lambda: "Out of file descriptors" in service.log)
        service.assess(example("only-two-pains"))
        assert service.workers == worker
