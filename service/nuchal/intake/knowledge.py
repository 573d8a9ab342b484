"""What intake knows of one ruleset, and the work on one chart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from nuchal.findings import Finding, Note
from nuchal.intake.codeable import Concept, ConceptReader, ConceptReading, Role
from nuchal.intake.drugs import DrugIndex
from nuchal.intake.entries import References, canonical_json
from nuchal.intake.links import Links
from nuchal.intake.quantities import Units
from nuchal.intake.sites import Sites
from nuchal.intake.times import Span
from nuchal.intake.vocabulary_index import Code, VocabularyIndex
from nuchal.rules.model import Roles


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What intake knows of one ruleset; shared by all requests."""

    index: VocabularyIndex
    concepts: ConceptReader
    sites: Sites
    drugs: DrugIndex
    allergens: DrugIndex
    roles: Roles
    causes: Mapping[Code, frozenset[str]]  # that a code on the problem list makes known


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Something that is counted and not used: what it is, and the FHIRPath of its resource."""

    what: str
    expression: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """What follows from a date, and can be told only when all resources are read.

    `finding` counts where `needs` is present, and what the words of `ends` said before
    `date` is over with it.
    """

    finding: Finding
    date: Span
    needs: str | None
    ends: tuple[str, ...]


@dataclass(slots=True)
class Reading:
    """The work on one chart: its moment, its units, its remarks."""

    knowledge: Knowledge
    as_of: datetime
    references: References
    units: Units
    born: Span | None = None
    links: Links = field(default_factory=Links)
    deferred: list[Deferred] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    _concepts: dict[bytes, ConceptReading] = field(default_factory=dict)

    def concept(self, concept: Concept) -> ConceptReading:
        """The words that `concept` names; a chart repeats its concepts, so each is read once."""
        spelling = canonical_json(concept)
        if spelling not in self._concepts:
            self._concepts[spelling] = self.knowledge.concepts.read(concept)
        return self._concepts[spelling]

    def role(self, concept: Concept) -> Role | None:
        """What `concept` says about other parts of its resource."""
        return self.concept(concept).role
