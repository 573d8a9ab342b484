"""Measures the service beside bare Flask: the same gunicorn settings, the same bodies, the same run.

python tests/bench/bench.py                        everything; a few minutes
python tests/bench/bench.py --seconds 1 --memory-requests 2000 --sizes 1 20

Compare figures of one run only: on another machine, or beside other work, all of them differ. Linux only (/proc).
"""

import argparse
import http.client
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from patients import patient

HERE = Path(__file__).parent
SETTINGS = HERE.parents[1] / "deploy" / "gunicorn.conf.py"
PATH = "/fhir/$assess?asOf=2026-11-24"
TICKS = os.sysconf("SC_CLK_TCK")
LOADED = 20  # Observations in the request that cold start and memory are measured with
FEWEST = 5  # requests, however long they take


@dataclass(frozen=True)
class Server:
    """A running gunicorn."""

    name: str
    port: int
    pid: int
    started_in: float  # seconds to the first answer

    @property
    def workers(self) -> list[int]:
        """Process ids of its workers."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def cpu_seconds(self) -> float:
        """CPU time of the workers so far, user and system."""
        fields = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.workers)
        return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS

    def private_kib(self) -> int:
        """Memory that the workers share with nobody."""
        lines = (line for pid in self.workers for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines())
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


@dataclass(frozen=True)
class Figures:
    """What one load on one server gave."""

    per_second: float
    p50_ms: float
    cpu_ms: float


@contextmanager
def running(name: str, application: str, workers: int) -> Iterator[Server]:
    """The application under the shipped settings, from before its first answer to its end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {"NUCHAL_PORT": str(port), "NUCHAL_WORKERS": str(workers)}
    command = [sys.executable, "-m", "gunicorn", "--config", str(SETTINGS), "--chdir", str(HERE), application]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as log, subprocess.Popen(command, env=env, stdout=log, stderr=log) as process:
        try:
            if not answers(process, port):
                log.seek(0)
                sys.exit(f"{name} did not start:\n{log.read().decode()}")
            yield Server(name, port, process.pid, time.perf_counter() - started)
        finally:
            process.terminate()


def answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait for /health/live; False when the process ends before it answers."""
    while process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/live")
            if connection.getresponse().read():
                return True
        except OSError:
            time.sleep(0.005)
    return False


def drive(port: int, body: bytes, seconds: float, most: int) -> list[float]:
    """Post `body` over one connection, again and again; the time each answer took, in seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    times: list[float] = []
    end = time.perf_counter() + seconds
    while (len(times) < FEWEST or time.perf_counter() < end) and len(times) < most:
        before = time.perf_counter()
        connection.request("POST", PATH, body, {"Content-Type": "application/fhir+json"})
        response = connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {answer[:300]!r}")
        times.append(time.perf_counter() - before)
    connection.close()
    return times


def load(pool: ProcessPoolExecutor, server: Server, body: bytes, seconds: float, connections: int) -> Figures:
    """p50 over one connection, then throughput and CPU over several at once."""
    drive(server.port, body, seconds / 4, sys.maxsize)  # warm
    alone = drive(server.port, body, seconds, sys.maxsize)
    cpu, start = server.cpu_seconds(), time.perf_counter()
    together = [pool.submit(drive, server.port, body, seconds, sys.maxsize) for _ in range(connections)]
    done = sum(len(each.result()) for each in together)
    elapsed = time.perf_counter() - start
    return Figures(done / elapsed, statistics.median(alone) * 1000, (server.cpu_seconds() - cpu) / done * 1000)


def memory_slope(pool: ProcessPoolExecutor, server: Server, requests: int, connections: int) -> tuple[int, float]:
    """Private memory at the start, and KiB that each thousand requests add, after a tenth of them has warmed the workers."""
    body, step = patient(LOADED), max(requests // 20, connections)
    samples = []
    for done in range(0, requests, step):
        futures = [pool.submit(drive, server.port, body, 1e9, step // connections) for _ in range(connections)]
        for future in futures:
            future.result()
        if done >= requests // 10:
            samples.append((done / 1000, server.private_kib()))
    return samples[0][1], statistics.linear_regression(*zip(*samples, strict=True)).slope


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 20, 300, 10_000], help="Observations in a request")
    parser.add_argument("--seconds", type=float, default=5, help="how long each load lasts")
    parser.add_argument("--connections", type=int, default=4, help="clients at once")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="gunicorn workers")
    parser.add_argument("--memory-requests", type=int, default=20_000, help="requests for the slope of memory; 0 leaves it out")
    chosen = parser.parse_args()
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {chosen.workers} workers, ", end="")
    print(f"{chosen.connections} connections, {chosen.seconds:g} s each\n")
    with ExitStack() as stack:
        pool = stack.enter_context(ProcessPoolExecutor(chosen.connections))
        bare = stack.enter_context(running("bare Flask", "bare:app", chosen.workers))
        ours = stack.enter_context(running("Nuchal", "nuchal.wsgi:app", chosen.workers))
        print(f"cold start to the first answer: bare Flask {bare.started_in:.2f} s, Nuchal {ours.started_in:.2f} s\n")
        print("| Observations | body KiB | | requests/s | to bare | p50 ms | CPU ms a request | to bare |")
        print("|---|---|---|---|---|---|---|---|")
        for size in chosen.sizes:
            body = patient(size)
            reference, figures = (load(pool, server, body, chosen.seconds, chosen.connections) for server in (bare, ours))
            print(row(size, body, bare.name, reference, reference))
            print(row(size, body, ours.name, figures, reference), flush=True)
    if chosen.memory_requests:
        with ProcessPoolExecutor(chosen.connections) as pool, running("Nuchal", "nuchal.wsgi:app", chosen.workers) as fresh:
            start, slope = memory_slope(pool, fresh, chosen.memory_requests, chosen.connections)
        print(f"\nprivate memory of all workers: {start / 1024:.0f} MiB, {slope:+.1f} KiB for each 1,000 requests ", end="")
        print(f"({chosen.memory_requests:,} requests of {LOADED} Observations)")


def row(size: int, body: bytes, name: str, figures: Figures, reference: Figures) -> str:
    """One line of the table."""
    speed, cpu = figures.per_second / reference.per_second, figures.cpu_ms / reference.cpu_ms
    return (
        f"| {size:,} | {len(body) / 1024:.1f} | {name} | {figures.per_second:,.1f} | {speed:.2g} | {figures.p50_ms:.2f} "
        f"| {figures.cpu_ms:.2f} | {cpu:.1f} |"
    )


if __name__ == "__main__":
    main()
