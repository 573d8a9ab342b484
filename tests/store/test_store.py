"""What is kept comes back as it was, in SQLite and in PostgreSQL."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from nuchal.errors import ConfigurationError, StoreUnavailable
from nuchal.store import Store
from nuchal.store.database import SCHEMA
from nuchal.store.records import REVIEW_FIRINGS, OverrideRate
from nuchal.store.tables import AUDIT, METADATA

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_an_audit_record_comes_back_as_it_was(store, audit_record):
    record = audit_record()
    store.audit.write(record)
    assert store.audit.find(record.id) == record
    assert store.audit.find("no such id") is None


def test_a_moment_with_an_offset_comes_back_as_the_same_instant(store, audit_record):
    at = datetime(2026, 11, 20, 14, tzinfo=timezone(timedelta(hours=2)))
    store.audit.write(audit_record(at=at))
    assert [record.at for record in store.audit.all()] == [NOON]


def test_records_are_listed_from_a_moment_on_the_oldest_first(store, audit_record):
    for number, hours in enumerate((3, 1, 2)):
        store.audit.write(audit_record(id=f"id-{hours}", at=NOON + timedelta(hours=hours, seconds=number)))
    assert [record.id for record in store.audit.all(NOON + timedelta(hours=2))] == ["id-2", "id-3"]


def test_old_records_are_forgotten_a_few_at_a_time_and_young_ones_never(store, audit_record):
    for number in range(5):
        store.audit.write(audit_record(id=f"id-{number}", at=NOON + timedelta(days=number)))
    before = NOON + timedelta(days=3)
    assert store.audit.count(before) == 3
    assert [store.audit.forget(before, 2), store.audit.forget(before, 2), store.audit.forget(before, 2)] == [2, 1, 0]
    assert [record.id for record in store.audit.all()] == ["id-3", "id-4"]


def test_a_card_is_found_again_and_the_first_of_two_with_one_uuid_stands(store, card):
    store.cards.remember([card(1), card(2)])
    store.cards.remember([card(1, indicator="critical"), card(3), card(3)])
    assert [store.cards.find(card(number).uuid) for number in (1, 2, 3)] == [card(1), card(2), card(3)]
    assert store.cards.find("no such card") is None
    store.cards.remember([])


def test_feedback_is_kept_as_a_whole_or_not_at_all(store, card, feedback):
    store.cards.remember([card(1)])
    with pytest.raises(StoreUnavailable):
        store.feedback.write([feedback(1), feedback(9)])
    assert store.feedback.all() == []
    store.feedback.write([feedback(1), feedback(1, outcome="accepted", suggestions=("x",), comment=None)])
    assert store.feedback.all() == [feedback(1), feedback(1, outcome="accepted", suggestions=("x",), comment=None)]


def test_facts_are_answered_once_somebody_answered_a_card_with_them(store, card, feedback):
    store.cards.remember([card(1), card(2, facts="0" * 64)])
    assert not store.feedback.is_answered(card(1).facts)
    store.feedback.write([feedback(1)])
    assert store.feedback.is_answered(card(1).facts)
    assert not store.feedback.is_answered("0" * 64)


def test_the_last_answer_on_a_card_counts_for_the_override_rate(store, card, feedback):
    store.cards.remember([card(1), card(2), card(3, rules=("migraine",))])
    store.feedback.write([feedback(1), feedback(2, outcome="accepted"), feedback(2), feedback(3), feedback(3, outcome="accepted")])
    label = card(1).ruleset
    assert store.feedback.override_rates() == [
        OverrideRate(rule="rf-one", ruleset=label, firings=2, answered=2, overridden=2),
        OverrideRate(rule="migraine", ruleset=label, firings=3, answered=3, overridden=2),
    ]


@pytest.mark.parametrize(
    ("firings", "overridden", "is_for_review"),
    [(REVIEW_FIRINGS, 46, True), (REVIEW_FIRINGS, 45, False), (REVIEW_FIRINGS - 1, 49, False), (0, 0, False)],
)
def test_a_rule_is_for_review_above_nine_tenths_on_fifty_cards(firings, overridden, is_for_review):
    rate = OverrideRate(rule="r", ruleset="x", firings=firings, answered=overridden, overridden=overridden)
    assert rate.is_for_review is is_for_review


def test_old_cards_are_forgotten_with_their_feedback(store, card, feedback):
    store.cards.remember([card(1), card(2, given=NOON + timedelta(days=9))])
    store.feedback.write([feedback(1), feedback(2)])
    assert store.cards.forget(NOON + timedelta(days=5), 10) == 1
    assert [one.card for one in store.feedback.all()] == [card(2).uuid]
    assert [rate.firings for rate in store.feedback.override_rates()] == [1, 1]


def test_a_token_is_used_for_the_first_time_once_and_is_forgotten_when_it_is_over(store):
    later = datetime.now(UTC) + timedelta(minutes=5)
    uses = [("issuer", "one", later), ("issuer", "one", later), ("other", "one", later), ("issuer", "two", later)]
    assert [store.tokens.first_use(*use) for use in uses] == [True, False, True, True]
    assert store.tokens.first_use("issuer", "over", datetime.now(UTC) - timedelta(seconds=1))
    assert store.tokens.first_use("issuer", "over", later)


USES_TOKENS = """
import sys
from datetime import UTC, datetime, timedelta
from nuchal.store import Store
store = Store.open(sys.argv[1])
print(*(int(store.tokens.first_use("issuer", f"t{number}", datetime.now(UTC) + timedelta(minutes=5))) for number in range(20)))
"""


def test_of_several_processes_one_is_first_with_each_token(url):
    """The schema is made by whoever comes first, too."""
    running = [subprocess.Popen([sys.executable, "-c", USES_TOKENS, url], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = [map(int, process.communicate(timeout=60)[0].split()) for process in running]
    assert [sum(each) for each in zip(*told, strict=True)] == [1] * 20


def test_threads_write_at_the_same_time(store, audit_record):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: store.audit.write(audit_record(id=f"id-{number}")), range(200)))
    assert store.audit.count() == 200


def test_a_ruleset_is_kept_once_by_its_hash(store):
    store.rulesets.keep("h1", "rules 1", b"\x00archive")
    store.rulesets.keep("h1", "rules 1", b"other")
    store.rulesets.keep("h2", "rules 2", b"two")
    assert (store.rulesets.load("h1"), store.rulesets.load("none")) == (b"\x00archive", None)
    assert store.rulesets.labels() == {"h1": "rules 1", "h2": "rules 2"}


def test_the_migrations_make_the_tables_that_the_code_uses(store):
    store.database.prepare()
    with store.database.transaction() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert set(inspect(connection).get_table_names()) == {*METADATA.tables, "alembic_version"}
    assert store.database.schema == SCHEMA == ScriptDirectory("service/nuchal/store/migrations").get_current_head()


def test_a_schema_that_is_newer_than_the_code_is_left_alone(url):
    first = Store.open(url)
    with first.database.transaction() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    first.close()
    newer = Store.open(url)
    assert "newer than this version" in newer.health().problem
    with pytest.raises(StoreUnavailable, match="newer"):
        newer.feedback.all()
    newer.close()


def test_health_says_what_is_behind_the_store_and_whether_it_works(store, url):
    health = store.health()
    assert (health.is_well, health.kind) == (True, url.partition(":")[0])


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "sqlite://", "sqlite:///"])
def test_what_is_no_place_of_a_store_is_refused_at_once(url):
    with pytest.raises(ConfigurationError, match="NUCHAL_DATABASE_URL"):
        Store.open(url)


def test_the_password_is_not_told():
    place = Store.open("postgresql://user:hidden@db.example.org/nuchal").database.place
    assert "hidden" not in place
    assert "db.example.org" in place


def test_more_records_than_fit_on_a_page_are_all_listed_once(store, audit_record):
    with store.database.transaction() as connection:
        rows = [asdict(audit_record(id=f"id-{number:04}", at=NOON + timedelta(seconds=number // 7))) for number in range(1201)]
        connection.execute(AUDIT.insert(), rows)
    assert [record.id for record in store.audit.all()] == [f"id-{number:04}" for number in range(1201)]


def test_a_new_file_is_its_owners_alone(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'folder' / 'nuchal.db'}")
    store.database.prepare()
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "folder").iterdir()} == {0}
    store.close()
