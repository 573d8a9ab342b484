"""The command line as a whole: version, help, and wrong words."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nuchal import __version__
from nuchal.cli import main

REPOSITORY = Path(__file__).parents[2]
COMMANDS = [(), ("serve",), ("evaluate",), ("explain-input",), ("rules",), ("rules", "check")]


def test_the_version_is_the_packages(nuchal):
    assert nuchal("--version") == (0, f"nuchal {__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(nuchal, command):
    code, said, _ = nuchal(*command, "--help")
    assert code == 0
    assert "usage: nuchal" in said


@pytest.mark.parametrize("command", [(), ("serve",), ("evaluate",), ("explain-input",), ("rules", "check")], ids=" ".join)
def test_help_shows_the_command_at_work(nuchal, command):
    _, said, _ = nuchal(*command, "--help")
    assert f"nuchal {' '.join(command)}".strip() in said.split("usage:")[1].partition("\n")[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with what the examples of the help name, and the command `nuchal`."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("examples", "rulesets"):
        shutil.copytree(REPOSITORY / name, folder / name)
    (folder / "nuchal").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nuchal.cli "$@"\n')
    (folder / "nuchal").chmod(0o755)
    return folder


def test_every_example_of_the_help_works(folder, capsys):
    helps = []
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            main([*command, "--help"])
        helps.append(capsys.readouterr().out)
    shown = dict.fromkeys(re.findall(r"^  ((?:\w+=\S+ )?nuchal .+?)(?:  .*)?$", "\n".join(helps), re.MULTILINE))
    lines = [line for line in shown if not line.endswith(" serve")]  # test_gunicorn.py serves
    assert len(lines) >= 5
    env = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    runs = [subprocess.run(["sh", "-c", line], cwd=folder, env=env, capture_output=True, text=True, check=False) for line in lines]
    assert [(run.args[2], run.returncode, run.stderr) for run in runs] == [(line, 0, "") for line in lines]
    assert "Disposition: emergency" in next(run.stdout for run in runs if "fever-and-stiff-neck" in run.args[2])


@pytest.mark.parametrize("words", [(), ("eat",), ("evaluate",), ("evaluate", "a", "b"), ("evaluate", "a", "--format", "xml")], ids=" ".join)
def test_wrong_words_are_refused_with_the_usage(nuchal, words):
    code, said, complaint = nuchal(*words)
    assert (code, said) == (2, "")
    assert "usage: nuchal" in complaint
