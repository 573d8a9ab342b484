"""The SBOM holds what is delivered and nothing else; an audit that could not be made is not a good one."""

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

SCRIPT = Path(__file__).parents[2] / "deploy" / "supply_chain.py"


@pytest.fixture(scope="module")
def supply_chain():
    spec = importlib.util.spec_from_file_location("supply_chain", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sbom(supply_chain, tmp_path_factory):
    path = tmp_path_factory.mktemp("sbom") / "sbom.json"
    supply_chain.write_sbom(path, supply_chain.delivered())
    return json.loads(path.read_text())


def test_the_sbom_names_what_runs_and_not_what_tests(sbom):
    names = {canonicalize_name(component["name"]) for component in sbom["components"]}
    assert {"flask", "gunicorn", "fhir-resources", "durable-rules", "pyjwt", "cryptography", "sqlalchemy", "werkzeug", "pydantic"} <= names
    assert not {"pytest", "ruff", "hypothesis", "schemathesis", "mypy"} & names
    assert sbom["bomFormat"] == "CycloneDX"
    assert all(component["version"] and component["purl"].startswith("pkg:pypi/") for component in sbom["components"])


def test_the_dependencies_of_the_sbom_lead_to_its_components(sbom):
    references = {component["bom-ref"] for component in sbom["components"]}
    assert {reference for entry in sbom["dependencies"] for reference in entry.get("dependsOn", [])} <= references


PACKAGE = {"name": "flask", "version": "3.1.3", "vulns": []}
FAULT = {"id": "PYSEC-1", "fix_versions": ["3.2"]}
ANSWERS = [
    pytest.param([PACKAGE], 0, "1 packages audited, 0 known faults", id="nothing known"),
    pytest.param([PACKAGE | {"vulns": [FAULT]}], 1, "flask 3.1.3: PYSEC-1, mended in 3.2", id="a fault"),
    pytest.param([PACKAGE | {"vulns": [FAULT | {"fix_versions": []}]}], 1, "no version yet", id="a fault that nobody has mended"),
    pytest.param([{"name": "flask", "skip_reason": "not found"}], 3, "it does not know flask", id="an index that knows no faults"),
    pytest.param([{"name": "x", "skip_reason": ""}, PACKAGE | {"vulns": [FAULT]}], 1, "PYSEC-1", id="a fault, and one unknown"),
    pytest.param(None, 3, "could not be asked, which says nothing about the packages: no network", id="no network"),
]


@pytest.mark.parametrize(("dependencies", "code", "sentence"), ANSWERS)
def test_the_exit_code_says_what_came_of_the_audit(supply_chain, monkeypatch, capfd, tmp_path, dependencies, code, sentence):
    answer = f"print({json.dumps({'dependencies': dependencies})!r})" if dependencies else "import sys; sys.exit('no network')"
    (tmp_path / "pip_audit.py").write_text(answer)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    assert supply_chain.audit("flask==3.1.3\n") == code
    assert sentence in "".join(capfd.readouterr())
