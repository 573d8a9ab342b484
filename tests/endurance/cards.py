"""Sends cards for mixed patients to the real service, four workers and a store: nobody's data in another's answer, feedback finds its card,
a token serves once, memory stays flat. `--calls`, `--seed`; prints figures and ends with 1 when something does not hold."""

import argparse
import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

ISSUER = "https://ehr.example.org"
SERVICE = "/cds-services/back-pain-headache"
SNOMED = "http://snomed.info/sct"
WORDS = {"25064002": 1.0, "161891005": 1.0, "386661006": 0.5, "161882006": 0.3, "409668002": 0.3, "422587007": 0.5, "422400008": 0.2}
LOINC = [("8310-5", 36.8, "Cel"), ("8480-6", 128, "mm[Hg]"), ("8867-4", 74, "/min"), ("718-7", 14.1, "g/dL"), ("2160-0", 0.9, "mg/dL")]
KEYS = ("conditions", "encounters", "procedures", "medicationRequests", "medicationStatements", "medicationAdministrations", "allergies")
KEYS += ("familyHistory", "questionnaireResponses", "serviceRequests", "flags", "lists", "reports")


class Client:
    """An EHR with a key of its own."""

    def __init__(self, port: int) -> None:
        self._key = ec.generate_private_key(ec.SECP384R1())
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def write_access(self, folder: Path) -> Path:
        key = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key())) | {"kid": "k", "use": "sig", "alg": "ES384"}
        (folder / "keys.json").write_text(json.dumps({"keys": [key]}))
        path = folder / "access.toml"
        path.write_text(f'[[cds_hooks]]\nissuer = "{ISSUER}"\nkeys = "keys.json"\n')
        return path

    def token(self, path: str) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": f"{self.url}{path}", "iat": now, "exp": now + 300, "jti": str(uuid4())}
        return jwt.encode(claims, self._key, algorithm="ES384", headers={"kid": "k", "typ": "JWT"})

    def post(self, path: str, body: bytes, token: str | None = None) -> tuple[int, bytes, float]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token or self.token(path)}"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            began = time.perf_counter()
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            content = response.read()
            return response.status, content, time.perf_counter() - began


def chart(source: random.Random, whose: str, measurements: int) -> dict[str, Any]:
    """The prefetch of a made-up patient, whose name stands in every resource."""
    now = datetime.now(UTC)
    observations = [
        observation(whose, number, SNOMED, code, {"valueBoolean": source.random() < share}, now - timedelta(hours=number))
        for number, (code, share) in enumerate(WORDS.items())
    ]
    observations += [
        observation(whose, 10 + number, "http://loinc.org", code, quantity(value, unit), now - timedelta(hours=number))
        for number in range(measurements)
        for code, value, unit in [LOINC[number % len(LOINC)]]
    ]
    entries = [{"resource": one} for one in observations]
    patient = {"resourceType": "Patient", "id": whose, "gender": source.choice(["female", "male"]), "birthDate": "1985-04-02"}
    found = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
    return {"patient": patient, "observations": found} | dict.fromkeys(KEYS)


def observation(whose: str, number: int, system: str, code: str, value: dict[str, Any], moment: datetime) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": f"{whose}-{number}",
        "status": "final",
        "subject": {"reference": f"Patient/{whose}"},
        "effectiveDateTime": moment.isoformat(timespec="seconds"),
        "code": {"coding": [{"system": system, "code": code}]},
    } | value


