"""The command line as a whole: version, help, and wrong words."""

import pytest

from nuchal import __version__

COMMANDS = [(), ("serve",), ("evaluate",), ("rules",), ("rules", "check")]


def test_the_version_is_the_packages(nuchal):
    assert nuchal("--version") == (0, f"nuchal {__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(nuchal, command):
    code, said, _ = nuchal(*command, "--help")
    assert code == 0
    assert "usage: nuchal" in said


@pytest.mark.parametrize("command", [(), ("serve",), ("evaluate",), ("rules", "check")], ids=" ".join)
def test_help_shows_the_command_at_work(nuchal, command):
    _, said, _ = nuchal(*command, "--help")
    assert f"nuchal {' '.join(command)}".strip() in said.split("usage:")[1].partition("\n")[2]


@pytest.mark.parametrize("words", [(), ("eat",), ("evaluate",), ("evaluate", "a", "b"), ("evaluate", "a", "--format", "xml")], ids=" ".join)
def test_wrong_words_are_refused_with_the_usage(nuchal, words):
    code, said, complaint = nuchal(*words)
    assert (code, said) == (2, "")
    assert "usage: nuchal" in complaint
