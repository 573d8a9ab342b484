"""Forms of single values: texts, ids, numbers, days, choices."""

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

import yaml

from nuchal.rules.format.report import Catalogue, SourceFile, Use, did_you_mean

T_co = TypeVar("T_co", covariant=True)
E = TypeVar("E", bound=StrEnum)
Schema = dict[str, Any]

KEBAB = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_STRING = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_YES_NO: Mapping[str, bool] = {"yes": True, "true": True, "no": False, "false": False}


class Form(ABC, Generic[T_co]):
    """What may stand in one place of a file."""

    @abstractmethod
    def read(self, node: yaml.Node, source: SourceFile) -> T_co:
        """The value at `node`.

        Raises:
            Refused: it cannot be read; every problem in it is in the report.
        """

    @abstractmethod
    def schema(self) -> Schema:
        """The same as a JSON schema."""


def kind_of(node: yaml.Node) -> str:
    """What `node` is, in the words of somebody who writes YAML."""
    if isinstance(node, yaml.MappingNode):
        return "keys with values"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a single value"


def scalar(node: yaml.Node, source: SourceFile, wanted: str) -> str:
    """The text of a single value as it was written, not empty."""
    if not isinstance(node, yaml.ScalarNode):
        source.refuse(node, f"{kind_of(node)} where {wanted} belongs")
    text: str = node.value
    if not text.strip():
        source.refuse(node, f"nothing stands where {wanted} belongs")
    return text


class Text(Form[str]):
    """A sentence or title; lines of a block become one."""

    def read(self, node: yaml.Node, source: SourceFile) -> str:
        """The text without space around it."""
        text = scalar(node, source, "a text")
        if node.tag != _STRING:
            source.refuse(node, f"{text} is read as a {node.tag.rpartition(':')[2]}, not as a text", f'write it in quotes: "{text}"')
        return text.strip()

    def schema(self) -> Schema:
        """A text that is not empty."""
        return {"type": "string", "minLength": 1}


class Phrase(Form[str]):
    """A word or code as written, also where YAML would see a number or a yes."""

    def read(self, node: yaml.Node, source: SourceFile) -> str:
        """The text without space around it."""
        return scalar(node, source, "a word or code").strip()

    def schema(self) -> Schema:
        """A text, or what YAML takes for a number or a yes."""
        return {"type": ["string", "number", "boolean"]}


class MaybeEmpty(Form[str]):
    """A text as written, or '' for none."""

    def read(self, node: yaml.Node, source: SourceFile) -> str:
        """The text without space around it."""
        if not isinstance(node, yaml.ScalarNode) or node.tag == _NULL:
            source.refuse(node, "no text stands here", "a text, '' for none")
        text: str = node.value
        return text.strip()

    def schema(self) -> Schema:
        """A text, or what YAML takes for a number or a yes."""
        return {"type": ["string", "number", "boolean"]}


class Identifier(Form[str]):
    """A kebab-case id."""

    def read(self, node: yaml.Node, source: SourceFile) -> str:
        """The id."""
        text = scalar(node, source, "an id")
        if not re.match(KEBAB, text):
            proposal = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
            source.refuse(node, f"{text} is no id", f"small letters, digits and hyphens: {proposal}" if proposal else None)
        return text

    def schema(self) -> Schema:
        """A text in kebab-case."""
        return {"type": "string", "pattern": KEBAB}


class FileId(Identifier):
    """The id of a rule, which is the name of its file; `of` says what the id must also be the name of."""

    def __init__(self, prefix: str = "", *, of: Catalogue | None = None) -> None:
        self._prefix = prefix
        self._of = of

    def read(self, node: yaml.Node, source: SourceFile) -> str:
        """The id."""
        identifier = super().read(node, source)
        if identifier != source.stem:
            source.refuse(node, f"id {identifier} in file {source.stem}.yaml", "the id is the file name without .yaml")
        if not identifier.startswith(self._prefix):
            source.refuse(node, f"id {identifier} does not begin with {self._prefix}", f"{self._prefix}{identifier}")
        if self._of:
            source.mention(node, self._of, identifier, Use.PRESENCE)
        return identifier

    def schema(self) -> Schema:
        """A text in kebab-case with the prefix of its kind."""
        return {"type": "string", "pattern": KEBAB.replace("^", f"^{self._prefix}")}


