"""Reads a folder of rule files into a Ruleset, or says everything that is wrong with it at once."""

from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from typing import TypeVar

from nuchal import collector
from nuchal.errors import RulesetError, RulesetProblem
from nuchal.rules.changelog import releases
from nuchal.rules.format.files import (
    LANGUAGE_FILE,
    MANIFEST_FILE,
    NOT_COVERED_FILE,
    REFERENCES_FILE,
    RULE_FOLDERS,
    VOCABULARY_FOLDER,
    changelog_of,
    content_hash,
    yaml_files,
)
from nuchal.rules.format.forms import Form
from nuchal.rules.format.language_file import LANGUAGE
from nuchal.rules.format.report import Catalogue, Refused, Report, SourceFile
from nuchal.rules.format.rule_files import ACTIVITY, DERIVED, RED_FLAG, cause_record
from nuchal.rules.format.ruleset_files import MANIFEST, NOT_COVERED, REFERENCES
from nuchal.rules.format.vocabulary_files import VOCABULARY
from nuchal.rules.format.yaml_text import UnreadableYaml, parse
from nuchal.rules.model import RuleHead, Ruleset
from nuchal.rules.references import address_problems, cross_reference_problems, retired_role_problems

T = TypeVar("T")
R = TypeVar("R", bound=RuleHead)

_DECLARED_BY_FILE = {"red_flags": Catalogue.RED_FLAG, "causes": Catalogue.CAUSE, "activities": Catalogue.ACTIVITY}


def load_ruleset(folder: Traversable) -> Ruleset:
    """The ruleset in `folder` (a path, or a resource of an installed package).

    Raises:
        RulesetError: with every problem in every file, each with its line.
    """
    with collector.paused():
        return _Reading(folder).ruleset()


class _Reading:
    """One pass over the files of a ruleset."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._report = Report()
        self._files = yaml_files(folder, self._report.problems)
        for path in self._in_folders(RULE_FOLDERS):
            kind, _, name = path.partition("/")
            if kind in _DECLARED_BY_FILE:
                self._report.declare(_DECLARED_BY_FILE[kind], name.removesuffix(".yaml"), path)

    def ruleset(self) -> Ruleset:
        manifest = self._read(MANIFEST_FILE, MANIFEST)
        default_min_age = manifest.default_min_age if manifest else 0
        references = self._read(REFERENCES_FILE, REFERENCES)
        not_covered = self._read(NOT_COVERED_FILE, NOT_COVERED)
        language = self._read(LANGUAGE_FILE, LANGUAGE)
        word_files = [self._read(path, VOCABULARY) for path in self._in_folders([VOCABULARY_FOLDER]) if path != LANGUAGE_FILE]
        vocabulary = {word.id: word for words in word_files for word in words or ()}
        derived = self._rules("derived", DERIVED)
        red_flags = self._rules("red_flags", RED_FLAG)
        causes = self._rules("causes", cause_record(default_min_age))
        activities = self._rules("activities", ACTIVITY)
        topics = manifest.screen if manifest else ()
        problems = [*self._report.problems, *cross_reference_problems(self._report, vocabulary, derived, topics)]
        problems += address_problems(self._report, derived)
        if manifest:
            problems += retired_role_problems(manifest.roles, activities)
        if problems or manifest is None or references is None or language is None:
            raise RulesetError(_in_order(problems))
        return Ruleset(
            id=manifest.id,
            title=manifest.title,
            version=manifest.version,
            effective=manifest.effective,
            canonical=manifest.canonical,
            publisher=manifest.publisher,
            population=manifest.population,
            default_min_age=manifest.default_min_age,
            hash=content_hash(self._files),
            roles=manifest.roles,
            screen=manifest.screen,
            language=language,
            vocabulary=vocabulary,
            derived=derived,
            red_flags=red_flags,
            causes=causes,
            activities=activities,
            references=references,
            not_covered=not_covered or (),
            developer=manifest.developer,
            funding=manifest.funding,
            released=manifest.released,
            releases=releases(changelog_of(self._folder)),
        )

    def _in_folders(self, folders: Iterable[str]) -> list[str]:
        return [path for path in self._files if path.partition("/")[0] in folders and "/" in path]

    def _rules(self, folder: str, form: Form[R]) -> Mapping[str, R]:
        rules = [self._read(path, form) for path in self._in_folders([folder])]
        return {rule.id: rule for rule in rules if rule is not None}

    def _read(self, path: str, form: Form[T]) -> T | None:
        if path not in self._files:
            return None
        try:
            return form.read(parse(self._files[path]), SourceFile(path, self._report))
        except UnreadableYaml as error:
            self._report.problems.append(RulesetProblem(path, error.line, error.message, error.instead))
        except Refused:
            pass
        return None


def _in_order(problems: Iterable[RulesetProblem]) -> list[RulesetProblem]:
    return sorted(set(problems), key=lambda problem: (problem.file, problem.line or 0, problem.message))
