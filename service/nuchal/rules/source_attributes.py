"""The thirteen source attributes of evidence-based decision support (45 CFR 170.315(b)(11)(iv)(A)) for each rule.

Nothing here is asserted: citations, developer, funding and dates are those of the
ruleset's files, and what a rule uses of a person's data is computed from the words on
which it depends and the `data_class` that the vocabulary gives them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from nuchal.rules.changelog import Release
from nuchal.rules.model import Reference, RuleHead, Ruleset, Source
from nuchal.rules.usage import words_behind
from nuchal.rules.vocabulary import DataClass, VocabularyWord

# What each class is called, in the order of the paragraphs (5) to (13).
CLASS_TITLES: Final[Mapping[DataClass, str]] = {
    DataClass.RACE: "Race",
    DataClass.ETHNICITY: "Ethnicity",
    DataClass.LANGUAGE: "Language",
    DataClass.SEXUAL_ORIENTATION: "Sexual orientation",
    DataClass.GENDER_IDENTITY: "Gender identity",
    DataClass.SEX: "Sex",
    DataClass.DATE_OF_BIRTH: "Date of birth",
    DataClass.SOCIAL_DETERMINANTS: "Social determinants of health",
    DataClass.HEALTH_STATUS: "Health status assessments",
}
_FIRST_USE: Final = 5  # the paragraph of race


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What one published source supports in a rule, in the rule's own words."""

    reference: Reference
    supports: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """The words of one class of data on which a rule depends; none: the rule does not use such data."""

    data_class: DataClass
    words: tuple[VocabularyWord, ...]

    @property
    def title(self) -> str:
        """What the class is called."""
        return CLASS_TITLES[self.data_class]

    @property
    def paragraph(self) -> str:
        """Its paragraph of 45 CFR 170.315."""
        return paragraph(_FIRST_USE + list(DataClass).index(self.data_class))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAttributes:
    """The attributes of one rule. `developer`, `funding` and `released` are None where the ruleset does not state them.

    `effective` is the day from which the rule holds as it stands, `revisions` are the
    versions of the ruleset after the first, newest first.
    """

    rule: RuleHead
    citations: tuple[Citation, ...]
    developer: str | None
    funding: str | None
    released: date | None
    effective: date
    revisions: tuple[Release, ...]
    uses: tuple[Use, ...]


def source_attributes(rule: RuleHead, ruleset: Ruleset) -> SourceAttributes:
    """The attributes of `rule`."""
    return SourceAttributes(
        rule=rule,
        citations=tuple(_citations(rule.sources, ruleset)),
        developer=ruleset.developer,
        funding=ruleset.funding,
        released=ruleset.released,
        effective=rule.effective,
        revisions=ruleset.releases[:-1],
        uses=_uses(rule, ruleset),
    )


def paragraph(number: int) -> str:
    """Where the rule of law asks for an attribute."""
    return f"45 CFR 170.315(b)(11)(iv)(A)({number})"


def _citations(sources: Sequence[Source], ruleset: Ruleset) -> Iterator[Citation]:
    yield from (Citation(reference=ruleset.references[source.ref], supports=source.supports) for source in sources)


def _uses(rule: RuleHead, ruleset: Ruleset) -> tuple[Use, ...]:
    behind = words_behind(rule, ruleset)
    used = [word for word in ruleset.vocabulary.values() if word.id in behind and word.data_class is not None]
    return tuple(Use(data_class=each, words=tuple(word for word in used if word.data_class is each)) for each in DataClass)
