"""Whole answers, read in review as carefully as code.

`NUCHAL_UPDATE_GOLDEN=1 pytest tests/golden` writes them anew; ids and hashes, which
change with any file of the ruleset, are replaced by their order of appearance, in a form
that the FHIR validator accepts. The answer to the example of the profiles lies beside them,
where readers of the profiles look for it.
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
PROFILES = HERE.parents[1] / "fhir_profiles"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.json"))
PAIRS = [(EXAMPLES / f"{name}.json", HERE / f"{name}.json") for name in NAMES]
PAIRS += [(PROFILES / "compiled" / "Bundle-example-request.json", PROFILES / "examples" / "answer.json")]
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHA = re.compile(r"[0-9a-f]{64}")


def normalised(answer: dict[str, object]) -> str:
    text = json.dumps(answer, indent=1, ensure_ascii=False) + "\n"
    for pattern, form in ((UUID, "00000000-0000-4000-8000-{:012}"), (SHA, "{:064}")):
        order = {found: form.format(number) for number, found in enumerate(dict.fromkeys(pattern.findall(text)), start=1)}
        text = pattern.sub(lambda match, order=order: order[match.group()], text)
    return text


@pytest.mark.parametrize(("request_file", "golden"), PAIRS, ids=[request.stem for request, _ in PAIRS])
def test_the_answer_to_an_example_is_the_one_that_was_reviewed(request_file: Path, golden: Path, evaluator: Evaluator) -> None:
    body = request_file.read_bytes()
    has_moment = json.loads(body)["resourceType"] == "Parameters"
    answer = normalised(evaluator.evaluate(body, {} if has_moment else {"asOf": "2026-11-24"}, now=datetime.now(UTC)).answer)
    if os.environ.get("NUCHAL_UPDATE_GOLDEN"):
        golden.write_text(answer, encoding="utf-8")
    assert answer == golden.read_text(encoding="utf-8")


def test_every_example_has_an_answer_and_every_answer_an_example() -> None:
    assert sorted(path.stem for path in HERE.glob("*.json")) == NAMES
