"""The wheel, installed in a clean environment away from the checkout, is whole. Slow, so asked for: pytest -m package."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.package

REPOSITORY = Path(__file__).parents[2]
CONTENT = ("rulesets", "fhir_profiles", "examples")
AS_OF = "2026-11-24"


def run(*command, cwd, **options):
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=clean_environment(), capture_output=True, check=False, **options)
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    return done.stdout


def clean_environment():
    """Nothing that could lead back to the checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NUCHAL_", "VIRTUAL_ENV"))}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, REPOSITORY, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The bin folder of an environment that holds the wheel and what it asks for, in the versions of the lock file."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    versions = re.sub(r" *\\\n +--hash=\S+", "", (REPOSITORY / "requirements.lock").read_text())
    (folder / "versions.txt").write_text(versions)
    pip = (folder / "venv" / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--constraint", folder / "versions.txt", wheel, cwd=folder)
    return folder / "venv" / "bin"


def test_the_wheel_holds_the_content_of_the_repository_file_by_file(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = {name.removeprefix("nuchal/_content/"): archive.read(name) for name in archive.namelist() if "/_content/" in name}
    files = [
        path for folder in CONTENT for path in (REPOSITORY / folder).rglob("*") if path.is_file() and "fsh-generated" not in path.parts
    ]
    assert packed == {path.relative_to(REPOSITORY).as_posix(): path.read_bytes() for path in files}


def test_the_wheel_holds_the_package_and_nothing_beside_it(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.endswith(".py")}
    package = REPOSITORY / "service"
    assert packed == {path.relative_to(package).as_posix() for path in (package / "nuchal").rglob("*.py")}


def test_the_installed_command_answers_like_the_checkout(installed, tmp_path, evaluator):
    example = REPOSITORY / "examples" / "fever-and-stiff-neck.json"
    said = run(installed / "nuchal", "evaluate", "-", "--as-of", AS_OF, "--format", "fhir", cwd=tmp_path, input=example.read_bytes())
    answer = evaluator.evaluate(example.read_bytes(), {"asOf": AS_OF}, now=None).answer
    assert json.loads(said) == json.loads(json.dumps(answer))


def test_the_installed_ruleset_passes_its_own_check(installed, tmp_path):
    run(installed / "nuchal", "rules", "check", cwd=tmp_path)


def test_the_installed_package_has_the_settings_of_the_server(installed, tmp_path):
    run(installed / "gunicorn", "--config", "python:nuchal.web.gunicorn_conf", "--check-config", "nuchal.wsgi:app", cwd=tmp_path)
