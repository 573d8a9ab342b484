"""Set Nuchal up in this checkout, then start it or test it.

python3 deploy/bootstrap.py serve       set up, start the service on 127.0.0.1:8080
python3 deploy/bootstrap.py test        set up, run the tests; further words go to pytest
"""

# It runs before anything is installed: standard library only, and in the language of Python 3.6, so that an old one can say what is wanted.

import argparse
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
NUCHAL = VENV / "bin" / "nuchal"
STAMP = VENV / "nuchal-set-up"  # holds the hash of what was installed
SUPPORTED = ("3.12", "3.11")  # newest first; durable_rules does not import on 3.13

PROBE = """
import importlib.util, json, sys, sysconfig
print(json.dumps({
    "version": "%d.%d" % sys.version_info[:2],
    "venv": importlib.util.find_spec("venv") is not None and importlib.util.find_spec("ensurepip") is not None,
    "include": [sysconfig.get_path("include"), sysconfig.get_path("platinclude")],
    "compiler": sysconfig.get_config_var("CC") or "cc",
}))
"""
WHY_A_COMPILER = "the package durable-rules is compiled when it is installed"
SMALLEST_EXTENSION = "#include <stdio.h>\n#include <Python.h>\nint answer(void) { return PY_MAJOR_VERSION; }\n"


class MissingError(Exception):
    """Something this machine lacks, as one sentence with the way to get it."""


def main() -> None:
    """Read the command, set up what is not set up yet, and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("serve", "test"))
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="with test: words for pytest")
    arguments = parser.parse_args()
    try:
        set_up()
    except MissingError as missing:
        sys.exit(f"\n{missing}")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the same command goes on from here.")
    if arguments.command == "test":
        os.chdir(CHECKOUT)
        os.execv(PYTHON, [str(PYTHON), "-m", "pytest", *arguments.rest])
    print(first_steps(), flush=True)
    os.execv(NUCHAL, [str(NUCHAL), "serve"])


def set_up() -> None:
    """Make `.venv` hold the locked packages and this checkout; quick when it already does."""
    wanted = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    python = find_python()
    say("Setting up (the first time takes a minute or two)")
    check_compiler(python)
    if not venv_is_whole():
        say(f"Creating .venv with Python {probe(python)['version']}")
        run([python, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be created")
    say("Installing the packages of requirements.lock")
    pip("--require-hashes", "-r", "requirements.lock")
    say("Installing Nuchal from this checkout")
    pip("--no-deps", "--editable", ".")
    STAMP.write_text(wanted)
    say("Set up")


def fingerprint() -> str:
    """A hash that changes when another set-up is needed."""
    digest = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        digest.update((CHECKOUT / name).read_bytes())
    digest.update(str(CHECKOUT).encode())  # an editable install names its folder
    return digest.hexdigest()


def venv_is_whole() -> bool:
    """Whether `.venv` holds a Python that Nuchal supports, and pip: that comes last, and is missing when somebody interrupted."""
    return version_of(str(PYTHON)) in SUPPORTED and succeeds([str(PYTHON), "-m", "pip", "--version"])


def find_python() -> str:
    """The path of a Python that Nuchal supports and that can make virtual environments: this one, else one on PATH."""
    found = [sys.executable] + [path for path in map(shutil.which, (f"python{version}" for version in SUPPORTED)) if path]
    fitting = [python for python in found if version_of(python) in SUPPORTED]
    if not fitting:
        raise MissingError(
            f"Nuchal needs Python 3.11 or 3.12 and this is {sys.version_info[0]}.{sys.version_info[1]}: install one of them "
            "(everywhere: uv python install 3.12, see docs.astral.sh/uv; Debian, Ubuntu: apt install python3.12 python3.12-venv "
            "python3.12-dev, or the same three with 3.11; Fedora: dnf install python3.12 python3.12-devel; macOS: brew install "
            "python@3.12) and run this command again."
        )
    for python in fitting:
        if probe(python)["venv"]:
            return python
    version = version_of(fitting[0])
    raise MissingError(
        f"Python {version} is here without its venv module: install it (Debian, Ubuntu: apt install python{version}-venv) "
        "and run this command again."
    )


def version_of(python: str) -> str:
    """Major and minor version of an interpreter, empty when it does not run."""
    return probe(python).get("version", "")


def probe(python: str) -> dict:
    """What an interpreter says of itself; empty when it does not run."""
    try:
        answer = subprocess.check_output([python, "-c", PROBE], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return {}
    return json.loads(answer.decode())


def check_compiler(python: str) -> None:
    """Refuse in plain words when durable_rules, which has no wheel, could not be compiled."""
    about = probe(python)
    version, includes = about["version"], about["include"]
    compiler = shlex.split(os.environ.get("CC") or about["compiler"])
    if not shutil.which(compiler[0]):
        raise MissingError(
            f"A C compiler is missing ({compiler[0]}; {WHY_A_COMPILER}): install one (Debian, Ubuntu: apt install build-essential; "
            "Fedora: dnf install gcc; macOS: xcode-select --install) and run this command again."
        )
    if not any((Path(folder) / "Python.h").exists() for folder in includes):
        raise MissingError(
            f"The header files of Python {version} are missing (Python.h; {WHY_A_COMPILER}): install them "
            f"(Debian, Ubuntu: apt install python{version}-dev; Fedora: dnf install python{version}-devel; "
            f"macOS: brew install python@{version}) and run this command again."
        )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "smallest.c"
        source.write_text(SMALLEST_EXTENSION)
        command = [*compiler, *(f"-I{include}" for include in includes), "-c", str(source), "-o", str(source.with_suffix(".o"))]
        compiled = succeeds(command)
    if not compiled:
        raise MissingError(
            f"The C compiler {compiler[0]} cannot compile three lines against Python {version}, probably for want of its header "
            "files (Debian, Ubuntu: apt install build-essential; Fedora: dnf install gcc glibc-devel; macOS: xcode-select --install)."
        )


def succeeds(command: list) -> bool:
    """Whether a command ends well, whatever it says."""
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def pip(*arguments: str) -> None:
    """Install into `.venv`; quiet unless it fails."""
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", *arguments]
    run(command, "The installation failed")


def run(command: list, otherwise: str) -> None:
    """Run a command in the checkout; when it fails, show the end of what it said after the sentence `otherwise`."""
    done = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        end = "\n".join(done.stdout.decode(errors="replace").splitlines()[-25:])
        raise MissingError(f"{otherwise}; this is the end of what {Path(command[0]).name} said:\n\n{end}")


def first_steps() -> str:
    """How to post the first sample, shown while the service starts."""
    address = f"{os.environ.get('NUCHAL_HOST', '127.0.0.1')}:{os.environ.get('NUCHAL_PORT', '8080')}"
    url = f"http://{address}/fhir/$assess?asOf=2026-11-24"  # the day of the example: findings grow old
    return f"""
When the service listens, post the first sample from another terminal, in this folder:

    curl -s -H 'Content-Type: application/fhir+json' --data-binary @examples/fever-and-stiff-neck.json '{url}'
"""


def say(words: str) -> None:
    """Tell what is happening."""
    print(f"nuchal: {words}", flush=True)


if __name__ == "__main__":
    main()
