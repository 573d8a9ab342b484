"""QuestionnaireResponse: each item with its answers, by code, by our own canonical, or by its text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Final

from nuchal.findings import Finding, NoteKind, Presence
from nuchal.intake.codeable import Concept, texts_of
from nuchal.intake.context import Context, Resource, asserts
from nuchal.intake.details import with_details
from nuchal.intake.family import words_of_relative
from nuchal.intake.nodes import DETAILS, Part, read_node
from nuchal.intake.times import Moment, moment_of, span_of
from nuchal.intake.vocabulary_index import holds
from nuchal.terminology import CANONICAL_BASE, LOINC, SNOMED_CT, VOCABULARY
from nuchal.terminology.check_digits import is_loinc, is_snomed_concept

_UNFINISHED: Final = frozenset({"in-progress", "stopped"})
_VALUES: Final = frozenset(
    ["valueBoolean", "valueDecimal", "valueInteger", "valueDate", "valueDateTime", "valueString", "valueCoding", "valueQuantity"]
)
_NUMBERING: Final = re.compile(r"^\s*(?:\(?[0-9]{1,2}[.)]?[a-z]?[.):]|\(?[a-z][.)])\s+", re.IGNORECASE)
_ANY_FORM: Final = "*"
_CODE_AT_END: Final = re.compile(r"[#/]([^#/]+)$")


class _Scope(IntEnum):
    """Whom and when a question is about; headings hold for what stands below them."""

    PATIENT = 0
    PAST = 1
    RELATIVE = 2


@dataclass(frozen=True, slots=True)
class _Form:
    """What is known of the questionnaire: the codes of its items, whether its linkIds are our words, and how a site calls them."""

    codes: Mapping[str, list[dict[str, Any]]]
    options: Mapping[str, list[Concept]]  # what can be ticked
    is_ours: bool
    link_systems: tuple[str, ...]  # under which a site may map the linkIds of its forms


def read(resource: Resource, context: Context) -> list[Finding]:
    """The statements of all answers, as of when they were written; in an unfinished form no denial is sure."""
    if resource.get("status") == "entered-in-error":
        context.note(NoteKind.IGNORED, "Entered in error", ".status")
        return []
    authored = span_of(resource.get("authored"), context.zone)
    observed = moment_of(authored, context.as_of) if authored else context.as_of
    if observed is None:
        context.ahead(())
        return []
    if authored is None:
        context.note(NoteKind.ASSUMED, "Has no date that can be read; taken as of the moment of the assessment")
    moment = Moment(observed=observed, assumed=authored is None)
    whole = Part(node={}, path="", moment=moment, is_sure_denial=resource.get("status") not in _UNFINISHED)
    form = _form_of(resource, context)
    return _Items(form, whole, context).read(resource.get("item") or (), "", _Scope.PATIENT)


def _form_of(resource: Resource, context: Context) -> _Form:
    canonical = str(resource.get("questionnaire") or "")
    questionnaire = context.chart.references.resource({"reference": canonical}, resource)
    questionnaire = questionnaire or context.chart.references.canonical(canonical)
    items = {str(item.get("linkId")): item for item in _all_items(questionnaire or {})}
    codes = {link: item["code"] for link, item in items.items() if item.get("code")}
    options = {link: _options(item) for link, item in items.items() if item.get("answerOption")}
    addresses = dict.fromkeys(address for address in (canonical.partition("|")[0], _ANY_FORM) if address)
    return _Form(codes, options, canonical.startswith(CANONICAL_BASE), tuple(f"linkId:{address}" for address in addresses))


def _options(item: Mapping[str, Any]) -> list[Concept]:
    """What can be ticked: the codings and texts of an item's answerOption."""
    codings = [{"coding": [option["valueCoding"]]} for option in item["answerOption"] if isinstance(option.get("valueCoding"), dict)]
    return codings + [{"text": option["valueString"]} for option in item["answerOption"] if isinstance(option.get("valueString"), str)]


