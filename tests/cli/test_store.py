"""`nuchal store`, over a store that holds something."""

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest

from nuchal.cli import main
from nuchal.store import Store
from nuchal.store.records import AuditRecord, CardGiven, Feedback

NOW = datetime.now(UTC)


def audited(number: int, at: datetime) -> AuditRecord:
    hashes = {"ruleset_hash": "a" * 64, "input_hash": "b" * 64, "answer_hash": "c" * 64}
    said = {"flags": ("rf-one",), "causes": (("migraine", "probable"),), "disposition": "urgent", "as_of": "2026-11-20T12:30:00Z"}
    how = {"route": "/fhir/$assess", "caller": None, "service_version": "1", "site_map": None, "detail_full": False, "subject_given": False}
    return AuditRecord(id=f"id-{number}", at=at, ruleset="rules 1", duration_ms=1.5, **hashes, **said, **how)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Two old and three young records, an old card and a young one with an answer each."""
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    monkeypatch.setenv("NUCHAL_DATABASE_URL", url)
    store = Store.open(url)
    for number in range(5):
        store.audit.write(audited(number, NOW - timedelta(days=40 if number < 2 else 3)))
    for uuid, age in (("old", 40), ("young", 3)):
        given = NOW - timedelta(days=age)
        what = {"service": "s", "hook": "patient-view", "facts": uuid, "rules": ("rf-one",), "ruleset": "rules 1", "ruleset_hash": "a"}
        store.cards.remember([CardGiven(uuid=uuid, indicator="info", suggestions=(), given=given, **what)])
        reason = {"suggestions": (), "reason_system": None, "reason_code": "seen", "comment": None}
        store.feedback.write([Feedback(card=uuid, outcome="overridden", at=given, received=given, **reason)])
    yield store
    store.close()


def test_migrate_says_where_the_store_is_and_at_which_schema(store, capsys):
    assert main(["store", "migrate"]) == 0
    assert capsys.readouterr().out == f"{store.database.place} is at schema 0001.\n"


def test_a_dry_run_counts_and_deletes_nothing(store, capsys):
    assert main(["store", "retain", "--days", "30", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "would delete 2 audit records, 5 there are",
        "would delete 1 cards with their feedback, 2 there are",
    ]
    assert (store.audit.count(), store.cards.count()) == (5, 2)


def test_retain_deletes_what_is_old_and_nothing_else(store, capsys):
    assert main(["store", "retain", "--days", "30"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "deleted 2 audit records, 3 are left",
        "deleted 1 cards with their feedback, 1 are left",
    ]
    assert [record.id for record in store.audit.all()] == ["id-2", "id-3", "id-4"]
    assert [each.card for each in store.feedback.all()] == ["young"]


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "x"])
def test_days_that_are_none_are_refused(days, capsys):
    with pytest.raises(SystemExit):
        main(["store", "retain", "--days", days])
    assert "a whole number of days above 0" in capsys.readouterr().err


@pytest.mark.usefixtures("store")
def test_the_audit_is_exported_line_by_line(tmp_path):
    file = tmp_path / "audit.ndjson"
    assert main(["store", "export", "audit", str(file)]) == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert {line["id"] for line in lines} == {f"id-{number}" for number in range(5)}
    assert lines[0]["causes"] == [["migraine", "probable"]]


@pytest.mark.usefixtures("store")
def test_feedback_is_exported_with_the_rules_it_is_about(tmp_path):
    file = tmp_path / "feedback.csv"
    assert main(["store", "export", "feedback", str(file)]) == 0
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["card"], row["rules"], row["outcome"]) for row in rows] == [
        ("old", '["rf-one"]', "overridden"),
        ("young", '["rf-one"]', "overridden"),
    ]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("file", "said"), [("kept.txt", "neither with .ndjson nor with .csv"), ("no/such/folder/kept.csv", "cannot be written")]
)
def test_a_file_that_cannot_be_written_is_named(tmp_path, file, said, capsys):
    assert main(["store", "export", "audit", str(tmp_path / file)]) == 4
    assert said in capsys.readouterr().err
