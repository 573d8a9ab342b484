"""Everything that the page of one answer shows, put together once for its template."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from nuchal.assessment.model import Assessment, PlannedActivity
from nuchal.evaluation import Evaluation, Evaluator
from nuchal.fhir.basis import withheld_basis
from nuchal.fhir.concepts import SPEED
from nuchal.fhir.context import Context
from nuchal.fhir.proposals import clinical_wording
from nuchal.fhir.statements import not_understood, passed_over, remarks, waiting_flags
from nuchal.fhir.summary import summary
from nuchal.findings import NoteKind, Presence, View
from nuchal.rules.vocabulary import VocabularyWord
from nuchal.rules.wording import amount
from nuchal.web.page import why_not
from nuchal.web.page.additions import bundle_in
from nuchal.web.page.body_figure import PainAt, pains
from nuchal.web.page.cards_shown import cards
from nuchal.web.page.criteria_shown import ShownRule, Stated, shown_cause, shown_flag, stated
from nuchal.web.page.input_shown import ShownInput, shown_input
from nuchal.web.page.path_graph import Graph, path_graph
from nuchal.web.page.submission import Submission
from nuchal.web.page.supposing import Change, Supposition, changes, suppositions


@dataclass(frozen=True, slots=True)
class KnownWord:
    """A word that something was stated on, to be supposed otherwise: what is known, and where it stands."""

    word: VocabularyWord
    known: str
    presence: Presence
    stated: tuple[Stated, ...]


@dataclass(frozen=True, kw_only=True)
class AnswerPage:
    """One evaluation for a person: of what was sent (`submission`), read as the Bundle or Parameters `body`.

    `service` is the id of the CDS service when a CDS Hooks request was sent.
    """

    evaluator: Evaluator
    evaluation: Evaluation
    submission: Submission
    body: bytes
    service: str | None

    @cached_property
    def context(self) -> Context:
        """What the sentences of the answer are made from."""
        detail_full = self.submission.parameters.get("detail") == "full"
        return Context(assessment=self.evaluation.assessment, chart=self.evaluation.chart, detail_full=detail_full)

    @property
    def assessment(self) -> Assessment:
        """What was concluded."""
        return self.evaluation.assessment

    @property
    def speed(self) -> str:
        """How soon the patient must be seen."""
        disposition = self.assessment.disposition
        return SPEED[disposition] if disposition else "none"

    @cached_property
    def cards(self) -> list[dict[str, Any]]:
        """The cards that an EHR would get."""
        return cards(self.evaluation)

    @property
    def summary(self) -> str:
        """The answer in two to four sentences."""
        return summary(self.context)

    @cached_property
    def flags(self) -> list[ShownRule]:
        """The raised red flags."""
        return [shown_flag(self.context, raised) for raised in self.assessment.flags]

    @cached_property
    def causes(self) -> list[ShownRule]:
        """The listed causes, most fitting first."""
        return [shown_cause(self.context, listed) for listed in self.assessment.causes]

    @property
    def proposed(self) -> list[tuple[PlannedActivity, str]]:
        """What to do, with the wording for the clinician; prohibitions last."""
        activities = self.assessment.plan.activities if self.assessment.plan else ()
        return [(each, clinical_wording(self.context, each)) for each in sorted(activities, key=lambda each: each.activity.prohibits)]

    @property
    def withheld(self) -> list[str]:
        """What would have been proposed, and why it is not."""
        return [withheld_basis(self.context, each) for each in self.assessment.plan.withheld] if self.assessment.plan else []

    @property
    def not_understood(self) -> list[str]:
        """Texts of the input that were not weighed, as they stand there."""
        return not_understood(self.context)

    @property
    def remarks(self) -> list[str]:
        """What a reader must know beside the findings."""
        return remarks(self.context)

    @property
    def about_the_input(self) -> list[str]:
        """What intake had to say that stands at no resource, or at many."""
        contradictions = [note.message for note in self.evaluation.chart.notes if note.kind is NoteKind.CONTRADICTORY]
        return [*contradictions, *passed_over(self.context)]

    @property
    def waiting_flags(self) -> list[str]:
        """The red flags that are not ruled out; for a full answer only."""
        return waiting_flags(self.context) if self.context.detail_full else []

    @property
    def rule_titles(self) -> Mapping[str, str]:
        """Every rule that can be asked for."""
        return why_not.names(self.evaluator.ruleset)

    @cached_property
    def why(self) -> why_not.WhyNot | None:
        """What came of the rule that was asked for."""
        return why_not.why_not(self.context, self.submission.why) if self.submission.why else None

    @property
    def rules_alike(self) -> list[str]:
        """The titles of rules that share a word with what was asked for, when that names none."""
        return why_not.alike(self.submission.why, self.evaluator.ruleset) if self.submission.why and self.why is None else []

    @cached_property
    def pains(self) -> tuple[PainAt, ...]:
        """Where it hurts."""
        return pains(self.context)

    @cached_property
    def graph(self) -> Graph | None:
        """From findings to conclusions."""
        return path_graph(self.context, self.flags, self.causes)

    @cached_property
    def supposed(self) -> tuple[Supposition, ...]:
        """What is supposed to be otherwise."""
        return suppositions(self.submission.suppose, self.evaluator.ruleset)

    @cached_property
    def changes(self) -> list[Change]:
        """What would then be otherwise."""
        return changes(self.evaluator, self.evaluation, self.supposed) if self.supposed else []

    @property
    def can_be_added(self) -> bool:
        """Whether what is supposed contradicts nothing that was stated, so that it can stand beside it as an answer."""
        findings = self.evaluation.chart.findings
        return bool(self.supposed) and not any(findings.statements_on(each.word.id) for each in self.supposed)

    @cached_property
    def known(self) -> list[KnownWord]:
        """Every word that was stated as present or absent, in the words of the vocabulary; of age nothing can be supposed usefully."""
        found = []
        for id_, state in sorted(self.assessment.conclusions.states[View.SAFETY].items()):
            findings = self.evaluation.chart.findings.statements_on(id_)
            if findings and state.presence is not Presence.UNKNOWN:
                word = self.evaluator.ruleset.vocabulary[id_]
                said = " or ".join(amount(value, word) for value in state.values) or str(state.presence)
                found.append(KnownWord(word, said, state.presence, stated(self.context, findings)))
        return sorted(found, key=lambda each: (each.presence is not Presence.PRESENT, each.word.title))

    @cached_property
    def input(self) -> ShownInput:
        """The input, resource by resource."""
        return shown_input(self.context, bundle_in(orjson.loads(self.body)))

    @property
    def answer(self) -> dict[str, Any]:
        """The answer as FHIR."""
        return self.evaluation.answer
