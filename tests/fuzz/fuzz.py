"""Sends spoiled charts to the real service until time is up: no 5xx, no answer that is none, no worker lost.

python tests/fuzz/fuzz.py                          ten minutes
python tests/fuzz/fuzz.py --minutes 0.3 --seed 7   the same bodies again, as far as time allows

It spoils the corpus of ../shared/realworld where that stands beside the checkout, else examples/. At the first fault it
stops, cuts the body down to what still fails, and prints it with its places and what the log says.
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

sys.path.insert(0, str(Path(__file__).parent))
from mutation import Mutant, at, charts, mutant, places

REPOSITORY = Path(__file__).parents[2]
CORPUS = REPOSITORY.parent / "shared" / "realworld" / "corpus"
EXAMPLES = REPOSITORY / "examples"
ADDRESS = "/fhir/$assess?asOf="
MOMENTS = ("2022-04-01", "2026-11-24T10:00:00%2B01:00", "1999")
WORKERS = 2
PATIENCE = 30  # seconds for one answer
LOST = "a worker was lost"
MOST_TRIES = 400  # requests to cut one body down
TYPES = {200: "Bundle", 400: "OperationOutcome", 413: "OperationOutcome", 422: "OperationOutcome"}

Send = Callable[[bytes], tuple[int, bytes]]


def fault_of(send: Send, body: bytes) -> str | None:
    """What is wrong with the answer to `body`; None when it is an answer or a refusal as it should be."""
    try:
        status, answer = send(body)
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {type(error).__name__}"
    if status not in TYPES:
        return f"status {status}"
    try:
        resource = json.loads(answer)
    except ValueError:
        return f"status {status} with a body that is no JSON"
    if resource.get("resourceType") != TYPES[status]:
        return f"status {status} with another resource than {TYPES[status]}"
    return _fault_in_texts(resource)


def _fault_in_texts(resource: dict) -> str | None:
    """Whether a narrative is no XHTML, or a text could open a tag."""
    for path in places(resource):
        value = at(resource, path)
        if path and path[-1] == "div":
            try:
                ET.fromstring(value)
            except ET.ParseError:
                return "a narrative that is no XHTML"
        if isinstance(value, str) and "<script" in value:
            return "a text that opens a script"
    return None


def cut_down(send: Send, found: Mutant, fault: str) -> bytes:
    """The smallest body we find that has the same fault: entries, then elements, are left out one by one."""
    if found.bundle is None:
        return found.body
    bundle, tries, shrunk = found.bundle, 0, True
    while shrunk and tries < MOST_TRIES:
        shrunk = False
        for path in sorted((path for path in places(bundle) if path), key=len):
            smaller = json.loads(json.dumps(bundle))
            with contextlib.suppress(KeyError, IndexError, TypeError):  # gone with what held it
                holder = at(smaller, path[:-1])
                del holder[path[-1]]
                tries += 1
                if fault_of(send, json.dumps(smaller).encode()) == fault:
                    bundle, shrunk = smaller, True
                    break
            if tries >= MOST_TRIES:
                break
    return json.dumps(bundle, indent=1).encode()


class Service:
    """`nuchal serve` in a process of its own, with two workers."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        env = {name: value for name, value in os.environ.items() if not name.startswith("NUCHAL_")}
        env |= {"NUCHAL_PORT": str(self._port), "NUCHAL_WORKERS": str(WORKERS), "NUCHAL_LOG_LEVEL": "warning"}
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen([sys.executable, "-m", "nuchal.cli", "serve"], env=env, stderr=log, stdout=subprocess.DEVNULL)
        self._wait()
        self.workers = self._workers()

    def _wait(self) -> None:
        for _ in range(PATIENCE * 10):
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                if self._answer("GET", "/health/ready", None)[0] == 200 and len(self._workers()) in {0, WORKERS}:
                    return
            time.sleep(0.1)
        raise SystemExit(f"the service did not start:\n{self.log()}")

    def send(self, body: bytes) -> tuple[int, bytes]:
        """Post `body`; which moment it is assessed at follows from the body."""
        return self._answer("POST", ADDRESS + MOMENTS[len(body) % len(MOMENTS)], body)

    def _answer(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)) as connection:
            connection.request(method, path, body, {"Content-Type": "application/fhir+json"})
            response = connection.getresponse()
            return response.status, response.read()

    def _workers(self) -> set[str]:
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")  # elsewhere than on Linux nobody counts
        return set(children.read_text().split()) if children.exists() else set()

    def has_lost_a_worker(self) -> bool:
        """Whether one of the first workers is gone."""
        return self._process.poll() is not None or self._workers() != self.workers

    def log(self) -> str:
        """The last lines that it wrote; it holds nothing of a patient."""
        return "\n".join(self._log.read_text().splitlines()[-5:])

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(PATIENCE)


@contextlib.contextmanager
def service() -> Iterator[Service]:
    """A running service."""
    with tempfile.TemporaryDirectory() as folder:
        running = Service(Path(folder))
        try:
            yield running
        finally:
            running.stop()


def fuzz(running: Service, minutes: float, seed: int) -> int:
    """Send until time is up or something is wrong; the exit code."""
    source = random.Random(seed)
    originals = charts(CORPUS if CORPUS.is_dir() else EXAMPLES)
    counts: Counter[str] = Counter()
    end = time.monotonic() + minutes * 60
    columns = (TextColumn("{task.fields[sent]} bodies"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=not sys.stdout.isatty()) as progress:
        task = progress.add_task("", total=minutes * 60, sent=0)
        while (left := end - time.monotonic()) > 0:
            found = mutant(*source.choice(originals), source)
            fault = fault_of(lambda body: _counted(running, counts, body), found.body)
            if fault is None and running.has_lost_a_worker():
                fault = LOST
            if fault:
                progress.stop()
                _tell(running, found, fault, counts)
                return 1
            progress.update(task, completed=minutes * 60 - left, sent=counts.total())
    by_status = ", ".join(f"{number:,} times {status}" for status, number in sorted(counts.items()))
    print(f"{counts.total():,} bodies, seed {seed}: {by_status}; no fault")
    return 0


def _counted(running: Service, counts: Counter[str], body: bytes) -> tuple[int, bytes]:
    status, answer = running.send(body)
    counts[str(status)] += 1
    return status, answer


def _tell(running: Service, found: Mutant, fault: str, counts: Counter[str]) -> None:
    print(f"body {counts.total()}, made from {found.origin}: {fault}")
    print("spoiled: " + "; ".join(found.places))
    print(f"log: {running.log()}")
    body = found.body if fault == LOST else cut_down(running.send, found, fault)
    print(body.decode(errors="replace")[:5000])


def main() -> int:
    """Read the command line and fuzz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, help="how long")
    parser.add_argument("--seed", type=int, default=None, help="the same seed sends the same bodies; default: another one each time")
    chosen = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if chosen.seed is None else chosen.seed
    print(f"seed {seed}", flush=True)
    with service() as running:
        return fuzz(running, chosen.minutes, seed)


if __name__ == "__main__":
    sys.exit(main())