def _all_items(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for item in node.get("item") or ():
        yield item
        yield from _all_items(item)


class _Items:
    """Reads the items of one response."""

    def __init__(self, form: _Form, whole: Part, context: Context) -> None:
        self._form = form
        self._whole = whole
        self._context = context
        language = context.chart.knowledge.index.language
        normal = context.chart.knowledge.index.key.normal
        self._openings = sorted((normal(text) for text in language.question_openings), key=lambda text: (-len(text), text))
        self._markers = {
            _Scope.RELATIVE: [normal(text) for text in language.relatives],
            _Scope.PAST: [normal(text) for text in language.past],
        }

    def read(self, items: Iterable[Mapping[str, Any]], path: str, scope: _Scope) -> list[Finding]:
        """The statements of `items`, which stand at `path` below headings of `scope`."""
        placed = [(f"{path}.item[{number}]", item) for number, item in enumerate(items)]
        found: list[Finding] = []
        for number, (place, item) in enumerate(placed):
            above = [one for _, one in placed[:number]]
            if above and self._is_none_of_the_above(item):
                found += self._none_of(above, place, scope)
            else:
                found += self._item(item, place, scope)
        return found

    def _is_none_of_the_above(self, item: Mapping[str, Any]) -> bool:
        """Whether a box that says none, of those above it, is ticked."""
        text, answers = item.get("text"), list(item.get("answer") or ())
        is_none = isinstance(text, str) and self._context.concepts.answer({"text": text}) is Presence.ABSENT
        return is_none and len(answers) == 1 and answers[0].get("valueBoolean") is True

    def _none_of(self, items: list[Mapping[str, Any]], place: str, scope: _Scope) -> list[Finding]:
        """What stands above a ticked "none of the above" and has no answer is denied there; nothing is where one of them is ticked."""
        if any(answer.get("valueBoolean") is True for item in items for answer in item.get("answer") or ()):
            self._context.note(
                NoteKind.CONTRADICTORY, "None of the items above is said to hold, and one is ticked; it denies nothing", place
            )
            return []
        open_items = [item for item in items if not item.get("answer") and not item.get("item")]
        return [found for item in open_items for found in self._item({**item, "answer": [{"valueBoolean": False}]}, place, scope)]

    def _item(self, item: Mapping[str, Any], path: str, scope: _Scope) -> list[Finding]:
        concept = self._concept(item)
        own = self._scope(item)
        # a name that holds such a word (worst headache ever) is still asked of the patient, unless the question begins with it
        is_name = asserts(self._context.chart.concept(concept).words) and not self._asks_for_the_past(item)
        own_answers = scope if is_name else max(scope, own)
        answers = [(f"{path}.answer[{number}]", answer) for number, answer in enumerate(item.get("answer") or ())]
        below = [(place, one["item"]) for place, one in ((path, item), *answers) if one.get("item")]
        is_detail = self._context.chart.role(concept) in DETAILS  # read with the item that it tells more of
        nodes = [(place, _node(concept, answer)) for place, answer in answers if not is_detail and not _VALUES.isdisjoint(answer)]
        details = [detail for place, items in below for detail in self._details(place, items)]
        found = [one for place, node in nodes for one in self._answer(place, node, details, own_answers, is_one_of_several=len(nodes) > 1)]
        if len(nodes) == 1 and not is_name:
            found += self._none_ticked(*nodes[0], self._form.options.get(str(item.get("linkId")), ()), own_answers)
        for place, items in below:
            found += self.read(items, place, max(scope, own))
        return found

    def _details(self, path: str, items: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Resource]]:
        """Items below that say since when, how severe or where."""
        for number, item in enumerate(items):
            concept = self._concept(item)
            if self._context.chart.role(concept) in DETAILS:
                for answer in item.get("answer") or ():
                    yield f"{path}.item[{number}]", _node(concept, answer)

    def _answer(
        self, path: str, node: Resource, details: list[tuple[str, Resource]], scope: _Scope, *, is_one_of_several: bool
    ) -> list[Finding]:
        context = self._context
        names_itself = asserts(context.chart.concept(node["code"]).words)
        value = _value(node)
        is_answer = value is None or context.concepts.answer(value) is not None
        if scope is _Scope.RELATIVE:
            return self._of_relative(path, node, value, is_answer=is_answer)
        is_tick = not self._denies(node) and (not names_itself or (is_one_of_several and not is_answer))
        if value is not None and is_tick and self._names_findings(value):
            found = self._ticked(path, value)
        else:
            found = read_node(replace(self._whole, node=node, path=path), details, context)
        used = [one for one in found if scope is _Scope.PATIENT or context.word(one.word).is_history]
        for word in sorted({one.word for one in found} - {one.word for one in used}):
            context.note(NoteKind.OVER, f"{context.word(word).title} is asked of the past, and says nothing on now", path, word=word)
        return used

    def _names_findings(self, value: Concept) -> bool:
        return asserts(self._context.chart.concept(value).words)

    def _denies(self, node: Resource) -> bool:
        """Whether the question asks for what is not so: "which of these do you not have"."""
        index = self._context.chart.knowledge.index
        return any(holds(index.negations, index.key.normal(text)) for text in texts_of(node["code"]))

    def _ticked(self, path: str, value: Concept) -> list[Finding]:
        """One of "which of these do you have": what is ticked is present, what is not ticked says nothing."""
        return [
            found
            for one in self._context.recognise(value, path)
            if not self._context.word(one.word).quantity
            for found in with_details(
                self._context.statement(one, Presence.PRESENT, self._whole.moment, path=path), one, self._whole.moment, self._context
            )
        ]

    def _none_ticked(self, path: str, node: Resource, options: Iterable[Concept], scope: _Scope) -> list[Finding]:
        """Where the form lists what can be ticked, "none of the above" denies each of these."""
        context, value = self._context, _value(node)
        if value is None or scope is not _Scope.PATIENT or self._denies(node) or context.concepts.answer(value) is not Presence.ABSENT:
            return []
        return [
            found
            for option in options
            if context.concepts.answer(option) is None
            for one in context.recognise(option, path)
            if not context.word(one.word).quantity
            for found in context.statement(one, Presence.ABSENT, self._whole.moment, path=path, confirmed=self._whole.is_sure_denial)
        ]

    def _of_relative(self, path: str, node: Resource, value: Concept | None, *, is_answer: bool) -> list[Finding]:
        """A question on relatives, or below a heading on them: family history, and nothing on the patient."""
        context = self._context
        said = self._yes_or_no(node, value) if is_answer else Presence.PRESENT
        words = words_of_relative(node["code"] if is_answer or value is None else value, context)
        return [
            found
            for one in words
            if said
            for found in context.statement(one, said, self._whole.moment, path=path, confirmed=self._is_sure(said))
        ]

    def _yes_or_no(self, node: Resource, value: Concept | None) -> Presence | None:
        if isinstance(node.get("valueBoolean"), bool):
            return Presence.PRESENT if node["valueBoolean"] else Presence.ABSENT
        return None if value is None else self._context.concepts.answer(value)

    def _is_sure(self, said: Presence) -> bool:
        return self._whole.is_sure_denial or said is not Presence.ABSENT

    def _concept(self, item: Mapping[str, Any]) -> Concept:
        """What an item asks for: the codes of its question, and its text without what makes it a question."""
        link = str(item.get("linkId") or "")
        codings = [*self._form.codes.get(link, ()), *_codings_of_definition(item.get("definition"))]
        index = self._context.chart.knowledge.index
        codings += [{"system": system, "code": link} for system in self._form.link_systems if index.by_code(system, link)][:1]
        if self._form.is_ours and link in index.words:
            codings.append({"system": VOCABULARY, "code": link})
        text = item.get("text")
        return {"coding": codings} | ({"text": self._asked_for(text)} if isinstance(text, str) else {})

    def _asked_for(self, text: str) -> str:
        """What is asked for: a headache, by "1. Do you have a headache?"; a question of the vocabulary stands for its word."""
        index = self._context.chart.knowledge.index
        bare = _NUMBERING.sub("", text).strip().rstrip("?: ")
        word = index.by_question(bare)
        if word:
            return index.words[word].title
        if index.by_text(bare):
            return bare
        normal = index.key.normal(bare)
        opening = next((opening for opening in self._openings if normal.startswith(opening + " ")), "")
        return " ".join(bare.split()[len(opening.split()) :])

    def _asks_for_the_past(self, item: Mapping[str, Any]) -> bool:
        """Whether a question begins with "have you ever had"; of several openings the longest says it."""
        normal = self._context.chart.knowledge.index.key.normal(_NUMBERING.sub("", str(item.get("text") or "")))
        opening = next((opening for opening in self._openings if normal.startswith(opening + " ")), "")
        return holds(self._markers[_Scope.PAST], opening)

    def _scope(self, item: Mapping[str, Any]) -> _Scope:
        text = item.get("text")
        normal = self._context.chart.knowledge.index.key.normal(text) if isinstance(text, str) else ""
        held = (scope for scope, markers in self._markers.items() if holds(markers, normal))
        return max(held, default=_Scope.PATIENT)


