"""gunicorn, and what its workers cost. Linux only (/proc)."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from load import NoAnswer, drive
from patients import patients

HERE = Path(__file__).parent
SHIPPED = ("--config", str(HERE.parents[1] / "deploy" / "gunicorn.conf.py"))
PLAIN = ("--worker-class", "gthread", "--threads", "16", "--preload", "--no-control-socket")
BARE, NUCHAL = ("bare Flask", "bare:app", SHIPPED), ("Nuchal", "nuchal.wsgi:app", SHIPPED)
BARE_ALONE = ("bare Flask", "bare:app", PLAIN)  # for cold start: the shipped settings load Nuchal
LOADED = 20  # Observations in the request that cold start and memory are measured with
PATIENCE = 60  # seconds to start

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running gunicorn."""

    name: str
    port: int
    pid: int
    started_in: float  # seconds from nothing to the first answer to a patient

    @property
    def workers(self) -> list[int]:
        """Process ids of its workers."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def cpu_seconds(self) -> float:
        """CPU time of the workers so far, user and system."""
        fields = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.workers)
        return sum(int(each[11]) + int(each[12]) for each in fields) / _TICKS

    def private_bytes(self) -> list[int]:
        """Memory of each worker that it shares with nobody."""
        return [private_bytes(pid) for pid in self.workers]


def private_bytes(pid: int) -> int:
    """Memory of one process that it shares with nobody."""
    return _memory(pid, "Private_")


def resident_bytes(pid: int) -> int:
    """All memory of one process."""
    return _memory(pid, "Rss:")


def _memory(pid: int, what: str) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(what))


@contextmanager
def running(kind: tuple[str, str, Sequence[str]], workers: int) -> Iterator[Server]:
    """The application, its store in a folder of its own, from before its first answer to its end."""
    name, application, settings = kind
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        ours = {key: value for key, value in os.environ.items() if not key.startswith("NUCHAL_")}
        env = ours | {"NUCHAL_PORT": str(port), "NUCHAL_WORKERS": str(workers), "PYTHONPATH": str(HERE), "XDG_STATE_HOME": folder}
        command = [sys.executable, "-m", "gunicorn", *settings, "--bind", f"127.0.0.1:{port}", "--workers", str(workers), application]
        started = time.perf_counter()
        with subprocess.Popen(command, env=env, cwd=folder, stdout=log, stderr=log) as process:
            try:
                if not answers(process, port):
                    sys.exit(f"{name} did not start:\n{(Path(folder) / 'log').read_text()}")
                yield Server(name, port, process.pid, time.perf_counter() - started)
            finally:
                process.terminate()


def answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait for the first answer to a patient; False when the process ends before it, or there is none for long."""
    end = time.perf_counter() + PATIENCE
    while process.poll() is None and time.perf_counter() < end:
        with contextlib.suppress(OSError, NoAnswer):
            drive(port, patients(LOADED), lambda sent: sent < 1)
            return True
        time.sleep(0.005)
    return False
