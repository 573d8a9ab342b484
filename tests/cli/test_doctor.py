"""`nuchal doctor`: each thing that can be wrong is found, named, and comes with a way to mend it."""

import contextlib
import json
import resource
import socket
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from nuchal.cli import main, set_up
from nuchal.cli.certificate import certificate_findings
from nuchal.cli.store_findings import store_findings
from nuchal.errors import EngineFault
from nuchal.evaluation import Evaluator
from nuchal.store import Store

NOW = datetime(2026, 11, 24, tzinfo=UTC)
URL = "https://nuchal.example.org"
OPEN = {"NUCHAL_HOST": "0.0.0.0", "NUCHAL_ALLOW_PUBLIC_BIND": "yes"}


@pytest.fixture(autouse=True)
def quick(monkeypatch, evaluator, ruleset, tmp_path):
    """The bundled ruleset is loaded once for all tests."""
    monkeypatch.setattr(set_up, "load_ruleset", lambda _: ruleset)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(set_up, "Evaluator", lambda *_: evaluator)


@pytest.fixture(autouse=True)
def port(monkeypatch, a_free_port):
    port = a_free_port()
    monkeypatch.setenv("NUCHAL_PORT", str(port))
    return port


def found(env, subject):
    """Level and sentence of each finding on `subject`."""
    return [(finding.level, f"{finding.message} -> {finding.remedy}") for finding in set_up.examine(env) if finding.subject == subject]


SETTINGS = [
    pytest.param({"NUCHAL_LOG_LEVEL": "debug"}, "settings", "ok", "NUCHAL_PORT, NUCHAL_LOG_LEVEL set", id="what is set is named"),
    pytest.param({"NUCHAL_PORT": "many"}, "settings", "wrong", "NUCHAL_PORT must be a whole number", id="a value that cannot be used"),
    pytest.param({"NUCHAL_HOST": "0.0.0.0"}, "settings", "wrong", "NUCHAL_ACCESS", id="open to strangers"),
    pytest.param({"NUCHAL_PROT": "9000"}, "settings", "warning", "-> write NUCHAL_PORT", id="a name that is misspelled"),
    pytest.param(
        {"NUCHAL_XYZZY": "1"}, "settings", "warning", "NUCHAL_XYZZY is set and means nothing -> remove it", id="a name nobody knows"
    ),
    pytest.param({}, "ruleset", "warning", "no clinician has reviewed", id="not reviewed"),
    pytest.param({"NUCHAL_RULESET": "nowhere"}, "ruleset", "wrong", "there is no folder nowhere", id="no ruleset there"),
    pytest.param({"NUCHAL_SITE_MAP": "nowhere.csv"}, "site map", "wrong", "nowhere.csv", id="no site map there"),
    pytest.param({}, "evaluation", "ok", "a made-up patient is answered in", id="units and engine work"),
    pytest.param({}, "access", "ok", "only this machine reaches the service", id="on this machine only"),
    pytest.param(OPEN, "access", "warning", "whoever reaches the service may call it", id="open because somebody said so"),
    pytest.param({"NUCHAL_ACCESS": "nowhere.toml"}, "access", "wrong", "nowhere.toml", id="no access file there"),
    pytest.param(OPEN, "address", "warning", "NUCHAL_PUBLIC_URL is empty", id="no public URL"),
    pytest.param({}, "port", "ok", "is free", id="a free port"),
    pytest.param(
        {"NUCHAL_HOST": "203.0.113.7"} | {"NUCHAL_ALLOW_PUBLIC_BIND": "yes"},
        "port",
        "wrong",
        "cannot listen on 203.0.113.7",
        id="no such address",
    ),
    pytest.param({}, "folders", "ok", "temporary files go to", id="a folder for temporary files"),
    pytest.param({"NUCHAL_WORKERS": "200"}, "workers", "warning", "200 workers on", id="more workers than cores"),
    pytest.param({}, "workers", "ok", "cores", id="a worker for each core"),
]


@pytest.mark.parametrize(("env", "subject", "level", "words"), SETTINGS)
def test_each_setting_is_looked_at(port, env, subject, level, words):
    findings = found({"NUCHAL_PORT": str(port)} | env, subject)
    assert [each for each in findings if each[0] == level and words in each[1]], findings


def test_settings_that_cannot_be_used_end_the_examination():
    subjects = {finding.subject for finding in set_up.examine({"NUCHAL_PORT": "many"})}
    assert subjects == {"Python", "clock", "settings"}