def _node(concept: Concept, answer: Mapping[str, Any]) -> Resource:
    """An answer as a code with a value; a coding is a concept, a decimal a number without a unit."""
    node: dict[str, Any] = {name: value for name, value in answer.items() if name in _VALUES}
    if "valueCoding" in node:
        node["valueCodeableConcept"] = {"coding": [node.pop("valueCoding")]}
    if "valueDate" in node:
        node["valueDateTime"] = node.pop("valueDate")
    if "valueDecimal" in node:
        node["valueQuantity"] = {"value": node.pop("valueDecimal")}
    return {"code": concept, **node}


def _value(node: Resource) -> Concept | None:
    concept, text = node.get("valueCodeableConcept"), node.get("valueString")
    if isinstance(concept, dict):
        return concept
    return {"text": text} if isinstance(text, str) else None


def _codings_of_definition(definition: object) -> list[dict[str, Any]]:
    """The code at the end of ElementDefinition addresses, where its form says of which system it is."""
    found = _CODE_AT_END.search(definition) if isinstance(definition, str) else None
    if found is None or not isinstance(definition, str):
        return []
    code = found[1]
    if definition.startswith(CANONICAL_BASE):
        return [{"system": VOCABULARY, "code": code}]
    systems = [system for system, is_code in ((SNOMED_CT, is_snomed_concept), (LOINC, is_loinc)) if is_code(code)]
    return [{"system": system, "code": code} for system in systems]
