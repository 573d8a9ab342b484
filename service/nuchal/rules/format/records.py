"""Forms made of forms: lists, tables, and records with keys in a fixed order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import yaml

from nuchal.rules.format.forms import Form, Schema, kind_of
from nuchal.rules.format.report import Refused, SourceFile, did_you_mean

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Several(Form[tuple[T, ...]]):
    """A list of one form, `least` members or more."""

    def __init__(self, member: Form[T], *, least: int = 0) -> None:
        self._member = member
        self._least = least

    def read(self, node: yaml.Node, source: SourceFile) -> tuple[T, ...]:
        """The members in order; problems of all members are reported."""
        if not isinstance(node, yaml.SequenceNode):
            source.refuse(node, f"{kind_of(node)} where a list belongs", "[one, two] or one line with a dash for each")
        if len(node.value) < self._least:
            source.refuse(node, f"the list has {len(node.value)} members", f"at least {self._least}")
        return read_all([(self._member, member) for member in node.value], source)

    def schema(self) -> Schema:
        """An array."""
        return {"type": "array", "items": self._member.schema()} | ({"minItems": self._least} if self._least else {})


def read_all(parts: Sequence[tuple[Form[T], yaml.Node]], source: SourceFile) -> tuple[T, ...]:
    """The values of all `parts`, each read even when an earlier one is refused, so that every problem is told."""
    values: list[T] = []
    for form, node in parts:
        try:
            values.append(form.read(node, source))
        except Refused:
            continue
    if len(values) < len(parts):
        raise Refused
    return tuple(values)


class Table(Form[Mapping[str, T]]):
    """Free keys, each with a value of one form."""

    def __init__(self, value: Form[T]) -> None:
        self._value = value

    def read(self, node: yaml.Node, source: SourceFile) -> Mapping[str, T]:
        """The table in its order."""
        members = keys_of(node, source)
        values = read_all([(self._value, member) for _, member in members.values()], source)
        return dict(zip(members, values, strict=True))

    def schema(self) -> Schema:
        """An object with any keys."""
        return {"type": "object", "additionalProperties": self._value.schema()}


def keys_of(node: yaml.Node, source: SourceFile) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """The keys of a mapping with the nodes of key and value; a key that stands twice is a problem."""
    if not isinstance(node, yaml.MappingNode):
        source.refuse(node, f"{kind_of(node)} where keys with values belong")
    members: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            source.refuse(key, f"{kind_of(key)} where a key belongs")
        if key.value in members:
            source.problem(key, f"key {key.value} stands twice")
        members.setdefault(key.value, (key, value))
    return members


@dataclass(frozen=True, slots=True, eq=False)
class Key(Generic[T_co]):
    """One key of a record."""

    name: str
    form: Form[T_co]
    optional: bool = False


class Fields:
    """The values of one record while its object is built."""

    def __init__(self, node: yaml.Node, source: SourceFile, values: Mapping[str, Any]) -> None:
        self.node = node
        self.source = source
        self._values = values

    def __getitem__(self, key: Key[T]) -> T:
        """The value of a key that is always there."""
        value: T = self._values[key.name]
        return value

    def get(self, key: Key[T]) -> T | None:
        """The value of a key that may be left out."""
        return self._values.get(key.name)


class Record(Form[T]):
    """Keys in a fixed order, from which `build` makes an object."""

    def __init__(self, name: str, keys: Sequence[Key[Any]], build: Callable[[Fields], T]) -> None:
        self.name = name
        self._keys = {key.name: key for key in keys}
        self._build = build

    def read(self, node: yaml.Node, source: SourceFile) -> T:
        """The object; unknown, missing, misplaced and repeated keys are problems."""
        members = keys_of(node, source)
        complete = self._report_keys(node, members, source)
        known = [(name, value) for name, (_, value) in members.items() if name in self._keys]
        values = read_all([(self._keys[name].form, value) for name, value in known], source)
        if not complete:
            raise Refused
        return self._build(Fields(node, source, dict(zip((name for name, _ in known), values, strict=True))))

    def _report_keys(self, node: yaml.Node, members: Mapping[str, tuple[yaml.Node, yaml.Node]], source: SourceFile) -> bool:
        for name, (key, _) in members.items():
            if name not in self._keys:
                source.problem(
                    key, f"{self.name} has no key {name}", did_you_mean(name, self._keys) or f"its keys are {', '.join(self._keys)}"
                )
        missing = [name for name, key in self._keys.items() if not key.optional and name not in members]
        if missing:
            source.problem(node, f"{self.name} lacks {', '.join(missing)}", f"its keys are {', '.join(self._keys)}")
        self._report_order([name for name in members if name in self._keys], members, source)
        return not missing

    def _report_order(self, written: Sequence[str], members: Mapping[str, tuple[yaml.Node, yaml.Node]], source: SourceFile) -> None:
        ordered = [name for name in self._keys if name in members]
        for name, expected in zip(written, ordered, strict=True):
            if name != expected:
                source.problem(members[name][0], f"key {name} stands where {expected} belongs", f"the order is {', '.join(ordered)}")
                return

    def schema(self) -> Schema:
        """An object with these keys and no others."""
        return {
            "type": "object",
            "properties": {key.name: key.form.schema() for key in self._keys.values()},
            "required": [key.name for key in self._keys.values() if not key.optional],
            "additionalProperties": False,
        }
