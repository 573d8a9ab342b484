"""The command line, run in this process."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nuchal.cli import main
from nuchal.evaluation import Evaluator
from nuchal.intake import Intake
from nuchal.rules.format.files import changelog_of, content_hash, yaml_files
from nuchal.rules.reader import load_ruleset

EXAMPLES = Path(__file__).parents[2] / "examples"
BUNDLED = Path(__file__).parents[2] / "rulesets" / "back_pain_headache"


@pytest.fixture(scope="session", autouse=True)
def same_content_is_loaded_once() -> Iterator[None]:
    """Ruleset, evaluator and intake are made once for one content, and not by every command anew, which takes it a second or two."""
    known = {}

    def once(make, key, *args):
        if (make, *key) not in known:
            known[make, *key] = make(*args)
        return known[make, *key]

    def load(folder):
        problems = []
        content = content_hash(yaml_files(folder, problems))
        return load_ruleset(folder) if problems else once(load_ruleset, (content, changelog_of(folder)), folder)

    def of_ruleset(make):
        return lambda ruleset, site_map=None: once(make, (ruleset.hash, site_map and site_map.hash), ruleset, site_map)

    stand_ins = {"load_ruleset": load, "Evaluator": of_ruleset(Evaluator), "Intake": of_ruleset(Intake)}
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            for taken in stand_ins.keys() & vars(module).keys() if name.startswith("nuchal.cli.") else ():
                patch.setattr(module, taken, stand_ins[taken])
        yield


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