def quantity(value: float, unit: str) -> dict[str, Any]:
    return {"valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}}


def call(prefetch: dict[str, Any]) -> bytes:
    context = {"userId": "Practitioner/endurance", "patientId": prefetch["patient"]["id"], "encounterId": f"e-{prefetch['patient']['id']}"}
    return json.dumps({"hook": "patient-view", "hookInstance": str(uuid4()), "context": context, "prefetch": prefetch}).encode()


@dataclass
class Findings:
    """What was seen, over all threads."""

    calls: int = 0
    cards: int = 0
    feedback: int = 0
    replays_refused: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def fault(self, what: str) -> None:
        with self.lock:
            self.faults.append(what)


def one_call(client: Client, number: int, seed: int, found: Findings) -> None:
    """Ask for one patient; sometimes answer the cards, sometimes replay the token."""
    source = random.Random(f"{seed}/{number}")
    whose = f"m{number:06}x"
    token = client.token(SERVICE)
    status, content, seconds = client.post(SERVICE, call(chart(source, whose, source.randrange(30))), token)
    with found.lock:
        found.calls += 1
        found.seconds.append(seconds)
    if status != 200:
        found.fault(f"call {number}: HTTP {status} {content[:200]!r}")
        return
    cards = json.loads(content)["cards"]
    others = {word for word in content.decode().replace('"', " ").replace("/", " ").split() if is_name(word)} - {whose}
    if others:
        found.fault(f"call {number}: names of other patients in the answer")
    if cards and whose not in content.decode():
        found.fault(f"call {number}: cards that do not name their patient")
    with found.lock:
        found.cards += len(cards)
    if number % 5 == 0 and cards:
        answer_cards(client, cards, found)
    if number % 10 == 0:
        replay(client, token, number, found)


def is_name(word: str) -> bool:
    return len(word) == 8 and word[0] == "m" and word[-1] == "x" and word[1:-1].isdigit()


def answer_cards(client: Client, cards: list[dict[str, Any]], found: Findings) -> None:
    items = [{"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-11-24T12:00:00Z"} for card in cards]
    path = f"{SERVICE}/feedback"
    status, content, _ = client.post(path, json.dumps({"feedback": items}).encode())
    if status != 200:
        found.fault(f"feedback: HTTP {status} {content[:200]!r}")
    with found.lock:
        found.feedback += len(items)


def replay(client: Client, token: str, number: int, found: Findings) -> None:
    status, _, _ = client.post(SERVICE, b"{}", token)
    if status != 401:
        found.fault(f"call {number}: a token served twice, HTTP {status}")
    with found.lock:
        found.replays_refused += status == 401


@contextmanager
def running(folder: Path, client: Client, workers: int) -> Iterator[subprocess.Popen[bytes]]:
    settings = {
        "NUCHAL_PORT": str(client.port),
        "NUCHAL_PUBLIC_URL": client.url,
        "NUCHAL_RATE_LIMIT": "none",
        "NUCHAL_WORKERS": str(workers),
        "NUCHAL_ACCESS": str(client.write_access(folder)),
        "NUCHAL_DATABASE_URL": f"sqlite:///{folder / 'nuchal.db'}",
        "NUCHAL_LOG_LEVEL": "warning",
    }
    ours = {name: value for name, value in os.environ.items() if not name.startswith("NUCHAL_")}
    command = [sys.executable, "-m", "nuchal.cli", "serve"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, env=ours | settings, stdout=log, stderr=log, cwd=folder) as process:
        try:
            wait_for(client, process, folder)
            yield process
        finally:
            process.terminate()
            process.wait(40)


def wait_for(client: Client, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        with closing(http.client.HTTPConnection("127.0.0.1", client.port, timeout=5)) as connection:
            try:
                connection.request("GET", "/health/ready")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.1)
    raise SystemExit((folder / "log").read_text())


def private_memory(process: subprocess.Popen[bytes]) -> int:
    """KiB that the workers hold and share with nobody."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    rollups = [Path(f"/proc/{child}/smaps_rollup").read_text() for child in children]
    lines = [line.split() for rollup in rollups for line in rollup.splitlines()]
    return sum(int(words[1]) for words in lines if words[0] in {"Private_Dirty:", "Private_Clean:"})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def percentile(seconds: list[float], share: float) -> float:
    """In milliseconds."""
    return 1000 * sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))]


def spread(seconds: list[float]) -> str:
    return f"median {1000 * statistics.median(seconds):.0f} ms, p99 {percentile(seconds, 0.99):.0f} ms"


def large_chart(client: Client, times: int) -> list[float]:
    """How long the answer for 300 resources takes, one call after the other."""
    bodies = [call(chart(random.Random(number), f"m{900_000 + number}x", 299 - len(WORDS))) for number in range(times)]
    return [client.post(SERVICE, body)[2] for body in bodies]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--large", type=int, default=200, help="calls with 300 resources, for the percentile")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    found = Findings()
    client = Client(free_port())
    with tempfile.TemporaryDirectory() as name, running(Path(name), client, chosen.workers) as process:
        memory = []
        for part in range(4):  # memory is read between quarters: the first one fills caches
            numbers = range(part * chosen.calls // 4, (part + 1) * chosen.calls // 4)
            with ThreadPoolExecutor(chosen.at_once) as pool:
                list(pool.map(lambda number: one_call(client, number, chosen.seed, found), numbers))
            memory.append(private_memory(process))
        large = large_chart(client, chosen.large)
    print(f"{found.calls} calls, {found.cards} cards, {found.feedback} answered, {found.replays_refused} replays refused")
    print(f"{chosen.at_once} at once, {chosen.workers} workers: {spread(found.seconds)}")
    print(f"300 resources, one after the other: {spread(large)}")
    per_thousand = (memory[-1] - memory[0]) / max(1, chosen.calls * 3 // 4) * 1000
    sizes = ", ".join(str(size // 1024) for size in memory)
    print(f"private memory of the workers, by quarters: {sizes} MiB; {per_thousand:+.0f} KiB for each 1,000 calls")
    for fault in found.faults[:10]:
        print(f"FAULT {fault}")
    print(f"{len(found.faults)} faults")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
