"""What several rooms share: the bundled ruleset and one inference over it, a real service, and how hard hypothesis tries."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from nuchal.evaluation import Evaluator
from nuchal.inference import Inference
from nuchal.rules.model import Ruleset
from nuchal.rules.reader import load_ruleset

REPOSITORY = Path(__file__).parents[1]

os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="nuchal-tests-")  # stores of services under test, also of those that tests start

settings.register_profile("thorough", max_examples=5000)  # a long run
# CI: the same examples each time, so that a commit that passed passes again; and no minutes of looking for a smaller one
settings.register_profile("same", derandomize=True, phases=[Phase.explicit, Phase.generate])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def ruleset() -> Ruleset:
    return load_ruleset(REPOSITORY / "rulesets" / "back_pain_headache")


@pytest.fixture(scope="session")
def evaluator(ruleset: Ruleset) -> Iterator[Evaluator]:
    evaluator = Evaluator(ruleset)
    yield evaluator
    evaluator.inference.close()


@pytest.fixture(scope="session")
def inference(evaluator: Evaluator) -> Inference:
    return evaluator.inference


PATIENCE = 60  # seconds, on a machine that does much else
FHIR = {"Content-Type": "application/fhir+json"}


@dataclass
class Service:
    """`nuchal serve`, or gunicorn, as a process of its own; its log and all it writes lie in `folder`."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    @property
    def workers(self) -> list[int]:
        """Process ids."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def request(self, method: str, path: str, body=None, headers=FHIR, **more) -> tuple[int, http.client.HTTPMessage, bytes]:
        with contextlib.closing(self.connection()) as connection:
            connection.request(method, path, body, headers, **more)
            response = connection.getresponse()
            return response.status, response.headers, response.read()

    def assess(self, body: bytes) -> bytes:
        status, _, answer = self.request("POST", "/fhir/$assess?asOf=2026-11-24", body)
        assert status == 200, answer
        return answer

    def wait_until(self, what: Callable[[], object]) -> None:
        """Until `what` is true; the log is the message when it never is."""
        for _ in range(PATIENCE * 20):
            if what():
                return
            time.sleep(0.05)
        raise AssertionError(self.log[-4000:])

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log[-4000:]
        with contextlib.suppress(OSError):
            return self.request("GET", "/health/ready")[0] == 200
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Ours without settings of Nuchal, and with `folder` for a home."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("NUCHAL_")}
    return ours | {"XDG_RUNTIME_DIR": str(folder), "XDG_STATE_HOME": str(folder), "HOME": str(folder)} | settings


@contextlib.contextmanager
def running(folder: Path, command: Sequence[str] = (sys.executable, "-m", "nuchal.cli", "serve"), **settings: str) -> Iterator[Service]:
    """A service of two workers that is ready, until the end of the block."""
    usual = {"NUCHAL_PORT": str(free_port()), "NUCHAL_WORKERS": "2", "NUCHAL_MAX_BODY_BYTES": "300000"}
    env = environment(folder, **(usual | settings))
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, env=env, stderr=log, stdout=subprocess.DEVNULL) as process,
    ):
        service = Service(process, int(env["NUCHAL_PORT"]), folder)
        try:
            service.wait_until(service.is_ready)
            yield service
        finally:
            process.terminate()
            process.wait(PATIENCE + 30)  # graceful_timeout: a worker that is still starting may miss the signal


@pytest.fixture(scope="session")
def run_service() -> Callable[..., contextlib.AbstractContextManager[Service]]:
    """`with run_service(folder, **settings) as service:` starts the real service."""
    return running


@pytest.fixture(scope="session")
def service_environment() -> Callable[..., dict[str, str]]:
    return environment


@pytest.fixture(scope="session")
def a_free_port() -> Callable[[], int]:
    return free_port
