"""The intake questionnaire as a form: the next-best questions, and what was answered as a QuestionnaireResponse."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final

import orjson

from nuchal.assessment.model import Question
from nuchal.conformance import NO, UNKNOWN, YES, questionnaire
from nuchal.fhir.ids import instant
from nuchal.rules.model import Ruleset
from nuchal.rules.vocabulary import VocabularyWord
from nuchal.rules.wording import unit_name

_PATIENT: Final = "patient"
_CODED: Final = {"present": YES, "absent": NO, "unknown": UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of the form; `unit`, `low` and `high` are of a number, `answer` what was given."""

    word: VocabularyWord
    text: str
    answer: str = ""
    unit: str = ""

    @property
    def is_number(self) -> bool:
        """Whether a number is asked for."""
        return self.word.quantity is not None


class Intake:
    """The questionnaire of one ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._questionnaire = questionnaire(ruleset)

    @property
    def titles(self) -> list[str]:
        """What can be asked for, by title."""
        return sorted(word.title for word in self._ruleset.vocabulary.values())

    def word_named(self, name: str) -> str | None:
        """The word with this title or synonym, else the first with a title that holds `name`."""
        wanted, words = name.casefold(), self._ruleset.vocabulary.values()
        titled = (word.id for word in words if word.title.casefold() == wanted)
        called = (word.id for word in words if wanted in word.synonyms)
        holding = (word.id for word in words if wanted in word.title.casefold())
        return next(chain(titled, called, holding), None)

    def usable(self, answers: Mapping[str, str]) -> dict[str, str]:
        """The answers to questions that there are, in their order, numbers within their bounds."""
        words = self._ruleset.vocabulary
        return {word: text for word, text in answers.items() if word in words and _is_usable(words[word], text)}

    def refused(self, answers: Mapping[str, str]) -> list[str]:
        """What a nurse must mend: numbers that are none, or are not believed."""
        words = self._ruleset.vocabulary
        return [_refusal(words[word]) for word, text in answers.items() if word in words and not _is_usable(words[word], text)]

    def next_questions(self, best: Sequence[Question], answers: Mapping[str, str], also: Iterable[str] = ()) -> list[Asked]:
        """What to ask now: age and sex first, then the next-best questions, then what was asked for; nothing twice."""
        roles = self._ruleset.roles
        words = dict.fromkeys((*also, roles.age, roles.female, *(question.word for question in best)))
        return [self._asked(word) for word in words if word not in answers]

    def answered(self, answers: Mapping[str, str]) -> list[Asked]:
        """What was asked, with the answers."""
        return [self._asked(word, answer) for word, answer in answers.items()]

    def response(self, answers: Mapping[str, str], now: datetime) -> dict[str, Any]:
        """The QuestionnaireResponse of R4: groups and items in the order of the questionnaire, only what was answered."""
        groups = [(group, list(self._items(group, answers))) for group in self._questionnaire["item"]]
        return {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": f"{self._questionnaire['url']}|{self._questionnaire['version']}",
            "status": "completed",
            "subject": {"reference": f"Patient/{_PATIENT}"},
            "authored": instant(now),
            "item": [{"linkId": group["linkId"], "text": group["text"], "item": items} for group, items in groups if items],
        }

    def bundle(self, answers: Mapping[str, str], now: datetime) -> bytes:
        """An input for $assess: a patient without a name and what was answered."""
        patient = {"resourceType": "Patient", "id": _PATIENT}
        resources = [patient, self.response(answers, now)] if answers else [patient]
        document = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource} for resource in resources]}
        return orjson.dumps(document, option=orjson.OPT_INDENT_2)

    def _items(self, group: Mapping[str, Any], answers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        for item in group["item"]:
            link = item["linkId"]
            if link in answers:
                value = _value(self._ruleset.vocabulary[link], answers[link])
                yield {"linkId": link, "text": item["text"], "answer": [value]}

    def _asked(self, word: str, answer: str = "") -> Asked:
        found = self._ruleset.vocabulary[word]
        unit = unit_name(found.quantity.unit) if found.quantity and not found.quantity.unit.startswith("{") else ""
        return Asked(word=found, text=found.question, answer=answer, unit=unit)


def _value(word: VocabularyWord, text: str) -> dict[str, Any]:
    if word.quantity is None or text in _CODED:
        return {"valueCoding": _CODED[text]}
    return {"valueDecimal": float(text)}


def _is_usable(word: VocabularyWord, text: str) -> bool:
    if word.quantity is None or text == "unknown":
        return text in _CODED
    try:
        value = float(text)
    except ValueError:
        return False
    return math.isfinite(value) and word.quantity.low <= value <= word.quantity.high


def _refusal(word: VocabularyWord) -> str:
    if word.quantity is None:
        return f"{word.title}: choose yes, no or not known."
    return f"{word.title}: a number from {word.quantity.low:g} to {word.quantity.high:g}."
