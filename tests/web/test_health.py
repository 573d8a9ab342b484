"""The two health checks."""

import pytest

from nuchal.config import Settings
from nuchal.evaluation import Evaluator
from nuchal.intake import load_site_map
from nuchal.web import create_app, health


def test_live_says_that_the_process_answers(client):
    assert client.get("/health/live").json == {"status": "live"}


def test_ready_names_the_ruleset_and_whether_it_is_reviewed(client, ruleset):
    assert client.get("/health/ready").json["ruleset"] == {
        "id": ruleset.id,
        "version": ruleset.version,
        "hash": ruleset.hash,
        "reviewed": False,
    }


def test_ready_says_whether_codes_of_the_site_are_read(client, ruleset, tmp_path):
    assert client.get("/health/ready").json["siteMap"] is None
    file = tmp_path / "map.csv"
    file.write_text("system,code,word\nhttp://hospital.example.org/codes,K7,thunderclap-headache\n")
    evaluator = Evaluator(ruleset, load_site_map(file, ruleset))
    about = create_app(Settings(), evaluator).test_client().get("/health/ready").json["siteMap"]
    assert about == {"hash": evaluator.site_map.hash, "codes": 1}
    evaluator.inference.close()


@pytest.fixture
def leaving():
    health.leaving.set()
    yield
    health.leaving.clear()


@pytest.mark.usefixtures("leaving")
def test_a_worker_that_was_told_to_stop_is_live_and_not_ready(client, ruleset):
    assert client.get("/health/live").status_code == 200
    response = client.get("/health/ready")
    assert (response.status_code, response.json["status"]) == (503, "draining")
    assert response.json["ruleset"]["hash"] == ruleset.hash


def test_health_stays_out_of_caches(client):
    assert client.get("/health/ready").headers["Cache-Control"] == "no-store"
