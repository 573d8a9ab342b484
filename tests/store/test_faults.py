"""What becomes of answers and traces when the store fails, or the process dies."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nuchal.config import Settings
from nuchal.errors import ConfigurationError
from nuchal.store import Store
from nuchal.web import create_app

EXAMPLE = (Path(__file__).parents[2] / "examples" / "numb-saddle.json").read_bytes()
PATH = "/fhir/$assess?asOf=2026-11-24"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def opened(monkeypatch) -> Iterator[list[Store]]:
    """Every store that the test opens, closed at its end."""
    stores: list[Store] = []
    open_one = Store.open
    monkeypatch.setattr(Store, "open", lambda url: stores.append(open_one(url)) or stores[-1])
    yield stores
    for store in stores:
        store.close()


@pytest.fixture
def client_with(evaluator, opened):
    """A client of the application over a store, and the store to look into."""

    def make(url: str, *, required: bool):
        return create_app(Settings(database_url=url, audit_required=required), evaluator).test_client(), opened[-1]

    return make


def test_each_answer_has_its_audit_record(client_with, url):
    client, store = client_with(url, required=True)
    response = client.post(PATH, data=EXAMPLE, headers=JSON)
    record = store.audit.find(response.headers["X-Audit-Id"])
    assert (record.route, record.disposition, record.as_of) == ("/fhir/$assess", "emergency", "2026-11-24T23:59:59Z")
    assert record.flags
    assert store.audit.count() == 1


def test_what_was_not_answered_has_none(client_with, url):
    client, store = client_with(url, required=True)
    assert client.post(PATH, data=b"{}", headers=JSON).status_code in {400, 422}
    assert store.audit.count() == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own that is nearly full."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("a disk of a limited size can be made by root alone")
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)], check=False, capture_output=True).returncode:
        pytest.skip("no disk of a limited size can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("required", [True, False], ids=["required", "wanted"])
def test_on_a_full_disk_answers_stop_or_go_on_as_configured(client_with, small_disk, required):
    client, store = client_with(f"sqlite:///{small_disk / 'nuchal.db'}", required=required)
    first = client.post(PATH, data=EXAMPLE, headers=JSON)
    assert first.status_code == 200
    with contextlib.suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as filler:
        while filler.write(b"\0" * 4096):
            pass
    for _ in range(300):
        response = client.post(PATH, data=EXAMPLE, headers=JSON)
        if response.status_code != 200 or not store.audit.find(response.headers["X-Audit-Id"]):
            break
    assert response.status_code == (503 if required else 200)
    if not required:
        assert response.data == first.data
    (small_disk / "filler").unlink()
    assert client.post(PATH, data=EXAMPLE, headers=JSON).status_code == 200
    assert store.audit.find(first.headers["X-Audit-Id"])


def test_with_postgresql_gone_answers_go_on_and_readiness_tells(client_with, postgresql):
    client, _ = client_with(postgresql.url, required=False)
    try:
        assert client.get("/health/ready").json["store"]["problem"] is None
        postgresql.stop()
        response = client.post(PATH, data=EXAMPLE, headers=JSON)
        assert response.status_code == 200
        ready = client.get("/health/ready")
        assert (ready.status_code, bool(ready.json["store"]["problem"])) == (200, True)
    finally:
        postgresql.start()
    assert client.get("/health/ready").json["store"]["problem"] is None


def test_with_postgresql_gone_and_required_nothing_is_answered_until_it_is_back(client_with, postgresql):
    client, store = client_with(postgresql.url, required=True)
    assert client.post(PATH, data=EXAMPLE, headers=JSON).status_code == 200
    try:
        postgresql.stop()
        response = client.post(PATH, data=EXAMPLE, headers=JSON)
        assert (response.status_code, response.json["issue"][0]["code"]) == (503, "transient")
        assert (client.get("/health/ready").status_code, client.get("/health/ready").json["status"]) == (503, "unavailable")
    finally:
        postgresql.start()
    response = client.post(PATH, data=EXAMPLE, headers=JSON)
    assert response.status_code == 200
    assert store.audit.find(response.headers["X-Audit-Id"])


@pytest.mark.usefixtures("opened")
def test_a_service_that_requires_a_store_does_not_start_without_one(evaluator):
    nowhere = "sqlite:////proc/no/such/folder/nuchal.db"
    with pytest.raises(ConfigurationError, match="store"):
        create_app(Settings(database_url=nowhere, audit_required=True), evaluator)
    assert create_app(Settings(database_url=nowhere), evaluator).test_client().post(PATH, data=EXAMPLE, headers=JSON).status_code == 200


ANSWERS_AND_DIES = """
import os, signal, sys
from nuchal.config import Settings
from nuchal.web import create_app
client = create_app(Settings(database_url=sys.argv[1], audit_required=True)).test_client()
body = open(sys.argv[2], "rb").read()
for _ in range(3):
    response = client.post("/fhir/$assess?asOf=2026-11-24", data=body, headers={"Content-Type": "application/json"})
    print(response.status_code, response.headers["X-Audit-Id"], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.usefixtures("opened")
def test_the_death_of_a_process_after_its_answers_loses_no_record(url, tmp_path):
    file = tmp_path / "patient.json"
    file.write_bytes(EXAMPLE)
    command = [sys.executable, "-c", ANSWERS_AND_DIES, url, str(file)]
    died = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert died.returncode == -signal.SIGKILL
    answered = re.findall(r"^200 (\S+)$", died.stdout, re.MULTILINE)
    assert len(answered) == 3
    store = Store.open(url)
    assert all(store.audit.find(id_) for id_ in answered)
