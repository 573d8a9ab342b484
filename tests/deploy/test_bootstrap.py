"""Setting up: what is missing is said in one sentence, and the lock file is whole and belongs to no place."""

import ast
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
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


OLD_PYTHONS = (3, 6)
SCRIPT = ast.parse((REPOSITORY / "deploy" / "bootstrap.py").read_text(), feature_version=OLD_PYTHONS)  # a later syntax fails here


def test_an_old_python_gets_far_enough_to_say_which_one_is_wanted():
    annotations = [
        annotation
        for node in ast.walk(SCRIPT)
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if annotation is not None
    ]
    assert annotations
    assert [ast.unparse(each) for each in annotations if not isinstance(each, ast.Name | ast.Constant)] == []  # list[str] came with 3.9
    assert [node.module for node in ast.walk(SCRIPT) if isinstance(node, ast.ImportFrom)] == ["pathlib"]  # __future__.annotations: 3.7
    newer = {"capture_output", "text"}  # of subprocess.run, 3.7
    assert newer & {keyword.arg for node in ast.walk(SCRIPT) if isinstance(node, ast.Call) for keyword in node.keywords} == set()


@pytest.fixture
def bootstrap(checkout):
    """The set-up of that checkout, as a module."""
    spec = importlib.util.spec_from_file_location("bootstrap", checkout / "deploy" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_wrong_python_is_told_which_one_is_wanted_and_a_way_to_get_it_everywhere(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "SUPPORTED", ("0.1",))
    with pytest.raises(bootstrap.MissingError) as missing:
        bootstrap.set_up()
    for words in ("Python 3.11 or 3.12", "this is 3.", "uv python install 3.12", "apt install python3.12", "3.11;"):
        assert words in str(missing.value)


@pytest.mark.parametrize(("options", "whole"), [(["--without-pip"], False), ([], True)])
def test_a_virtual_environment_that_was_not_finished_is_made_anew(bootstrap, options, whole):
    assert not bootstrap.venv_is_whole()
    subprocess.run([sys.executable, "-m", "venv", *options, bootstrap.VENV], check=True)
    assert bootstrap.venv_is_whole() is whole


def test_an_interruption_is_told_in_one_sentence(checkout):
    compiler = checkout / "slow-compiler"
    compiler.write_text("#!/bin/sh\ntouch started\nexec sleep 60\n")
    compiler.chmod(0o755)
    command = [sys.executable, checkout / "deploy" / "bootstrap.py", "test"]
    with subprocess.Popen(command, env=os.environ | {"CC": str(compiler)}, cwd=checkout, stderr=subprocess.PIPE, text=True) as process:
        while not (checkout / "started").exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20)[1] == "\nInterrupted; the same command goes on from here.\n"
        assert process.returncode == 1


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
