"""A client that is not ours gets a card: HealthChain's sandbox client, installed from the package index into a folder of its own."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "cds_hooks" / "patient-view.json"
WANTED = "healthchain==0.16.1"

pytestmark = pytest.mark.client


@pytest.fixture(scope="module")
def healthchain(tmp_path_factory) -> Path:
    """A Python that has HealthChain."""
    folder = tmp_path_factory.mktemp("healthchain")
    python = folder / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=120)
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", WANTED], capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        pytest.skip(f"{WANTED} cannot be installed here: {(done.stderr.strip().splitlines() or ['pip says nothing'])[-1]}")
    return python


@pytest.fixture
def port(application):
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()
    server.server_close()


def test_healthchain_gets_the_card(healthchain, port):
    url = f"http://127.0.0.1:{port}/cds-services/back-pain-headache?asOf=2026-11-24"
    command = [healthchain, HERE / "healthchain_client.py", url, EXAMPLE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    (response,) = json.loads(done.stdout)
    assert [(card["indicator"], card["summary"].partition(":")[0]) for card in response["cards"]] == [("critical", "Emergency (now)")]
