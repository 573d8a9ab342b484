"""The real server with several workers, where it is said who may call: starts, tokens, and ids of tokens that serve once."""

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

PUBLIC_URL = "https://nuchal.hospital.example.org"
ACCESS = """
[[fhir]]
issuer = "https://login.hospital.example.org"
audience = "https://nuchal.hospital.example.org/fhir"
scopes = "system/*.read"
keys = "server.json"

[[cds_hooks]]
issuer = "https://ehr.example.org"
keys = "ehr.json"
"""
ASSESS = "/fhir/$assess?asOf=2026-11-24"
BUNDLE = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Patient", "id": "p"}}]})


@pytest.fixture(scope="module")
def access_file(tmp_path_factory, server, ehr):
    folder = tmp_path_factory.mktemp("access")
    (folder / "server.json").write_bytes(server().jwks)
    (folder / "ehr.json").write_bytes(ehr().jwks)
    (folder / "access.toml").write_text(ACCESS)
    return folder / "access.toml"


@pytest.fixture(scope="module")
def service(run_service, tmp_path_factory, access_file):
    """On all addresses, which it may be because it knows who may call."""
    settings = {"NUCHAL_HOST": "0.0.0.0", "NUCHAL_ACCESS": str(access_file), "NUCHAL_PUBLIC_URL": PUBLIC_URL, "NUCHAL_WORKERS": "4"}
    with run_service(tmp_path_factory.mktemp("service"), **settings) as service:
        yield service


def assess(service, token):
    return service.request("POST", ASSESS, BUNDLE, {"Content-Type": "application/fhir+json", "Authorization": f"Bearer {token}"})[0]


def test_every_worker_knows_whom_to_let_in(service, server):
    with ThreadPoolExecutor(8) as pool:
        good, bad = server().token(), server().token(aud="x")
        assert Counter(pool.map(lambda token: assess(service, token), [good, bad] * 20)) == {200: 20, 401: 20}


def test_a_token_of_a_client_serves_once_whichever_worker_it_meets(service, ehr):
    tokens = [ehr().token(aud=f"{PUBLIC_URL}/cds-services") for _ in range(10)]
    with ThreadPoolExecutor(16) as pool:
        found = list(
            pool.map(lambda token: service.request("GET", "/cds-services", headers={"Authorization": f"Bearer {token}"})[0], tokens * 8)
        )
    assert Counter(found) == {200: 10, 401: 70}


def test_no_token_and_no_caller_is_in_the_log(service, server):
    token = server().token(sub="Qmarkerq7")
    assess(service, token)
    assess(service, token[:-9])
    assert "Qmarkerq7" not in service.log
    assert token[:30] not in service.log


STARTS = [
    pytest.param("[[fhir]]\nissuer = 'x'\n", {}, "keys: is missing", id="an access file with a mistake"),
    pytest.param(ACCESS, {"NUCHAL_PUBLIC_URL": ""}, "NUCHAL_PUBLIC_URL must be set", id="clients of CDS Hooks without an address"),
    pytest.param(None, {"NUCHAL_PUBLIC_URL": PUBLIC_URL}, "say in NUCHAL_ACCESS who may call", id="a public address and nobody is asked"),
]


@pytest.mark.parametrize(("text", "settings", "sentence"), STARTS)
def test_a_start_that_would_let_anybody_in_is_refused(service_environment, a_free_port, access_file, text, settings, sentence):
    settings = {"NUCHAL_PORT": str(a_free_port()), "NUCHAL_PUBLIC_URL": PUBLIC_URL} | settings
    if text is not None:
        (access_file.parent / "other.toml").write_text(text)
        settings["NUCHAL_ACCESS"] = str(access_file.parent / "other.toml")
    env = service_environment(access_file.parent, **settings)
    done = subprocess.run([sys.executable, "-m", "nuchal.cli", "serve"], env=env, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (4, False)
    assert sentence in done.stderr
