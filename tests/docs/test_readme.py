"""What the README shows is what the code does."""

import json
import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints
from urllib.parse import urlsplit

import pytest

from nuchal import __version__
from nuchal.access.settings import read_access_settings
from nuchal.cli import exit_codes, main
from nuchal.config import Settings, variable
from nuchal.errors import NuchalError
from nuchal.intake import load_site_map
from nuchal.web import create_app
from nuchal.web.errors import ERROR_STATUSES

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text()
EXAMPLES = sorted(path.name for path in (REPOSITORY / "examples").glob("*.json"))
DOCUMENTS = [
    "README.md",
    "DEVELOPERS.md",
    "tests/README.md",
    "service/README.md",
    "service/DESIGN.md",
    "examples/README.md",
    "deploy/README.md",
]


@pytest.fixture(scope="module")
def client(evaluator):
    return create_app(Settings(), evaluator).test_client()


def block(kind):
    """The one fenced block of this kind."""
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return found


def table(head):
    """The rows, as tuples of cells, of the table that begins with `head`."""
    rows = README.split(f"\n{head}\n")[1].split("\n\n")[0].splitlines()[1:]
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows]


def holds(whole, part):
    """Whether `part` is `whole` with things left out; lists keep their order."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and holds(whole[key], value) for key, value in part.items())
    if isinstance(part, list):
        rest = iter(whole)
        return all(any(holds(element, wanted) for element in rest) for wanted in part)
    return whole == part


def test_the_first_request_gets_the_answer_that_is_shown(client):
    response = client.post("/fhir/$assess?asOf=2026-11-24", data=block("json request"), content_type="application/fhir+json")
    assert holds(response.json, json.loads(block("json answer")))


def test_the_call_of_an_ehr_gets_the_card_that_is_shown(client):
    body = (REPOSITORY / "examples" / "cds_hooks" / "patient-view.json").read_bytes()
    response = client.post("/cds-services/back-pain-headache?asOf=2026-11-24", data=body, content_type="application/json")
    assert holds(response.json, json.loads(block("json card")))


@pytest.mark.parametrize("command", re.findall(r"^curl .*$", README, re.MULTILINE))
def test_each_curl_command_is_answered(client, command):
    words = shlex.split(command)
    url = urlsplit(words[-1])
    assert url.netloc == f"{Settings().host}:{Settings().port}"
    path = f"{url.path}?{url.query}"
    if "--data-binary" not in words:
        response = client.get(path)
        assert response.status_code == 200
        assert response.json.get("total") != 0  # a search that finds nothing shows nothing
        return
    header = dict([words[words.index("-H") + 1].split(": ")])
    body = (REPOSITORY / words[words.index("--data-binary") + 1].removeprefix("@")).read_bytes()
    assert client.post(path, data=body, headers=header).status_code == 200


@pytest.mark.parametrize("kind", ["text", "text explained"])
def test_the_command_line_prints_what_is_shown(capsys, monkeypatch, kind):
    monkeypatch.chdir(REPOSITORY)
    command, *shown = block(kind).splitlines()
    assert main(shlex.split(command)[2:]) == 0
    printed = iter(capsys.readouterr().out.splitlines())
    assert [line for line in shown if line != "..." and line not in printed] == []


@pytest.mark.parametrize("command", re.findall(r"python3 (deploy/bootstrap\.py) (\w+)", README))
def test_each_set_up_command_exists(command):
    script, name = command
    said = subprocess.run([sys.executable, REPOSITORY / script, "--help"], capture_output=True, text=True, check=True).stdout
    assert name in re.search(r"\{(.*?)\}", said).group(1).split(",")


def test_the_map_of_a_site_that_is_shown_can_be_used(ruleset, tmp_path):
    file = tmp_path / "map.csv"
    file.write_text(block("csv"))
    assert len(load_site_map(file, ruleset).codes) == 3


@pytest.mark.parametrize("script", re.findall(r"python (tests/\S+\.py)", README))
def test_each_command_that_measures_exists(script):
    subprocess.run([sys.executable, REPOSITORY / script, "--help"], capture_output=True, check=True)


def test_the_table_of_settings_is_current():
    meanings = get_type_hints(Settings, include_extras=True)
    shown = {"None": "", "": "", "()": "", "False": "`no`"}
    defaults = {field.name: shown.get(str(field.default), f"`{field.default}`") for field in fields(Settings)}
    wanted = [(f"`{variable(name)}`", default, meanings[name].__metadata__[0]) for name, default in defaults.items()]
    assert table("| variable | default | meaning |") == wanted, "the README should say:\n" + "\n".join(
        f"| {' | '.join(row)} |" for row in wanted
    )


def test_the_table_of_endpoints_is_current(client):
    routes = {
        f"`{method} {rule.rule}`" for rule in client.application.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {row[0] for row in table("| endpoint | |")} == routes


def test_the_table_of_errors_is_current():
    told = {int(status) for row in table("| status | code of the issue | when |") for status in row[0].split(", ")}
    assert told == {*ERROR_STATUSES, *(kind.status for kind in kinds_below(NuchalError))}


def kinds_below(kind):
    return [below for child in kind.__subclasses__() for below in (child, *kinds_below(child))]


def test_the_file_of_access_that_is_shown_can_be_used(tmp_path):
    path = tmp_path / "access.toml"
    path.write_text(block("toml access"))
    settings = read_access_settings(path, "https://nuchal.hospital.example.org")
    assert (len(settings.servers), len(settings.clients), settings.rates) == (1, 1, {"https://ehr.hospital.example.org": "6000 per minute"})


def test_the_table_of_exit_codes_is_current():
    codes = {value for name, value in vars(exit_codes).items() if name.isupper()} - {exit_codes.INTERRUPTED} | {2}  # argparse's
    assert {int(row[0]) for row in table("| exit code | meaning |")} == codes


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    path = REPOSITORY / document
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text())
    assert [link for link in links if not link.startswith("https:") and not (path.parent / link).exists()] == []


def test_the_modules_that_developers_are_sent_to_exist():
    named = re.findall(r"`((?:\w+/)*\w+\.py)`", (REPOSITORY / "DEVELOPERS.md").read_text())
    assert named
    assert [name for name in named if not any((root / name).exists() for root in (REPOSITORY, REPOSITORY / "service" / "nuchal"))] == []


def test_every_example_is_described():
    described = re.findall(r"^\| `(\S+\.json)`", (REPOSITORY / "examples" / "README.md").read_text(), re.MULTILINE)
    assert sorted(described) == EXAMPLES


def test_the_changelog_tells_of_this_version():
    assert f"## [{__version__}]" in (REPOSITORY / "CHANGELOG.md").read_text()
