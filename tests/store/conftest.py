"""A store in SQLite and one in a real PostgreSQL, that the same tests are run on."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from nuchal.store import Store
from nuchal.store.records import AuditRecord, CardGiven, Feedback

NOBODY = "nobody"  # PostgreSQL does not run as root


@dataclass
class PostgreSQL:
    """A server of our own in a folder of its own."""

    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"postgresql://nuchal@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def run(self, program: str, *words: str) -> None:
        """Run one of its programs, not as root."""
        command = [str(self.programs / program), *words]
        if os.geteuid() == 0:
            command = ["setpriv", f"--reuid={NOBODY}", f"--regid={pwd.getpwnam(NOBODY).pw_gid}", "--clear-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    programs = found[-1].parent if found else Path(shutil.which("initdb") or "").parent
    if not (programs / "initdb").is_file() or (os.geteuid() == 0 and not shutil.which("setpriv")):
        pytest.skip("the programs of PostgreSQL are not installed (Debian: apt-get install postgresql)")
    with tempfile.TemporaryDirectory(prefix="nuchal-postgresql-") as name, socket.create_server(("127.0.0.1", 0)) as probe:
        folder, port = Path(name), probe.getsockname()[1]
        probe.close()
        folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY)
        server = PostgreSQL(programs, folder, port)
        server.run("initdb", "-D", str(folder / "data"), "-U", "nuchal", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        server.start()
        yield server
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'nuchal.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"t{abs(hash(tmp_path))}"
    engine = create_engine(server.url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield server.url.replace("/postgres", f"/{name}")
    with engine.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    engine.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store.open(url)
    yield store
    store.close()


def moment(day: int) -> datetime:
    """Noon of a day of November 2026."""
    return datetime(2026, 11, day, 12, 30, 1, 250_000, tzinfo=UTC)


@pytest.fixture
def audit_record():
    def make(**changed: object) -> AuditRecord:
        values = {
            "id": "6f1c0000-0000-4000-8000-000000000001",
            "at": moment(20),
            "route": "/fhir/$assess",
            "caller": "https://issuer.example.org ehr",
            "service_version": "0.3.0",
            "ruleset": "back-pain-headache 0.2.0",
            "ruleset_hash": "a" * 64,
            "site_map": None,
            "input_hash": "b" * 64,
            "as_of": "2026-11-20T12:30:00Z",
            "detail_full": True,
            "subject_given": False,
            "flags": ("rf-one", "rf-two"),
            "causes": (("migraine", "probable"), ("tension-type-headache", "possible")),
            "disposition": "urgent",
            "answer_hash": "c" * 64,
            "duration_ms": 9.25,
        }
        return AuditRecord(**values | changed)

    return make


@pytest.fixture
def card():
    def make(number: int = 1, **changed: object) -> CardGiven:
        values = {
            "uuid": f"6f1c0000-0000-4000-8000-{number:012}",
            "service": "back-pain-headache",
            "hook": "patient-view",
            "facts": "f" * 64,
            "rules": ("rf-one", "migraine"),
            "ruleset": "back-pain-headache 0.2.0",
            "ruleset_hash": "a" * 64,
            "indicator": "warning",
            "suggestions": ("6f1c0000-0000-4000-8000-00000000a001",),
            "given": moment(20),
        }
        return CardGiven(**values | changed)

    return make


@pytest.fixture
def feedback():
    def make(number: int = 1, **changed: object) -> Feedback:
        values = {
            "card": f"6f1c0000-0000-4000-8000-{number:012}",
            "outcome": "overridden",
            "suggestions": (),
            "reason_system": "https://example.org/reasons",
            "reason_code": "seen",
            "comment": "seen yesterday",
            "at": moment(21),
            "received": moment(22),
        }
        return Feedback(**values | changed)

    return make
