"""`nuchal replay`: what was answered once comes out again, byte by byte, or what differs is told."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from nuchal.config import Settings
from nuchal.store import Store
from nuchal.web import create_app

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "examples"
JSON = {"Content-Type": "application/json"}
FLAG = "red_flags/rf-thunderclap.yaml"
SITE_MAP = "system,code,word\nhttp://hospital.example.org/codes,K7,thunderclap-headache\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A service with a ruleset and a site map of its own; the ruleset in its folder is another by now."""
    folder = tmp_path_factory.mktemp("served")
    rules = Path(shutil.copytree(REPOSITORY / "rulesets" / "back_pain_headache", folder / "rules"))
    (folder / "map.csv").write_text(SITE_MAP)
    settings = Settings(database_url=f"sqlite:///{folder / 'nuchal.db'}", audit_required=True, ruleset=rules, site_map=folder / "map.csv")
    opened = []
    with pytest.MonkeyPatch.context() as patch:
        open_one = Store.open
        patch.setattr(Store, "open", lambda url: opened.append(open_one(url)) or opened[-1])
        client = create_app(settings).test_client()
    (rules / FLAG).write_text((rules / FLAG).read_text().replace("disposition: emergency", "disposition: soon"))
    yield client, settings
    for store in opened:
        store.close()


