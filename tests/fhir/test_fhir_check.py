"""Each kind of answer passes the strict offline validator, where it and node are at hand."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
CHECK = Path(os.environ.get("NUCHAL_FHIR_CHECK", REPOSITORY.parent / "shared" / "fhir-check")) / "check.sh"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(shutil.which("node") is None, reason="the FHIR validator needs node, which is not installed"),
    pytest.mark.skipif(not CHECK.is_file(), reason=f"no FHIR validator: set NUCHAL_FHIR_CHECK to the folder that holds {CHECK.name}"),
]


def _check(files: list[Path], allowed: set[str]) -> str:
    allow = [argument for reference in sorted(allowed) for argument in ("--allow", reference)]
    command = ["sh", str(CHECK), *map(str, files), "--profiles", str(REPOSITORY / "fhir_profiles"), *allow]
    return subprocess.run(command, capture_output=True, text=True, timeout=540, check=False).stdout


def test_every_kind_of_answer_is_without_error_and_warning(kinds, answer_to, tmp_path):
    files, allowed = [], set()
    for kind in kinds:
        answer = answer_to(kind, detail_full=True)
        chart = answer.chart
        allowed |= {entry.reference for entry in chart.entries} | {chart.subject.reference, chart.encounter or ""}
        files.append(tmp_path / f"{kind}.json")
        files[-1].write_text(json.dumps(answer.bundle), encoding="utf-8")
    found = _check(files, allowed - {"", "#p1"})
    assert found.splitlines()[-1].endswith("0 errors, 0 warnings"), found
    assert found.startswith(f"{len(kinds)} files, ")


def test_the_answer_to_each_example_is_without_error_and_warning(evaluator, example, tmp_path):
    answer = evaluator.evaluate(example.read_bytes(), {"detail": "full"}, now=datetime(2026, 11, 25, tzinfo=UTC)).answer
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer), encoding="utf-8")
    found = _check([path], {str(example)})
    assert found.splitlines()[-1].endswith("0 errors, 0 warnings"), found


def test_the_validator_would_have_complained(answer_to, tmp_path):
    answer = answer_to("emergency")
    answer.one("CarePlan")["status"] = "banana"
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(answer.bundle), encoding="utf-8")
    assert "status: error: banana" in _check([path], {"Patient/p1"})
