"""What Nuchal is made of, and whether something in it is known to be unsafe: an SBOM (CycloneDX, JSON), then an audit of the same packages.

.venv/bin/python deploy/supply_chain.py [--sbom sbom.json]

Packages that only developers need are left out. Exit codes: 0 nothing known to be unsafe; 1 something is; 3 the database could not be
asked, which says nothing about the packages: ask again where the network allows it.
"""

import argparse
import importlib.metadata
import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).resolve().parents[1]
NOTHING_KNOWN, UNSAFE, NOT_ASKED = 0, 1, 3


def main(arguments: list[str] | None = None) -> int:
    """Write the SBOM and audit; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sbom", type=Path, default=Path("sbom.json"), help="where the SBOM is written")
    chosen = parser.parse_args(arguments)
    names = delivered()
    components = write_sbom(chosen.sbom, names)
    print(f"{chosen.sbom}: {components} packages")
    return audit("".join(f"{name}=={importlib.metadata.version(name)}\n" for name in sorted(names)))


def delivered() -> set[str]:
    """The packages that Nuchal needs to run, with its extras, and those that these need here."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    waiting = [Requirement(text) for part in (project["dependencies"], *project["optional-dependencies"].values()) for text in part]
    found: set[str] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in found:
            found.add(name)
            waiting += [
                needed for needed in map(Requirement, importlib.metadata.requires(name) or []) if _applies(needed, requirement.extras)
            ]
    return found


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def write_sbom(path: Path, names: set[str]) -> int:
    """Write the SBOM of the packages `names`, the same bytes for the same packages; how many there are."""
    command = [
        "cyclonedx-py",
        "environment",
        "--pyproject",
        str(CHECKOUT / "pyproject.toml"),
        "--output-reproducible",
        "--no-validate",
        sys.executable,
    ]
    sbom = json.loads(subprocess.check_output([Path(sys.executable).with_name(command[0]), *command[1:]]))
    kept = [component for component in sbom["components"] if canonicalize_name(component["name"]) in names]
    references = {component["bom-ref"] for component in kept} | {sbom["metadata"]["component"]["bom-ref"]}
    sbom["components"] = kept
    sbom["dependencies"] = [
        entry | ({"dependsOn": [ref for ref in entry["dependsOn"] if ref in references]} if "dependsOn" in entry else {})
        for entry in sbom["dependencies"]
        if entry["ref"] in references
    ]
    path.write_text(json.dumps(sbom, indent=1) + "\n", encoding="utf-8")
    return len(kept)


def audit(requirements: str) -> int:
    """Ask the database of PyPI for known faults of the packages in `requirements`; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text(requirements)
        command = [
            sys.executable,
            "-m",
            "pip_audit",
            "--requirement",
            str(listed),
            "--no-deps",
            "--disable-pip",
            "--progress-spinner",
            "off",
            "--format",
            "json",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        packages = []
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    faults = [(package, fault) for package in packages for fault in package.get("vulns", [])]
    for package, fault in faults:
        print(f"{package['name']} {package['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no version yet'}")
    print(f"{len(packages) - len(unknown)} packages audited, {len(faults)} known faults")
    if faults:
        return UNSAFE
    if not packages or unknown:
        said = f"it does not know {', '.join(unknown)}" if unknown else (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"The database of known faults could not be asked, which says nothing about the packages: {said}", file=sys.stderr)
        return NOT_ASKED
    return NOTHING_KNOWN


if __name__ == "__main__":
    sys.exit(main())
