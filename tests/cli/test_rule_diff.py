"""`nuchal rules diff` tells what changed for patients, and its exit code whether anything did."""

import json

import pytest

from nuchal.rules.archive import pack
from nuchal.rules.reader import load_ruleset
from nuchal.store import Store

FLAG = "red_flags/rf-thunderclap.yaml"
BEFORE = "time from onset to the worst of the headache at most 5 minutes"
AFTER = "time from onset to the worst of the headache at most 10 minutes"


@pytest.fixture
def changed(bundled_copy):
    """The bundled ruleset, with another limit in one red flag."""
    file = bundled_copy / FLAG
    file.write_text(file.read_text(encoding="utf-8").replace("value: 5}", "value: 10}"), encoding="utf-8")
    return bundled_copy


@pytest.fixture
def database(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'store' / 'nuchal.db'}"
    monkeypatch.setenv("NUCHAL_DATABASE_URL", url)
    return url


def test_a_threshold_is_told_with_the_cases_that_come_out_otherwise(nuchal, changed, bundled):
    code, printed, _ = nuchal("rules", "diff", bundled, changed)
    assert code == 1
    for line in (f"- {BEFORE}", f"+ {AFTER}", "changed red flag Sudden severe headache at its peak within minutes (rf-thunderclap)"):
        assert line in printed
    assert "Cases that come out otherwise" in printed
    assert "not raised" in printed
    assert printed.splitlines()[-1].startswith("1 rule changed; 1 of ")


def test_programs_get_the_whole_as_json(nuchal, changed, bundled):
    code, printed, _ = nuchal("rules", "diff", bundled, changed, "--format", "json")
    document = json.loads(printed)
    assert code == 1
    assert document["before"]["hash"] != document["after"]["hash"]
    ((change,),) = (rule["changes"] for rule in document["rules"])
    assert (change["place"], change["before"], change["after"]) == ("raised when", BEFORE, AFTER)
    (case,) = document["cases"]["changes"]
    assert (case["rule"], case["before"], case["after"]) == ("rf-thunderclap", "not raised", "raised")
    assert document["cases"]["run"] > 1000


def test_the_same_gives_zero_however_it_is_written(nuchal, bundled_copy, bundled):
    file = bundled_copy / FLAG
    file.write_text("# a remark\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert nuchal("rules", "diff", bundled, bundled)[0] == 0
    code, printed, _ = nuchal("rules", "diff", bundled_copy)
    assert code == 0
    assert "Both say the same; their files are written otherwise." in printed


def test_a_ruleset_that_was_served_is_named_by_its_hash(nuchal, changed, database):
    ruleset = load_ruleset(changed)
    store = Store.open(database)
    store.rulesets.keep(ruleset.hash, ruleset.label, pack(changed, ruleset.hash))
    store.close()
    code, printed, _ = nuchal("rules", "diff", ruleset.hash[:8])
    assert code == 1
    assert f"- {AFTER}" in printed
    assert f"+ {BEFORE}" in printed


@pytest.mark.usefixtures("database")
def test_a_hash_that_the_store_does_not_keep_is_told(nuchal):
    code, _, complaint = nuchal("rules", "diff", "0123abcd")
    assert code == 4
    assert "keeps no ruleset whose hash begins with 0123abcd" in complaint


def test_what_is_neither_folder_nor_hash_is_told(nuchal, tmp_path):
    code, _, complaint = nuchal("rules", "diff", tmp_path / "nowhere")
    assert code == 2
    assert "neither a folder nor 8 or more characters of the hash" in complaint


def test_a_ruleset_that_cannot_be_read_is_told(nuchal, changed, bundled):
    (changed / FLAG).write_text("nonsense", encoding="utf-8")
    code, _, complaint = nuchal("rules", "diff", bundled, changed)
    assert code == 4
    assert FLAG in complaint
