"""A ruleset as the engine is given it: the nodes that each tally counts, wave by wave. Data only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from nuchal.findings import Presence
from nuchal.inference.network import Network, Ref, Refs
from nuchal.inference.outcome import Certainty, Verdict
from nuchal.inference.stage import Stage
from nuchal.rules.conditions import Condition, Truth
from nuchal.rules.model import Activity, Cause, Derived, Disposition, RedFlag

MET, FAILED, HELD, SPECIFIC, STATED = "met", "failed", "held", "specific", "stated"


class Derivation(NamedTuple):
    """What a derived word becomes, and the condition that it becomes so by."""

    presence: Presence
    because: Condition


class Specific(Enum):
    """That a part holds more than general words, beside its truth or while it is open."""

    BY_A_WORD = "by-a-word"


class Way(NamedTuple):
    """How a cause gets its certainty; `by_name` when only because a raised flag names it."""

    certainty: Certainty
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class DerivedNodes:
    """A derived word; a condition it does not have never fires."""

    rule: Derived
    key: str
    present: Ref | None
    absent: Ref | None


@dataclass(frozen=True, slots=True)
class DerivedWave:
    """Derived words of one depth, whose conditions read stated words and shallower ones."""

    network: Network
    words: tuple[DerivedNodes, ...]
    stage: Stage[Derivation]


@dataclass(frozen=True)
class PartNodes:
    """A flag or a part of a cause: what makes it met, what makes it failed, and its leaves that may be specific."""

    key: str
    met: Ref
    failed: Ref
    leaves: tuple[Ref, ...] = ()

    @cached_property
    def nodes(self) -> frozenset[str]:
        """Without one of these nothing is known of it."""
        return frozenset(ref.node for ref in (self.met, self.failed, *self.leaves))


@dataclass(frozen=True, slots=True)
class FlagNodes:
    """A red flag."""

    flag: RedFlag
    part: PartNodes


@dataclass(frozen=True)
class CauseNodes:
    """Everything the tally of a cause counts; `supporting` holds the major ones, too."""

    key: str
    cause: Cause
    required: PartNodes
    groups: tuple[PartNodes, ...]
    cardinal: Refs
    supporting: Refs
    major: Refs
    excluding: Refs
    impossible_sex: Ref | None

    @cached_property
    def parts(self) -> tuple[PartNodes, ...]:
        """What must be met: required and each group of role required."""
        return (self.required, *self.groups)

    @cached_property
    def nodes(self) -> frozenset[str]:
        """Without one of these nothing is known of it."""
        sex = frozenset({self.impossible_sex.node} if self.impossible_sex else ())
        return sex.union(self.cardinal.nodes, self.supporting.nodes, self.excluding.nodes, *(part.nodes for part in self.parts))


@dataclass(frozen=True)
class MainWave:
    """Red flags and causes, over words as stated and derived."""

    network: Network
    flags: tuple[FlagNodes, ...]
    causes: tuple[CauseNodes, ...]
    flags_and_parts: Stage[Truth | Specific]
    certainty: Stage[Way]

    @cached_property
    def flags_by_node(self) -> Mapping[str, Sequence[PartNodes]]:
        """The red flags of which something is known when a node is true."""
        return _by_node((nodes.part, nodes.part.nodes) for nodes in self.flags)

    @cached_property
    def parts_by_node(self) -> Mapping[str, Sequence[PartNodes]]:
        """The same for parts of causes."""
        return _by_node((part, part.nodes) for nodes in self.causes for part in nodes.parts)


def _by_node(parts: Iterable[tuple[PartNodes, frozenset[str]]]) -> Mapping[str, Sequence[PartNodes]]:
    found: dict[str, list[PartNodes]] = defaultdict(list)
    for part, nodes in parts:
        for node in nodes:
            found[node].append(part)
    return dict(found)


@dataclass(frozen=True, slots=True)
class ActivityNodes:
    """What the verdict on an activity counts.

    `contraindications` pairs true and false: neither means unknown. `waits_for` gives
    those that name anticoagulation and pregnancy, in that order.
    """

    key: str
    activity: Activity
    indicated: Ref | None
    contraindications: tuple[PartNodes, ...]
    waits_for: tuple[tuple[PartNodes, ...], tuple[PartNodes, ...]]
    cautions: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class PlanWave:
    """Activities; `anticoagulation` and `pregnancy` say that the word is known, `overuse` that it is present."""

    network: Network
    activities: Mapping[str, ActivityNodes]
    overuse: Ref
    anticoagulation: PartNodes
    pregnancy: PartNodes
    stage: Stage[Verdict]


@dataclass(frozen=True, slots=True)
class CompiledRuleset:
    """A ruleset as the engine is given it."""

    derived: tuple[DerivedWave, ...]
    main: MainWave
    disposition: Stage[Disposition]
    plan: PlanWave

    @property
    def stages(self) -> Iterator[Stage[object]]:
        """Every stage, in order."""
        for wave in self.derived:
            yield from (wave.network.criteria, *wave.network.groups, wave.stage)
        network = self.main.network
        yield from (network.criteria, *network.groups, self.main.flags_and_parts, self.main.certainty, self.disposition)
        yield from (self.plan.network.criteria, *self.plan.network.groups, self.plan.stage)
