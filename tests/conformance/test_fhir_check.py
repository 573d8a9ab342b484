"""Everything that is generated passes the strict offline validator, where it and node are at hand."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
CHECK = Path(os.environ.get("NUCHAL_FHIR_CHECK", REPOSITORY.parent / "shared" / "fhir-check")) / "check.sh"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(shutil.which("node") is None, reason="the FHIR validator needs node, which is not installed"),
    pytest.mark.skipif(not CHECK.is_file(), reason=f"no FHIR validator: set NUCHAL_FHIR_CHECK to the folder that holds {CHECK.name}"),
]

# what the validator says, and why it stands
KNOWN = {
    r"expression\.language: warning: text/plain: not in the extensible value set": "conditions are English, and none of its codes says so",
    r"error: not the form of an ICD-10-CM code: U07\.1$": "ICD-10-CM has the chapter U since 2020; the validator does not know it",
}


def findings(resources, folder):
    files = []
    for resource in resources:
        files.append(folder / f"{resource['resourceType']}-{resource['id']}.json")
        files[-1].write_text(json.dumps(resource), encoding="utf-8")
    command = ["sh", str(CHECK), *map(str, files), "--profiles", str(REPOSITORY / "fhir_profiles")]
    said = subprocess.run(command, capture_output=True, text=True, timeout=540, check=False).stdout.splitlines()
    assert said[-1].startswith(f"{len(files)} files, {len(files)} resources, ")
    return [line for line in said[:-1] if not any(re.search(known, line) for known in KNOWN)]


def test_every_definition_is_without_error_and_warning(resources, tmp_path):
    assert findings(resources, tmp_path) == []


def test_the_validator_would_have_complained(one, ruleset, tmp_path):
    broken = one("PlanDefinition", ruleset.id) | {"status": "banana"}
    assert "status: error: banana" in "\n".join(findings([broken], tmp_path))
