"""The two health checks."""


def test_live_says_that_the_process_answers(client):
    assert client.get("/health/live").json == {"status": "live"}


def test_ready_names_the_ruleset_and_whether_it_is_reviewed(client, ruleset):
    assert client.get("/health/ready").json["ruleset"] == {
        "id": ruleset.id,
        "version": ruleset.version,
        "hash": ruleset.hash,
        "reviewed": False,
    }


def test_health_stays_out_of_caches(client):
    assert client.get("/health/ready").headers["Cache-Control"] == "no-store"
