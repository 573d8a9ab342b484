"""The form of conditions, as the README of the ruleset shows them."""

from collections.abc import Mapping

import yaml

from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, Condition, FlagRaised, NotPresent, Operator, Word
from nuchal.rules.format.forms import KEBAB, Choice, Form, Mentioned, Number, Schema, Whole
from nuchal.rules.format.records import Several, keys_of
from nuchal.rules.format.report import Catalogue, SourceFile, Use, did_you_mean

_WORD = Mentioned(Catalogue.WORD, Use.PRESENCE)
_NUMBER_WORD = Mentioned(Catalogue.WORD, Use.NUMBER)
_FLAG = Mentioned(Catalogue.RED_FLAG)
_OPERATOR = Choice(Operator)
_LIMIT = Number()
_COUNT = Whole(1)

# The keys of each kind of condition, by its first key.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "all": ("all",),
    "any": ("any",),
    "at_least": ("at_least", "of"),
    "finding": ("finding", "op", "value"),
    "absent": ("absent",),
    "not_present": ("not_present",),
    "flag": ("flag",),
}
_NEGATIONS = ("not", "none", "no", "unless")
_WHICH_NEGATION = "absent: somebody recorded it as absent; not_present: absent or nobody asked"


class Members(Form[tuple[Condition, ...]]):
    """The members of a group, one or more, all different: one that stands twice would count twice."""

    def __init__(self, member: Form[Condition]) -> None:
        self._members = Several(member, least=1)

    def read(self, node: yaml.Node, source: SourceFile) -> tuple[Condition, ...]:
        """The members in order."""
        members = self._members.read(node, source)
        for position, condition in enumerate(members):
            if condition in members[:position]:
                source.refuse(node.value[position], "the same member stands twice in one group")
        return members

    def schema(self) -> Schema:
        """An array of conditions."""
        return self._members.schema()


class ConditionForm(Form[Condition]):
    """A condition; `flags` says whether it may ask for a raised red flag."""

    def __init__(self, *, flags: bool = False) -> None:
        self._flags = flags
        self._members = Members(self)

    def read(self, node: yaml.Node, source: SourceFile) -> Condition:
        """The condition with its members; every word in it is noted as mentioned."""
        if isinstance(node, yaml.ScalarNode):
            return Word(_WORD.read(node, source))
        if isinstance(node, yaml.SequenceNode):
            source.refuse(node, "a list where a condition belongs", "{all: [...]} or {any: [...]}")
        members = keys_of(node, source)
        kind = self._kind(node, members, source)
        values = {key: value for key, (_, value) in members.items()}
        match kind:
            case "all":
                return All(self._members.read(values["all"], source))
            case "any":
                return AnyOf(self._members.read(values["any"], source))
            case "at_least":
                of = self._members.read(values["of"], source)
                return AtLeast(read_count(values["at_least"], len(of), source), of)
            case "absent":
                return Absent(self.read(values["absent"], source))
            case "not_present":
                return NotPresent(self.read(values["not_present"], source))
            case "flag":
                return self._flag(node, values["flag"], source)
            case _:
                return _comparison(values, source)

    def _kind(self, node: yaml.Node, members: Mapping[str, tuple[yaml.Node, yaml.Node]], source: SourceFile) -> str:
        kind = next((key for key in members if key in _KEYS), None)
        if kind is None:
            kind = next((name for name, keys in _KEYS.items() if set(members) & set(keys)), None)
        if kind is None:
            unknown = next(iter(members), "{}")
            instead = _WHICH_NEGATION if unknown in _NEGATIONS else did_you_mean(unknown, _KEYS) or f"one of {', '.join(_KEYS)}"
            source.refuse(node, f"{unknown} begins no condition", instead)
        if tuple(members) != _KEYS[kind]:
            source.refuse(node, f"a condition with {', '.join(members)}", f"exactly {', '.join(_KEYS[kind])}, in this order")
        return kind

    def _flag(self, node: yaml.Node, flag: yaml.Node, source: SourceFile) -> Condition:
        if not self._flags:
            source.refuse(node, "a red flag is asked for here", "only contraindications of activities may do so")
        return FlagRaised(_FLAG.read(flag, source))

    def schema(self) -> Schema:
        """A reference; the definition stands once in each schema."""
        return {"$ref": "#/$defs/condition_with_flags" if self._flags else "#/$defs/condition"}


def _comparison(values: Mapping[str, yaml.Node], source: SourceFile) -> Condition:
    return Comparison(
        _NUMBER_WORD.read(values["finding"], source),
        _OPERATOR.read(values["op"], source),
        _LIMIT.read(values["value"], source),
    )


def read_count(node: yaml.Node, members: int, source: SourceFile) -> int:
    """How many of `members` must hold."""
    count = _COUNT.read(node, source)
    if count > members:
        source.refuse(node, f"at_least {count} of {members} can never hold", f"1 to {members}")
    return count


def condition_definitions() -> Schema:
    """The definitions that schemas with conditions refer to."""
    return {"condition": _definition("condition", flags=False), "condition_with_flags": _definition("condition_with_flags", flags=True)}


def _definition(name: str, *, flags: bool) -> Schema:
    inner = {"$ref": f"#/$defs/{name}"}
    group = {"type": "array", "items": inner, "minItems": 1}
    word = {"type": "string", "pattern": KEBAB}
    forms = [
        {"all": group},
        {"any": group},
        {"at_least": _COUNT.schema(), "of": group},
        {"finding": word, "op": _OPERATOR.schema(), "value": _LIMIT.schema()},
        {"absent": inner},
        {"not_present": inner},
        *([{"flag": word}] if flags else []),
    ]
    return {"anyOf": [word, *(_closed(form) for form in forms)]}


def _closed(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
