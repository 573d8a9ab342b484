"""From products to the drug words of the vocabulary: by class or ingredient code, else by an ingredient in the name."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nuchal.intake.codeable import Concept, texts_of
from nuchal.rules.text import TextKey
from nuchal.rules.vocabulary import Allergy, Medication
from nuchal.terminology import ATC, RXNORM, canonical_system

# An ingredient of the vocabulary may carry a bound on its strength: "aspirin <= 150 mg".
_BOUND: Final = re.compile(r"(?P<name>.*?)\s*(?P<op><=|>)\s*(?P<mg>\d+(?:\.\d+)?)\s*mg")
_STRENGTH: Final = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>mg|mcg|ug|µg|μg|g)\b", re.IGNORECASE)
_MILLIGRAMS: Final = {"mg": 1.0, "g": 1000.0, "mcg": 0.001, "ug": 0.001, "µg": 0.001, "μg": 0.001}
_PARTS_OF_PRODUCT: Final = re.compile(r"\s/\s|/(?=\D)|\+|,\s|\s(?:and|und|with)\s", re.IGNORECASE)
_EITHER: Final = re.compile(r"\b(?:or|oder)\b|;", re.IGNORECASE)  # two products in one text
_ATC_SUBGROUP: Final = 5  # characters; a shorter code leaves open which drug it is
_LONGEST: Final = 500  # characters of a product's name


@dataclass(frozen=True, slots=True)
class _Ingredient:
    """An ingredient that means a word; from `above` to `most` mg when the vocabulary bounds it."""

    word: str
    above: float | None = None
    most: float | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether the strength of the product matters."""
        return self.above is not None or self.most is not None

    def holds(self, milligrams: float | None) -> bool:
        """Whether a product of this strength means the word; without a strength the full dose is meant."""
        if milligrams is None:
            return self.most is None
        return (self.above is None or milligrams > self.above) and (self.most is None or milligrams <= self.most)


