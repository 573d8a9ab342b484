"""What Prometheus reads: outcomes by rule, times by route, faults; added up over all workers, and nothing of a patient."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from nuchal.config import Settings
from nuchal.errors import EngineDisagreement
from nuchal.inference.engine import StageFault
from nuchal.web import create_app, metrics
from nuchal.web.described import is_public

URL = "/fhir/$assess?asOf=2026-11-24"
FHIR = {"Content-Type": "application/fhir+json"}
MARKER = "Qmarkerq7"


def samples(text: str) -> dict[tuple, float]:
    """Every sample by its name and sorted labels."""
    families = text_string_to_metric_families(text)
    return {(sample.name, *sorted(sample.labels.items())): sample.value for family in families for sample in family.samples}


@pytest.fixture
def counted(client):
    """What a request adds to each sample."""

    def count(*requests):
        before = samples(client.get("/metrics").text)
        for request in requests:
            request()
        after = samples(client.get("/metrics").text)
        return {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}

    return count


def test_an_evaluation_counts_its_flags_causes_and_disposition(client, counted, example):
    added = counted(lambda: client.post(URL, data=example("fever-and-stiff-neck"), headers=FHIR))
    assert added["nuchal_red_flags_raised_total", ("rule", "rf-fever-meningism")] == 1
    assert added["nuchal_causes_listed_total", ("certainty", "meets-criteria"), ("rule", "bacterial-meningitis")] == 1
    assert added["nuchal_dispositions_total", ("disposition", "emergency")] == 1
    assert added["nuchal_evaluation_seconds_count",] == 1
    assert added["nuchal_request_seconds_count", ("route", "/fhir/$assess"), ("status", "2xx")] == 1


REFUSED = [
    pytest.param("POST", URL, b"{", "/fhir/$assess", "4xx", id="a body that is none"),
    pytest.param("GET", f"/fhir/Patient/{MARKER}", b"", "none", "4xx", id="an address where there is nothing"),
]


@pytest.mark.parametrize(("method", "path", "body", "route", "status"), REFUSED)
def test_a_request_counts_by_route_and_class_of_status(client, counted, method, path, body, route, status):
    added = counted(lambda: client.open(path, method=method, data=body, headers=FHIR))
    assert added["nuchal_request_seconds_count", ("route", route), ("status", status)] == 1
    assert MARKER not in str(added)


def fail_at(evaluator, monkeypatch, times):
    """Let the engine fail at its next `times` runs."""
    faults = iter(["the agenda does not end"] * times)
    engine = type(evaluator.inference._engine)
    run = engine.run

    def faulty(self, stage, facts):
        for what in faults:
            raise StageFault(stage.name, what)
        return run(self, stage, facts)

    monkeypatch.setattr(engine, "run", faulty)


ENGINE_FAULTS = [
    pytest.param(1, 200, {"nuchal_engine_rebuilds_total": 1}, id="once: built anew, answered"),
    pytest.param(2, 503, {"nuchal_engine_rebuilds_total": 2, "nuchal_engine_faults_total": 1}, id="twice: no answer"),
]


@pytest.mark.parametrize(("times", "status", "wanted"), ENGINE_FAULTS)
def test_an_engine_fault_is_counted_and_the_next_request_is_answered(
    client, counted, evaluator, monkeypatch, example, times, status, wanted
):
    found = []
    fail_at(evaluator, monkeypatch, times)
    added = counted(lambda: found.append(client.post(URL, data=example("numb-saddle"), headers=FHIR).status_code))
    assert found == [status]
    assert {name: value for (name, *_), value in added.items() if "engine" in name} == wanted
    assert client.post(URL, data=example("numb-saddle"), headers=FHIR).status_code == 200


def test_a_disagreement_of_engine_and_witness_is_counted(client, counted, evaluator, monkeypatch, example):
    def disagree(_findings):
        raise EngineDisagreement("engine and witness differ on red flags")

    monkeypatch.setattr(evaluator.inference, "conclude", disagree)
    added = counted(lambda: client.post(URL, data=example("numb-saddle"), headers=FHIR))
    assert added["nuchal_witness_disagreements_total",] == 1
    assert ("nuchal_evaluation_seconds_count",) not in added


def test_a_failure_of_the_store_is_counted(counted):
    assert counted(metrics.store_failed)["nuchal_store_failures_total",] == 1


def test_faults_stand_at_zero_before_the_first_so_that_an_alert_sees_it(client):
    names = {name for name, *_ in samples(client.get("/metrics").text)}
    assert {f"nuchal_{what}_total" for what in ("engine_rebuilds", "engine_faults", "witness_disagreements", "store_failures")} <= names


def test_the_ruleset_that_answers_is_named(client, ruleset):
    (about,) = [dict(labels) for (name, *labels) in samples(client.get("/metrics").text) if name == "nuchal_ruleset_info"]
    assert (about["id"], about["version"], about["hash"], about["reviewed"]) == (ruleset.id, ruleset.version, ruleset.hash, "no")


def test_nothing_of_a_patient_is_counted(client, example):
    body = example("fever-and-stiff-neck").replace(b"Patient/", f"Patient/{MARKER}".encode()).replace(b'"Patient",', b'"Patient", ')
    client.post(f"{URL}&subject=Patient/{MARKER}", data=body, headers=FHIR | {"X-Request-Id": MARKER, "User-Agent": MARKER})
    assert MARKER not in client.get("/metrics").text


PUBLIC = [
    pytest.param(Settings(), True, id="on this machine only"),
    pytest.param(Settings(host="0.0.0.0", allow_public_bind=True), False, id="beyond it"),
]


@pytest.mark.parametrize(("settings", "public"), PUBLIC)
def test_a_token_is_asked_for_where_others_reach_the_service(evaluator, settings, public):
    assert is_public(create_app(settings, evaluator).view_functions["metrics.metrics"], "metrics.metrics") is public


def counters(service):
    return samples(service.request("GET", "/metrics")[2].decode())


def test_all_workers_are_added_up_and_a_killed_one_takes_only_what_it_had_in_flight(tmp_path, run_service, example):
    body = example("numb-saddle")
    with run_service(tmp_path) as service:
        assess_twenty_times(service, body)
        gone = service.workers[0]
        os.kill(gone, signal.SIGKILL)
        service.wait_until(lambda: gone not in service.workers and len(service.workers) == 2)
        assess_twenty_times(service, body)
        found = counters(service)
        assert found["nuchal_red_flags_raised_total", ("rule", "rf-cauda-equina")] == 40
        assert found["nuchal_requests_in_flight",] == 1  # the one that asks
        (folder,) = folders_of_counters(service.workers[0])
        assert len(list(folder.glob("counter_*.db"))) == 4  # three workers and the process that forked them
    assert not folder.exists()


def assess_twenty_times(service, body):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(service.assess, [body] * 20))


def folders_of_counters(pid):
    mapped = [line.split()[-1] for line in Path(f"/proc/{pid}/maps").read_text().splitlines() if line.endswith(".db")]
    return {Path(file).parent for file in mapped}
