"""The files of a ruleset folder: which there are, their bytes, their hash."""

import hashlib
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable

from nuchal.errors import RulesetProblem

RULE_FOLDERS = ("derived", "red_flags", "causes", "activities")
VOCABULARY_FOLDER = "vocabulary"
MANIFEST_FILE = "ruleset.yaml"
REFERENCES_FILE = "references.yaml"
NOT_COVERED_FILE = "not_covered.yaml"
CHANGELOG_FILE = "CHANGELOG.md"
LANGUAGE_FILE = f"{VOCABULARY_FOLDER}/language.yaml"
_FOLDERS = (*RULE_FOLDERS, VOCABULARY_FOLDER)
_NEEDED = (MANIFEST_FILE, REFERENCES_FILE, LANGUAGE_FILE)
_SINGLE_FILES = (*_NEEDED, NOT_COVERED_FILE)


def yaml_files(folder: Traversable, problems: list[RulesetProblem]) -> Mapping[str, bytes]:
    """The YAML files by their path in the ruleset, in order of the path; files that do not belong there are problems."""
    found: dict[str, bytes] = {}
    for path, file in sorted(_walk(folder, ""), key=lambda item: item[0]):
        misplaced = _why_misplaced(path)
        if misplaced:
            problems.append(misplaced)
        elif path.endswith(".yaml"):
            found[path] = file.read_bytes()
    problems.extend(RulesetProblem(path, None, "this file is missing") for path in _NEEDED if path not in found)
    return found


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry


def _why_misplaced(path: str) -> RulesetProblem | None:
    folder, _, _ = path.rpartition("/")
    if path.endswith(".py"):
        return RulesetProblem(path, None, "a ruleset holds no code", "remove this file")
    if path.endswith(".yml"):
        return RulesetProblem(path, None, "this file is not read", f"{path.removesuffix('.yml')}.yaml")
    if path.endswith(".yaml") and folder not in _FOLDERS and path not in _SINGLE_FILES:
        return RulesetProblem(path, None, "YAML in a place that is not read", f"in {', '.join(_FOLDERS)}, or {', '.join(_SINGLE_FILES)}")
    return None


def changelog_of(folder: Traversable) -> str:
    """The text of the changelog; empty when there is none, for it decides nothing."""
    file = folder / CHANGELOG_FILE
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def content_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over paths and bytes in order of the paths, in hexadecimal."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{len(files[path])}\0".encode())
        digest.update(files[path])
    return digest.hexdigest()