@pytest.fixture
def answered(served, monkeypatch):
    """Lets the service answer; gives the audit id. The command line has its settings."""
    client, settings = served
    monkeypatch.setenv("NUCHAL_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("NUCHAL_SITE_MAP", str(settings.site_map))

    def answer(path: str, body: bytes) -> str:
        response = client.post(path, data=body, headers=JSON)
        assert response.status_code == 200, response.data
        return response.headers["X-Audit-Id"]

    return answer


@pytest.fixture
def store(served):
    store = Store.open(served[1].database_url)
    yield store
    store.close()


def parameters(**plain):
    """A patient in Parameters."""
    bundle = json.loads((EXAMPLES / "numb-saddle.json").read_bytes())
    values = [{"name": name, "valueString": value} for name, value in plain.items()]
    return json.dumps({"resourceType": "Parameters", "parameter": [{"name": "bundle", "resource": bundle}, *values]}).encode()


def dated(day):
    """The example, with everything observed on one day, of which no time is known."""
    bundle = json.loads(PATIENT)
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "Observation":
            entry["resource"]["effectiveDateTime"] = day
    return json.dumps(bundle).encode()


PATIENT = (EXAMPLES / "fever-and-stiff-neck.json").read_bytes()
CALL = (EXAMPLES / "cds_hooks" / "patient-view.json").read_bytes()
ANSWERED = [
    pytest.param("/fhir/$assess?asOf=2026-11-24", PATIENT, id="a date"),
    pytest.param("/fhir/$assess?asOf=2026-11-24T02:30:00.123%2B09:30", dated("2026-11-24"), id="a moment where the day is another"),
    pytest.param("/fhir/$assess", PATIENT, id="now"),
    pytest.param("/fhir/$assess?asOf=2026-11-24&detail=full", PATIENT, id="in full"),
    pytest.param("/fhir/$assess", parameters(asOf="2026-11-24", detail="full"), id="parameters"),
    pytest.param("/cds-services/back-pain-headache?asOf=2026-11-24T10:20:30Z", CALL, id="cards"),
    pytest.param("/cds-services/back-pain-headache", CALL, id="cards now"),
]


@pytest.mark.parametrize(("path", "body"), ANSWERED)
def test_an_answer_comes_out_again_byte_by_byte(nuchal, answered, tmp_path, path, body):
    id_ = answered(path, body)
    (tmp_path / "input.json").write_bytes(body)
    code, printed, complaint = nuchal("replay", id_, tmp_path / "input.json")
    assert (code, complaint) == (0, "")
    assert "The same answer comes out, byte by byte: sha256" in printed


def test_the_order_of_the_input_does_not_matter(nuchal, answered, tmp_path):
    id_ = answered("/fhir/$assess?asOf=2026-11-24", PATIENT)
    bundle = json.loads(PATIENT)
    (tmp_path / "turned.json").write_text(json.dumps(bundle | {"entry": bundle["entry"][::-1]}))
    assert nuchal("replay", id_, tmp_path / "turned.json", "--format", "json")[0] == 0


def test_another_input_is_told(nuchal, answered):
    id_ = answered("/fhir/$assess?asOf=2026-11-24", PATIENT)
    code, printed, _ = nuchal("replay", id_, EXAMPLES / "numb-saddle.json")
    assert code == 1
    assert "FILE is not what was evaluated that day" in printed


def test_what_was_concluded_otherwise_is_told_rule_by_rule(nuchal, answered, store, tmp_path):
    """As an answer of a Nuchal with other ideas would stand in the store."""
    record = store.audit.find(answered("/fhir/$assess?asOf=2026-11-24", PATIENT))
    changed = {"flags": record.flags[1:], "disposition": "soon", "answer_hash": "0" * 64, "service_version": "0.0.1"}
    store.audit.write(replace(record, id="another", **changed))
    (tmp_path / "input.json").write_bytes(PATIENT)
    code, printed, _ = nuchal("replay", "another", tmp_path / "input.json", "--format", "json")
    document = json.loads(printed)
    told = {one["what"]: (one["stored"], one["replayed"]) for one in document["differences"]}
    assert (code, document["same"]) == (1, False)
    assert told["disposition"] == ("soon", "emergency")
    assert record.flags[0] not in told["red flags"][0]
    assert record.flags[0] in told["red flags"][1]
    assert set(told) == {"version of Nuchal", "red flags", "disposition", "answer"}
    assert "install that of the day" in nuchal("replay", "another", tmp_path / "input.json")[1]
    store.audit.write(replace(record, id="worded", answer_hash="0" * 64))
    assert "Conclusions are the same, their wording is not" in nuchal("replay", "worded", tmp_path / "input.json")[1]


def test_another_site_map_is_told(nuchal, answered, tmp_path):
    id_ = answered("/fhir/$assess?asOf=2026-11-24", PATIENT)
    (tmp_path / "input.json").write_bytes(PATIENT)
    (tmp_path / "other.csv").write_text(SITE_MAP.replace("K7", "K8"))
    code, printed, _ = nuchal("replay", id_, tmp_path / "input.json", "--site-map", tmp_path / "other.csv")
    assert code == 1
    assert "give that of the day with --site-map" in printed


def test_a_subject_of_the_query_is_asked_for(nuchal, answered, tmp_path):
    bundle = json.loads(PATIENT)
    bundle["entry"].append({"resource": {"resourceType": "Patient", "id": "somebody-else"}})
    subject = f"Patient/{next(each['resource']['id'] for each in bundle['entry'] if each['resource']['resourceType'] == 'Patient')}"
    (tmp_path / "two.json").write_text(json.dumps(bundle))
    id_ = answered(f"/fhir/$assess?asOf=2026-11-24&subject={subject}", json.dumps(bundle).encode())
    assert nuchal("replay", id_, tmp_path / "two.json", "--subject", subject)[0] == 0
    assert nuchal("replay", id_, tmp_path / "two.json")[0] == 3


@pytest.mark.usefixtures("answered")
def test_what_the_store_does_not_hold_is_told(nuchal):
    code, _, complaint = nuchal("replay", "no-such-id", EXAMPLES / "numb-saddle.json")
    assert code == 4
    assert "holds no audit record no-such-id" in complaint


def test_a_ruleset_that_is_not_kept_is_told(nuchal, answered, store):
    record = store.audit.find(answered("/fhir/$assess?asOf=2026-11-24", PATIENT))
    store.audit.write(replace(record, id="lost", ruleset_hash="f" * 64))
    code, _, complaint = nuchal("replay", "lost", EXAMPLES / "numb-saddle.json")
    assert code == 4
    assert f"keeps no ruleset whose hash begins with {'f' * 64}" in complaint


def test_a_file_that_is_not_there_is_told(nuchal, tmp_path):
    code, _, complaint = nuchal("replay", "id", tmp_path / "nowhere.json")
    assert code == 3
    assert "cannot be read" in complaint