def test_a_ruleset_that_cannot_be_used_leaves_the_rest_to_be_looked_at(port):
    subjects = {finding.subject for finding in set_up.examine({"NUCHAL_PORT": str(port), "NUCHAL_RULESET": "nowhere"})}
    assert {"ruleset", "access", "port", "workers"} <= subjects
    assert "evaluation" not in subjects


def test_codes_of_the_site_are_counted(port, tmp_path):
    file = tmp_path / "map.csv"
    file.write_text("system,code,word\nhttp://hospital.example.org/codes,K7,thunderclap-headache\n")
    assert found({"NUCHAL_PORT": str(port), "NUCHAL_SITE_MAP": str(file)}, "site map") == [("ok", f"1 codes of {file} -> ")]


@pytest.fixture
def store(tmp_path):
    """The finding on a store, after `change` was made to a file that the service has used."""

    def look(change=None):
        file = tmp_path / "nuchal.db"
        url = f"sqlite:///{file}"
        if change:
            assert Store.open(url).health().is_well
            with contextlib.closing(sqlite3.connect(file)) as connection:
                connection.execute(change)
                connection.commit()
        (finding,) = store_findings(url)
        return finding.level, finding.message

    return look


USED_STORES = [
    pytest.param("select 1", "ok", "is reached", id="as the service left it"),
    pytest.param("delete from alembic_version", "ok", "still empty", id="without tables of ours"),
    pytest.param("update alembic_version set version_num = '0000'", "warning", "another version (0000", id="of another version"),
]


@pytest.mark.parametrize(("change", "level", "words"), USED_STORES)
def test_a_store_that_was_used_is_reached_and_of_this_version(store, change, level, words):
    found, message = store(change)
    assert (found, words in message) == (level, True), message


def test_a_store_that_is_not_there_yet_is_not_made(store, tmp_path):
    assert store() == ("ok", f"{tmp_path / 'nuchal.db'} is made when the service needs it")
    assert list(tmp_path.glob("nuchal.db*")) == []


STORES = [
    pytest.param("mysql://host/nuchal", "NUCHAL_DATABASE_URL must be like", id="another kind of database"),
    pytest.param("sqlite:////dev/null/nuchal.db", "cannot be written", id="a folder that cannot be written"),
    pytest.param("postgresql://nuchal:secret@127.0.0.1:{port}/nuchal", "cannot be read (OperationalError)", id="a database that is down"),
]


@pytest.mark.parametrize(("url", "words"), STORES)
def test_a_store_that_cannot_be_used_is_wrong_and_its_password_is_not_said(port, url, words):
    (finding,) = store_findings(url.format(port=port))
    assert (finding.level, words in finding.message) == ("wrong", True), finding.message
    assert "secret" not in str(finding)


def test_a_file_that_is_no_store_is_wrong(tmp_path):
    (tmp_path / "nuchal.db").write_text("It is a text and no database, and long enough to be seen as such." * 20)
    (finding,) = store_findings(f"sqlite:///{tmp_path / 'nuchal.db'}")
    assert (finding.level, "cannot be read (DatabaseError)" in finding.message) == ("wrong", True), finding.message


PYTHONS = [((3, 10, 2), "wrong"), ((3, 11, 7), "ok"), ((3, 12, 0), "ok"), ((3, 13, 1), "wrong")]


@pytest.mark.parametrize(("version", "level"), PYTHONS)
def test_a_python_in_which_the_engine_does_not_load_is_wrong(version, level):
    assert set_up.python(version).level == level


@pytest.mark.parametrize(("late", "level"), [(timedelta(days=1), "wrong"), (-timedelta(days=1), "ok")])
def test_a_clock_that_is_before_the_installation_is_wrong(late, level):
    assert set_up.clock(NOW, NOW - late).level == level


def test_an_engine_that_gives_no_answer_is_wrong(port, monkeypatch, ruleset):
    class Broken(Evaluator):
        def __init__(self, *_):
            self.ruleset = ruleset

        def warm(self):
            raise EngineFault("the engine failed twice on one evaluation")

    monkeypatch.setattr(set_up, "Evaluator", Broken)
    ((level, words),) = found({"NUCHAL_PORT": str(port)}, "evaluation")
    assert level == "wrong"
    assert "the engine failed twice" in words


