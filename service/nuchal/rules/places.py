"""Where in a ruleset's files something stands; looked up only when there is something to say of it."""

from collections.abc import Iterator
from functools import cache
from importlib.resources.abc import Traversable

import yaml

from nuchal.errors import RulesetProblem
from nuchal.rules.format.yaml_text import line_of, parse


class Places:
    """Finds lines in the files of one ruleset folder, which has been read without a problem before."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._scalars = cache(self._read)

    def problem(self, file: str, message: str, *texts: str, instead: str | None = None) -> RulesetProblem:
        """A problem at the place where `texts` stand one after the other in `file`."""
        return RulesetProblem(file, self.line(file, *texts), message, instead)

    def line(self, file: str, *texts: str) -> int | None:
        """The line of the last of `texts`, each looked for after the one before; the file's first line when it has none of them."""
        scalars = iter(self._scalars(file))
        line = 1
        for text in texts:
            line = next((found for written, found in scalars if written == text), line)
        return line

    def _read(self, file: str) -> tuple[tuple[str, int], ...]:
        return tuple(_scalars(parse(self._folder.joinpath(file).read_bytes())))


def _scalars(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """Every key and single value with its line, in the order of the file."""
    if isinstance(node, yaml.ScalarNode):
        yield node.value.strip(), line_of(node)
    elif isinstance(node, yaml.SequenceNode):
        for member in node.value:
            yield from _scalars(member)
    else:
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)
