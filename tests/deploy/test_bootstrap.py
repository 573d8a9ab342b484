"""Setting up: what is missing is said in one sentence, and the lock file is whole and belongs to no place."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LOCK = (REPOSITORY / "requirements.lock").read_text()


@pytest.fixture
def checkout(tmp_path):
    """As much of a fresh checkout as the set-up looks at before it installs."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(REPOSITORY / "deploy" / "bootstrap.py", tmp_path / "deploy")
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, tmp_path)
    return tmp_path


def set_up(checkout, **environment):
    command = [sys.executable, checkout / "deploy" / "bootstrap.py", "test"]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False)


MISSING = [
    pytest.param("no-such-compiler", "A C compiler is missing (no-such-compiler;", id="no compiler"),
    pytest.param("false", "The C compiler false cannot compile three lines", id="a compiler that does not compile"),
]


@pytest.mark.parametrize(("compiler", "sentence"), MISSING)
def test_a_missing_compiler_is_said_before_anything_is_installed(checkout, compiler, sentence):
    done = set_up(checkout, CC=compiler)
    assert done.returncode == 1
    assert done.stderr.strip().startswith(sentence)
    assert "apt install" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (checkout / ".venv").exists()


def test_the_lock_holds_every_dependency_that_is_declared():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    declared = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.match(r"[\w.-]+", entry).group().lower().replace(".", "-") for entry in declared}
    assert names - set(re.findall(r"^([\w-]+)==", LOCK, re.MULTILINE)) == set()


def test_every_version_in_the_lock_has_its_hashes():
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_names_no_index_and_no_path():
    assert re.findall(r"https?:|file:|--index|--find-links|@ ", LOCK) == []
