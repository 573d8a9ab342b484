"""Where it is: a site turns what says little without one into a finding, pain in the head into headache."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nuchal.findings import Recognition
from nuchal.intake.codeable import Concept, coded_pairs, once, texts_of
from nuchal.intake.recognised import Recognised
from nuchal.intake.texts import TextReader
from nuchal.intake.vocabulary_index import Code, VocabularyIndex, comparable
from nuchal.rules.vocabulary import Match


@dataclass(frozen=True, slots=True)
class Name:
    """A text by which a concept is known, and whether a code says so."""

    text: str
    is_coded: bool = False


class Sites:
    """Reads sites, and what is at them, in the words of one vocabulary."""

    def __init__(self, index: VocabularyIndex) -> None:
        language = index.language
        self._texts = TextReader(index)
        self._words = index.words
        self._normal = index.key.normal
        self._sites = _by_code(language.site_codes)
        self._site_texts = {self._normal(text): site for text, site in language.site_texts.items()}
        self._located = _by_code(language.located_codes)

    def names(self, concept: Concept) -> tuple[Name, ...]:
        """The sites and sides that `concept` names."""
        coded = [Name(self._sites[pair], is_coded=True) for pair in coded_pairs(concept) if pair in self._sites]
        if coded:
            return tuple(dict.fromkeys(coded))
        named = (self._site_texts.get(self._normal(text)) for text in texts_of(concept))
        return tuple(dict.fromkeys(Name(site) for site in named if site))

    def of(self, resource: Mapping[str, Any]) -> tuple[Name, ...]:
        """The body sites of a resource, one or several."""
        sites = resource.get("bodySite") or ()
        return tuple(name for site in ([sites] if isinstance(sites, dict) else sites) for name in self.names(site))

    def read(self, concept: Concept, sites: Iterable[Name], words: tuple[Recognised, ...]) -> tuple[Recognised, ...]:
        """The words that `concept` names at `sites`, which names `words` without them.

        What names a word itself is only made more precise: that it is absent says nothing
        on the more precise word. What does not is no longer a question.
        """
        asserted = tuple(word for word in words if word.match is not Match.BROADER)
        match = Match.IMPLIES if asserted else Match.EQUIVALENT
        titles = (Name(self._words[word.word].title, word.how is Recognition.CODE) for word in asserted if not word.negated)
        names = (*self._names_of(concept), *titles)
        located = tuple(replace(found, match=match) for found in self._located_words(names, tuple(sites)))
        return once((*asserted, *located)) if located else words

    def _names_of(self, concept: Concept) -> tuple[Name, ...]:
        coded = (Name(self._located[pair], is_coded=True) for pair in coded_pairs(concept) if pair in self._located)
        return (*coded, *map(Name, texts_of(concept)))

    def _located_words(self, names: Iterable[Name], sites: tuple[Name, ...]) -> Iterable[Recognised]:
        places = [*sites, Name(" ".join(site.text for site in sites), all(site.is_coded for site in sites))] if len(sites) > 1 else sites
        for name in names:
            how = Recognition.CODE if name.is_coded and all(site.is_coded for site in sites) else Recognition.TEXT
            for place in places:
                for found in self._texts.names_at(place.text, name.text):
                    yield replace(found, how=how)


def _by_code(names: Mapping[Code, str]) -> Mapping[Code, str]:
    return {comparable(*code): name for code, name in names.items()}