class Declared(Identifier):
    """An id that is declared here."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def read(self, node: yaml.Node, source: SourceFile) -> str:
        """The id, noted as declared."""
        identifier = super().read(node, source)
        source.declare(node, self._catalogue, identifier)
        return identifier


class Mentioned(Identifier):
    """An id that is declared somewhere else."""

    def __init__(self, catalogue: Catalogue, use: Use = Use.NAME) -> None:
        self._catalogue = catalogue
        self._use = use

    def read(self, node: yaml.Node, source: SourceFile) -> str:
        """The id, noted as mentioned."""
        identifier = super().read(node, source)
        source.mention(node, self._catalogue, identifier, self._use)
        return identifier


class Choice(Form[E]):
    """One of a few words."""

    def __init__(self, options: type[E]) -> None:
        self._options = {option.value: option for option in options}

    def read(self, node: yaml.Node, source: SourceFile) -> E:
        """The option that is written."""
        text = scalar(node, source, f"one of {self._list()}")
        if text not in self._options:
            source.refuse(node, f"{text} is not possible here", did_you_mean(text, self._options) or f"one of {self._list()}")
        return self._options[text]

    def _list(self) -> str:
        return ", ".join(self._options)

    def schema(self) -> Schema:
        """The options."""
        return {"enum": list(self._options)}


class YesNo(Form[bool]):
    """Yes or no."""

    def read(self, node: yaml.Node, source: SourceFile) -> bool:
        """True for yes."""
        text = scalar(node, source, "yes or no").lower()
        if text not in _YES_NO:
            source.refuse(node, f"{text} is not possible here", "yes or no")
        return _YES_NO[text]

    def schema(self) -> Schema:
        """A boolean, or the word that YAML 1.2 leaves a text."""
        return {"enum": [True, False, "yes", "no"]}


class Number(Form[float]):
    """A finite number."""

    def read(self, node: yaml.Node, source: SourceFile) -> float:
        """The number."""
        text = scalar(node, source, "a number")
        try:
            value = float(text.replace(".inf", "inf").replace(".nan", "nan")) if node.tag != _STRING else math.nan
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            source.refuse(node, f"{text} is not a number that can be compared", "a plain number such as 38.5")
        return value

    def schema(self) -> Schema:
        """A number."""
        return {"type": "number"}


class Whole(Form[int]):
    """A whole number, from `least` up."""

    def __init__(self, least: int) -> None:
        self._least = least

    def read(self, node: yaml.Node, source: SourceFile) -> int:
        """The number."""
        text = scalar(node, source, "a whole number")
        if not text.removeprefix("-").isdecimal() or int(text) < self._least:
            source.refuse(node, f"{text} is not possible here", f"a whole number, {self._least} or more")
        return int(text)

    def schema(self) -> Schema:
        """A whole number."""
        return {"type": "integer", "minimum": self._least}


class Day(Form[date]):
    """A day of the calendar."""

    def read(self, node: yaml.Node, source: SourceFile) -> date:
        """The day."""
        text = scalar(node, source, "a date")
        try:
            return date.fromisoformat(text)
        except ValueError:
            source.refuse(node, f"{text} is not a date", "year-month-day, such as 2026-12-01")

    def schema(self) -> Schema:
        """A date of ISO 8601."""
        return {"type": "string", "format": "date"}


class Matching(Form[str]):
    """A text of a fixed pattern, such as a semantic version."""

    def __init__(self, pattern: str, wanted: str) -> None:
        self._pattern = pattern
        self._wanted = wanted

    def read(self, node: yaml.Node, source: SourceFile) -> str:
        """The text."""
        text = scalar(node, source, self._wanted)
        if not re.match(self._pattern, text):
            source.refuse(node, f"{text} is not possible here", self._wanted)
        return text

    def schema(self) -> Schema:
        """The pattern."""
        return {"type": "string", "pattern": self._pattern}
