"""Whole answers, read in review as carefully as code.

`NUCHAL_UPDATE_GOLDEN=1 pytest tests/golden` writes them anew; ids and hashes, which
change with any file of the ruleset, are replaced by their order of appearance.
"""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nuchal.evaluation import Evaluator

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.json"))
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHA = re.compile(r"[0-9a-f]{64}")


def normalised(answer: dict[str, object]) -> str:
    text = json.dumps(answer, indent=1, ensure_ascii=False) + "\n"
    for pattern, name in ((UUID, "uuid"), (SHA, "sha256")):
        order = {found: f"{name}-{number}" for number, found in enumerate(dict.fromkeys(pattern.findall(text)), start=1)}
        text = pattern.sub(lambda match, order=order: order[match.group()], text)
    return text


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_to_an_example_is_the_one_that_was_reviewed(name: str, evaluator: Evaluator) -> None:
    body = (EXAMPLES / f"{name}.json").read_bytes()
    has_moment = json.loads(body)["resourceType"] == "Parameters"
    answer = normalised(evaluator.evaluate(body, {} if has_moment else {"asOf": "2026-11-24"}, now=datetime.now(UTC)).answer)
    golden = HERE / f"{name}.json"
    if os.environ.get("NUCHAL_UPDATE_GOLDEN"):
        golden.write_text(answer, encoding="utf-8")
    assert answer == golden.read_text(encoding="utf-8")


def test_every_example_has_an_answer_and_every_answer_an_example() -> None:
    assert sorted(path.stem for path in HERE.glob("*.json")) == NAMES
