"""The command line, run in this process."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nuchal.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
BUNDLED = Path(__file__).parents[2] / "rulesets" / "back_pain_headache"


@pytest.fixture
def nuchal(capsys, monkeypatch) -> Callable[..., tuple[int, str, str]]:
    """Runs `nuchal` with some words; gives its exit code, what it printed and what it complained of."""
    monkeypatch.delenv("NUCHAL_RULESET", raising=False)

    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main([str(word) for word in words])
        except SystemExit as left:  # argparse leaves so
            code = left.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def example() -> Callable[[str], Path]:
    return lambda name: EXAMPLES / f"{name}.json"


@pytest.fixture
def bundled_copy(tmp_path) -> Path:
    """The bundled ruleset, to be spoiled."""
    return Path(shutil.copytree(BUNDLED, tmp_path / "copy"))


@pytest.fixture
def bundled() -> Path:
    return BUNDLED
