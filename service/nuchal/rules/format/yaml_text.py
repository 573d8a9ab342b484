"""YAML text as nodes that know their lines; no tags, no aliases, one document."""

import re
from collections.abc import Iterator

import yaml

_PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map")}
_SIGNS = re.compile(rb"[&*!]|<<")  # of anchors, aliases, tags and merge keys
_CUSTOM = "tags such as !x and the merge key << are not used here"


class UnreadableYaml(Exception):
    """Text that is not the YAML we read; `line` counts from 1."""

    def __init__(self, line: int, message: str, instead: str | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.instead = instead


def line_of(node: yaml.Node) -> int:
    """The line on which `node` begins, counted from 1."""
    return int(node.start_mark.line) + 1


def parse(data: bytes) -> yaml.Node:
    """The one document in `data`, by libyaml.

    Raises:
        UnreadableYaml: not UTF-8, not YAML, empty, or with aliases or tags.
    """
    try:
        root = yaml.compose(data.decode(), Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableYaml(line, "the text is not UTF-8", "save the file as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableYaml(mark.line + 1 if mark else 1, f"not readable as YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise UnreadableYaml(1, f"not readable as YAML: {error}") from error
    if root is None:
        raise UnreadableYaml(1, "the file is empty")
    if _SIGNS.search(data):  # the walk takes a third of the reading, and few files hold any of these
        _refuse_cleverness(root)
    return root


def _refuse_cleverness(root: yaml.Node) -> None:
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:  # the composer gives an alias the very node of its anchor
            raise UnreadableYaml(line_of(node), "an alias repeats this part", "write it out in each place")
        seen.add(id(node))
        if node.tag not in _PLAIN_TAGS:
            raise UnreadableYaml(line_of(node), f"tag {node.tag.removeprefix('tag:yaml.org,2002:')}", _CUSTOM)
        waiting.extend(_children(node))


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
