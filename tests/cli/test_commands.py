"""The command line as a whole: version, help, and wrong words."""

import os
import re
import shlex
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
    for name in ("old", "new"):
        shutil.copytree(REPOSITORY / "rulesets" / "back_pain_headache", folder / "rulesets" / name)
    (folder / "nuchal").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nuchal.cli "$@"\n')
    (folder / "nuchal").chmod(0o755)
    return folder


def test_every_example_of_the_help_works(folder, nuchal, capsys, monkeypatch):
    helps = []
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            main([*command, "--help"])
        helps.append(capsys.readouterr().out)
    shown = dict.fromkeys(re.findall(r"^  ((?:\w+=\S+ )?nuchal .+?)(?:  .*)?$", "\n".join(helps), re.MULTILINE))
    lines = [line for line in shown if not line.endswith(" serve")]  # test_gunicorn.py serves
    assert len(lines) >= 5
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    runs = {line: in_a_shell(line) if "<" in line else nuchal(*shlex.split(line)[1:]) for line in lines}
    assert {line: (code, complaint) for line, (code, _, complaint) in runs.items()} == dict.fromkeys(lines, (0, ""))
    assert "Disposition: emergency" in next(said for line, (_, said, _) in runs.items() if "fever-and-stiff-neck" in line)


def in_a_shell(line):
    run = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout, run.stderr


@pytest.mark.parametrize("words", [(), ("eat",), ("evaluate",), ("evaluate", "a", "b"), ("evaluate", "a", "--format", "xml")], ids=" ".join)
def test_wrong_words_are_refused_with_the_usage(nuchal, words):
    code, said, complaint = nuchal(*words)
    assert (code, said) == (2, "")
    assert "usage: nuchal" in complaint
