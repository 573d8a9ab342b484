"""The Questionnaire for intake: every word of the vocabulary as one question, in groups, with its codes."""

from collections import Counter
from typing import Any, Final

from nuchal.conformance.intake_groups import Group, groups, moot_after
from nuchal.conformance.publication import of_ruleset
from nuchal.fhir.concepts import coded, codings
from nuchal.fhir.elements import filled
from nuchal.rules.model import Ruleset
from nuchal.rules.vocabulary import Match, Quantity, VocabularyWord
from nuchal.rules.wording import unit_name
from nuchal.terminology import LOINC, UCUM, VOCABULARY

YES: Final = coded(LOINC, "LA33-6", "Yes")
NO: Final = coded(LOINC, "LA32-8", "No")
UNKNOWN: Final = coded(LOINC, "LA12688-0", "Don't know")

_EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition"


def questionnaire_id(ruleset: Ruleset) -> str:
    """The id of the Questionnaire for `ruleset`."""
    return f"{ruleset.id}-intake"


def questionnaire(ruleset: Ruleset) -> dict[str, Any]:
    """The Questionnaire of R4 4.0.1 for `ruleset`.

    One group for each part of a history, one question for each word: its linkId is the
    word, its codes are the word and what means the same. A finding is a choice of
    yes, no and don't know (`YES`, `NO`, `UNKNOWN`), a number a decimal in the unit that the
    extension questionnaire-unit names, between minValue and maxValue. Nothing must be
    answered: what is left out is unknown. A question that is moot once another was denied
    has enableWhen.
    """
    return {
        **of_ruleset(
            ruleset,
            "Questionnaire",
            questionnaire_id(ruleset),
            title=f"{ruleset.title}: intake",
            description="What the rules ask about a patient, each question with its codes. A question that is left out counts as unknown.",
        ),
        "subjectType": ["Patient"],
        "item": _Form(ruleset).items(),
    }


class _Form:
    """Builds the items for one ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._groups = groups(ruleset)
        self._moot_after = moot_after(ruleset)
        codings = [mapping.coding for word in ruleset.vocabulary.values() for mapping in word.codes]
        self._users = Counter((coding.system, coding.code) for coding in codings)

    def items(self) -> list[dict[str, Any]]:
        """The groups with their questions."""
        return [self._group(group) for group in self._groups]

    def _group(self, group: Group) -> dict[str, Any]:
        questions = [self._question(word) for word in group.words]
        return {"linkId": group.link, "text": group.heading, "type": "group", "item": questions}

    def _question(self, word: VocabularyWord) -> dict[str, Any]:
        number = word.quantity
        denials = self._moot_after.get(word.id, ())
        return filled(
            {
                "extension": _range(number) if number else [],
                "linkId": word.id,
                "code": self._codes(word),
                "text": word.question,
                "type": "decimal" if number else "choice",
                "enableWhen": [{"question": other, "operator": "!=", "answerCoding": NO} for other in denials],
                "enableBehavior": "all" if len(denials) > 1 else None,
                "answerOption": [] if number else [{"valueCoding": answer} for answer in (YES, NO, UNKNOWN)],
            }
        )

    def _codes(self, word: VocabularyWord) -> list[dict[str, Any]]:
        """The word itself, and the verified codes that mean it and no other word: an answer says nothing on other questions."""
        equivalent = [mapping.coding for mapping in word.codes if mapping.match is Match.EQUIVALENT]
        alone = [coding for coding in equivalent if self._users[coding.system, coding.code] == 1]
        return [coded(VOCABULARY, word.id, word.title), *codings(alone)]


def _range(number: Quantity) -> list[dict[str, Any]]:
    """Unit and limits of a number: outside of them it is not believed."""
    return [
        {"url": f"{_EXTENSION}/questionnaire-unit", "valueCoding": coded(UCUM, number.unit, unit_name(number.unit))},
        {"url": f"{_EXTENSION}/minValue", "valueDecimal": number.low},
        {"url": f"{_EXTENSION}/maxValue", "valueDecimal": number.high},
    ]
