"""What is noticed while a ruleset is read: problems, and the ids that its files declare and mention."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum, StrEnum
from typing import NoReturn

import yaml

from nuchal.errors import RulesetProblem
from nuchal.rules.format.yaml_text import line_of


class Refused(Exception):
    """Something cannot be read; the report already says what."""


class Catalogue(StrEnum):
    """The kinds of ids."""

    WORD = "word"
    REFERENCE = "reference"
    CAUSE = "cause"
    RED_FLAG = "red flag"
    ACTIVITY = "activity"
    SCREEN_TOPIC = "screen topic"


class Use(Enum):
    """What a mention needs of a word."""

    NAME = "name"  # that it exists
    PRESENCE = "presence"  # that it has no number
    NUMBER = "number"  # that it has one


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that speaks of an id."""

    catalogue: Catalogue
    id: str
    use: Use
    file: str
    line: int


@dataclass
class Report:
    """Everything that is noticed in all files of one ruleset."""

    problems: list[RulesetProblem] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    declared: dict[Catalogue, dict[str, str]] = field(default_factory=lambda: {catalogue: {} for catalogue in Catalogue})

    def declare(self, catalogue: Catalogue, identifier: str, place: str) -> str | None:
        """Note that `identifier` stands at `place`; the place where it already stood, if it did."""
        earlier = self.declared[catalogue].get(identifier)
        self.declared[catalogue].setdefault(identifier, place)
        return earlier


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file while it is read; `name` is relative to the ruleset."""

    name: str
    report: Report

    @property
    def stem(self) -> str:
        """The name of the file without folder and ending."""
        return self.name.rpartition("/")[2].removesuffix(".yaml")

    def problem(self, node: yaml.Node, message: str, instead: str | None = None) -> None:
        """Note a problem at `node` and go on."""
        self.report.problems.append(RulesetProblem(self.name, line_of(node), message, instead))

    def refuse(self, node: yaml.Node, message: str, instead: str | None = None) -> NoReturn:
        """Note a problem at `node` without which there is nothing to read there."""
        self.problem(node, message, instead)
        raise Refused

    def declare(self, node: yaml.Node, catalogue: Catalogue, identifier: str) -> None:
        """Note that `identifier` is declared at `node`; a second declaration is a problem."""
        earlier = self.report.declare(catalogue, identifier, f"{self.name}:{line_of(node)}")
        if earlier:
            self.problem(node, f"{catalogue} {identifier} stands twice", f"it already stands in {earlier}")

    def mention(self, node: yaml.Node, catalogue: Catalogue, identifier: str, use: Use = Use.NAME) -> None:
        """Note that `node` speaks of `identifier`, to be looked up when all files are read."""
        self.report.mentions.append(Mention(catalogue, identifier, use, self.name, line_of(node)))


def did_you_mean(wrong: str, known: Iterable[str]) -> str | None:
    """Up to three of `known` that look like `wrong`, as a question; None when nothing does."""
    close = get_close_matches(wrong, sorted(known), n=3, cutoff=0.7)
    return f"did you mean {' or '.join(close)}?" if close else None