class DrugIndex:
    """Looks up products among the drugs that mean a word."""

    def __init__(self, drugs: Mapping[str, Medication | Allergy], key: TextKey) -> None:
        self._key = key
        self._atc: dict[str, list[str]] = defaultdict(list)
        self._rxnorm: dict[str, list[str]] = defaultdict(list)
        self._ingredients: dict[str, list[_Ingredient]] = defaultdict(list)
        for word, drug in drugs.items():
            for prefix in drug.atc:
                self._atc[prefix.upper()].append(word)
            for code in drug.rxnorm:
                self._rxnorm[code].append(word)
            for text in drug.ingredients:
                name, ingredient = _ingredient(word, text)
                self._ingredients[key.normal(name)].append(ingredient)
        self._combined = [
            (word, [[key.normal(name) for name in names] for names in drug.combined])
            for word, drug in drugs.items()
            if isinstance(drug, Medication) and drug.combined
        ]
        self._forms = {
            word: tuple(key.normal(form) for form in drug.excluded_forms)
            for word, drug in drugs.items()
            if isinstance(drug, Medication) and drug.excluded_forms
        }
        names = "|".join(re.escape(name) for name in sorted(self._ingredients, key=lambda name: (-len(name), name)) if name)
        self._names = re.compile(rf"\b(?:{names})\b") if names else None

    def words(self, product: Concept, dose: float | None = None) -> tuple[frozenset[str], frozenset[str]]:
        """The words that `product` means: by its codes, and else by its names.

        A bound on the strength counts beside a code too: the code of aspirin does not
        say how much. Where the name does not either, the `dose` in mg does.
        """
        coded = self._by_codes(product)
        named = self._by_names(product, dose)
        if self._forms:
            other_form = self._of_other_form(product)
            coded -= other_form
            named = {found for found in named if found[0] not in other_form}
        combined = self._of_several(product)
        if not coded:
            return frozenset(), combined.union(word for word, holds, _ in named if holds)
        refuted = {word for word, holds, is_bounded in named if is_bounded and not holds}
        bounded = {word for word, holds, is_bounded in named if is_bounded and holds}
        return frozenset(coded - refuted), combined.union(bounded) - coded

    def _of_other_form(self, product: Concept) -> set[str]:
        """The words that the form of `product` rules out: an ointment is no systemic exposure."""
        names = [f" {self._key.normal(text[:_LONGEST])} " for text in texts_of(product)]
        return {word for word, forms in self._forms.items() if any(f" {form} " in name for form in forms for name in names)}

    def _of_several(self, product: Concept) -> frozenset[str]:
        """The words that a product means because its name holds two or more ingredients: acetaminophen/aspirin/caffeine."""
        texts = [text[:_LONGEST] for text in texts_of(product)] if self._combined else []
        names = [f" {self._key.normal(_STRENGTH.sub(' ', text))} " for text in texts if not _EITHER.search(text)]
        return frozenset(
            word
            for word, ingredients in self._combined
            for name in names
            if sum(any(f" {spelled} " in name for spelled in one) for one in ingredients) > 1
        )

    def _by_codes(self, product: Concept) -> set[str]:
        found: set[str] = set()
        for coding in product.get("coding") or ():
            system, code = coding.get("system"), coding.get("code")
            if not isinstance(system, str) or not isinstance(code, str):
                continue
            if canonical_system(system) == RXNORM:
                found.update(self._rxnorm.get(code, ()))
            elif canonical_system(system) == ATC:
                for length in range(1, len(code) + 1):
                    found.update(self._atc.get(code[:length].upper(), ()))
        return found

    def _by_names(self, product: Concept, dose: float | None) -> set[tuple[str, bool, bool]]:
        """(word, whether it holds, whether its strength is bounded) for each ingredient in the names of `product`."""
        found: set[tuple[str, bool, bool]] = set()
        if self._names is None:
            return found
        texts = [_PARTS_OF_PRODUCT.split(text[:_LONGEST]) for text in texts_of(product)]
        of_one = (milligrams_in(parts[0]) for parts in texts if len(parts) == 1)
        strength = next((milligrams for milligrams in of_one if milligrams is not None), dose)
        for parts in texts:
            for part in parts:
                own = milligrams_in(part)
                milligrams = strength if own is None and len(parts) == 1 else own
                for name in self._names.findall(self._key.normal(_STRENGTH.sub(" ", part))):  # Warfarin5mg
                    found.update((one.word, one.holds(milligrams), one.is_bounded) for one in self._ingredients[name])
        return found


def _ingredient(word: str, text: str) -> tuple[str, _Ingredient]:
    bound = _BOUND.fullmatch(text.strip())
    if bound is None:
        return text, _Ingredient(word)
    limit = float(bound["mg"])
    return bound["name"], _Ingredient(word, above=limit) if bound["op"] == ">" else _Ingredient(word, most=limit)


def has_class(product: Concept) -> bool:
    """Whether `product` has an ATC code that says which class it is of."""
    return any(system == ATC and len(code) >= _ATC_SUBGROUP for system, code in _codes(product))


def has_rxnorm_name(product: Concept) -> bool:
    """Whether `product` has a code of RxNorm, whose names hold the ingredients, and a name."""
    return bool(texts_of(product)) and any(system == RXNORM for system, _ in _codes(product))


def _codes(product: Concept) -> list[tuple[str, str]]:
    return [(canonical_system(str(coding.get("system"))), str(coding.get("code"))) for coding in product.get("coding") or ()]


def before_strength(text: str) -> str:
    """The name before the first strength in `text`: Eliquis, of Eliquis 5 mg tablets; empty without a strength."""
    found = _STRENGTH.search(text[:_LONGEST])
    return text[: found.start()].strip() if found else ""


def milligrams_in(text: str) -> float | None:
    """The first strength in `text`, in mg."""
    found = _STRENGTH.search(text)
    if found is None:
        return None
    return float(found["number"].replace(",", ".")) * _MILLIGRAMS[found["unit"].lower()]


def ingredient_concepts(product: Mapping[str, Any]) -> tuple[Concept, ...]:
    """The code of a Medication and the concepts of its ingredients."""
    ingredients = (part.get("itemCodeableConcept") for part in product.get("ingredient") or ())
    return tuple(concept for concept in (product.get("code"), *ingredients) if isinstance(concept, dict))
