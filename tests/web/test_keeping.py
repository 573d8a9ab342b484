"""What the service keeps for a later look: the ruleset that it answers with, from its first answer on."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nuchal.config import Settings
from nuchal.errors import RulesetError
from nuchal.rules.archive import unpack
from nuchal.rules.reader import load_ruleset
from nuchal.store import Store
from nuchal.web import create_app
from nuchal.web.keeping import Keeping

REPOSITORY = Path(__file__).parents[2]
BUNDLED = REPOSITORY / "rulesets" / "back_pain_headache"
EXAMPLE = (REPOSITORY / "examples" / "numb-saddle.json").read_bytes()


@pytest.fixture
def database(tmp_path):
    return tmp_path / "folder" / "nuchal.db"


@pytest.fixture
def store(database):
    store = Store.open(f"sqlite:///{database}")
    yield store
    store.close()


@pytest.fixture
def answer(evaluator, tmp_path):
    """Answers one patient and keeps that it did."""
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'another.db'}"), evaluator)
    evaluation = evaluator.evaluate(EXAMPLE, {"asOf": "2026-11-24"}, now=datetime.now(UTC))

    def answer(keeping: Keeping) -> None:
        with app.test_request_context("/fhir/$assess", method="POST"):
            app.preprocess_request()
            keeping.audit(evaluation, 0.01)

    return answer


def test_a_ruleset_is_kept_with_its_first_answer_and_once(store, ruleset, answer):
    keeping = Keeping(store, required=True)
    keeping.prepare(ruleset, BUNDLED)
    assert store.rulesets.labels() == {}
    for _ in range(2):
        answer(keeping)
    assert store.rulesets.labels() == {ruleset.hash: ruleset.label}
    assert load_ruleset(unpack(store.rulesets.load(ruleset.hash))) == ruleset
    assert store.audit.count() == 2


def test_what_is_kept_is_not_packed_again(store, ruleset, answer):
    first = Keeping(store, required=True)
    first.prepare(ruleset, BUNDLED)
    answer(first)
    again = Keeping(store, required=True)
    again.prepare(ruleset, Path("/there/is/no/such/folder"))
    answer(again)


def test_a_store_that_comes_back_after_the_start_gets_the_ruleset_too(store, database, ruleset, answer):
    database.parent.write_text("a file where the folder should be")
    keeping = Keeping(store, required=False)
    keeping.prepare(ruleset, BUNDLED)
    answer(keeping)
    database.parent.unlink()
    answer(keeping)
    assert store.rulesets.labels() == {ruleset.hash: ruleset.label}
    assert store.audit.count() == 1


def test_a_folder_that_was_changed_meanwhile_is_not_taken_for_what_was_read(store, ruleset, tmp_path):
    folder = Path(shutil.copytree(BUNDLED, tmp_path / "rules"))
    (folder / "references.yaml").write_text((folder / "references.yaml").read_text() + "# a remark\n")
    with pytest.raises(RulesetError, match="no more what was read"):
        Keeping(store, required=False).prepare(ruleset, folder)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted by Linux's /proc")
def test_no_connection_is_carried_across_the_fork(store, database, ruleset):
    """SQLite keeps locks for each process: a child with an inherited connection would think that it holds its parent's."""
    Keeping(store, required=True).prepare(ruleset, None)
    assert database.exists()
    assert not [file for file in map(_target, Path("/proc/self/fd").iterdir()) if file.startswith(str(database))]


def _target(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:
        return ""
