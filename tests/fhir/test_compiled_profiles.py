"""The committed definitions are what their source in FHIR Shorthand compiles to, where the compiler and node are at hand.

`NUCHAL_UPDATE_PROFILES=1 pytest -m shared tests/fhir/test_compiled_profiles.py` compiles them anew.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SOURCE = REPOSITORY / "fhir_profiles"
COMPILER = Path(os.environ.get("NUCHAL_FHIR_CHECK", REPOSITORY.parent / "shared" / "fhir-check")) / "fsh.sh"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(shutil.which("node") is None, reason="the FSH compiler needs node, which is not installed"),
    pytest.mark.skipif(not COMPILER.is_file(), reason=f"no FSH compiler: set NUCHAL_FHIR_CHECK to the folder that holds {COMPILER.name}"),
]


def test_the_committed_definitions_are_what_the_source_compiles_to(tmp_path):
    project = tmp_path / "fhir_profiles"
    shutil.copytree(SOURCE / "input", project / "input")
    shutil.copy(SOURCE / "sushi-config.yaml", project)
    done = subprocess.run(["sh", str(COMPILER), str(project)], capture_output=True, text=True, timeout=540, check=False)
    assert " 0 Errors" in done.stdout, done.stdout
    made = project / "fsh-generated" / "resources"
    kept = SOURCE / "compiled"
    if os.environ.get("NUCHAL_UPDATE_PROFILES"):
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(made, kept)
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == {path.name: path.read_bytes() for path in made.iterdir()}