def test_a_port_on_which_something_else_listens_is_wrong(port):
    with socket.create_server(("127.0.0.1", port)) as stranger:
        stranger.settimeout(0)
        ((level, words),) = found({"NUCHAL_PORT": str(port)}, "port")
    assert level == "wrong"
    assert "address already in use" in words


def test_a_port_on_which_nuchal_answers_is_as_it_should_be(tmp_path, run_service):
    with run_service(tmp_path, NUCHAL_WORKERS="1") as service:
        ((level, words),) = found({"NUCHAL_PORT": str(service.port)}, "port")
    assert level == "ok"
    assert "(ready, back-pain-headache" in words


def test_a_folder_for_temporary_files_that_cannot_be_written_is_wrong(port, monkeypatch):
    def refuse():
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(set_up.tempfile, "TemporaryFile", refuse)
    ((level, words),) = found({"NUCHAL_PORT": str(port)}, "folders")
    assert (level, "permission denied" in words) == ("wrong", True)


FILES = [(256, "warning"), (set_up.CONNECTIONS + set_up.OWN_FILES, "ok"), (resource.RLIM_INFINITY, "ok")]


@pytest.mark.parametrize(("allowed", "level"), FILES)
def test_a_limit_on_open_files_that_keeps_clients_waiting_is_told(port, monkeypatch, allowed, level):
    monkeypatch.setattr(set_up.resource, "getrlimit", lambda _: (allowed, allowed))
    assert [each for each, _ in found({"NUCHAL_PORT": str(port)}, "open files")] == [level]


@pytest.fixture
def certificate(tmp_path):
    def make(begin, end, *names):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nuchal")])
        builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), begin, end)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        file = tmp_path / "server.crt"
        file.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
        return file

    return make


DAY = timedelta(days=1)
CERTIFICATES = [
    pytest.param((-DAY, 90 * DAY, "nuchal.example.org"), ["ok", "ok"], "made for nuchal.example.org", id="as it should be"),
    pytest.param((-DAY, 90 * DAY, "*.example.org"), ["ok", "ok"], "made for nuchal.example.org", id="for all hosts of a domain"),
    pytest.param((-DAY, 90 * DAY, "*.nuchal.example.org"), ["ok", "wrong"], "and not for nuchal.example.org", id="for hosts below"),
    pytest.param((-DAY, 90 * DAY, "other.example.org"), ["ok", "wrong"], "made for other.example.org and not for", id="for another host"),
    pytest.param((-DAY, 90 * DAY), ["ok", "wrong"], "made for no name", id="for no host"),
    pytest.param((-90 * DAY, -DAY, "nuchal.example.org"), ["wrong", "ok"], "it ended on 2026-11-23", id="over"),
    pytest.param((DAY, 90 * DAY, "nuchal.example.org"), ["wrong", "ok"], "it is valid from 2026-11-25 only", id="not yet"),
    pytest.param((-DAY, 9 * DAY, "nuchal.example.org"), ["warning", "ok"], "it ends on 2026-12-03", id="over soon"),
]


@pytest.mark.parametrize(("made", "levels", "words"), CERTIFICATES)
def test_a_certificate_that_clients_would_refuse_is_wrong(certificate, made, levels, words):
    begin, end, *names = made
    findings = list(certificate_findings(certificate(NOW + begin, NOW + end, *names), URL, NOW))
    assert [finding.level for finding in findings] == levels
    assert words in " ".join(finding.message for finding in findings)


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), ("-----BEGIN PRIVATE KEY-----\n", "holds no certificate")])
def test_a_file_that_holds_no_certificate_is_wrong(tmp_path, content, words):
    file = tmp_path / "server.crt"
    if content:
        file.write_text(content)
    (finding,) = certificate_findings(file, URL, NOW)
    assert (finding.level, words in finding.message) == ("wrong", True)


def test_the_command_prints_a_table_and_warnings_are_no_failure(capsys):
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert "ok       Python" in printed
    assert "-> do not use its answers for patients" in printed


def test_the_command_fails_when_something_is_wrong_and_speaks_json(capsys, monkeypatch):
    monkeypatch.setenv("NUCHAL_RULESET", "nowhere")
    assert main(["doctor", "--format", "json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    (fault,) = [finding for finding in findings if finding["level"] == "wrong"]
    assert fault["subject"] == "ruleset"
    assert fault["remedy"]
