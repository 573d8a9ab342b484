"""One round of asking: what was answered, what that comes to, what to ask now."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from flask import Request

from nuchal.evaluation import Evaluation
from nuchal.fhir.concepts import SPEED
from nuchal.fhir.context import Context
from nuchal.fhir.summary import summary
from nuchal.web.page.asking import Asked, Intake
from nuchal.web.page.evaluating import Evaluating
from nuchal.web.page.submission import ANSWER, Submission, form_of, named

_NOTHING_CALLED_SO = "Nothing that can be recorded is called so: choose a name from the list below."


@dataclass(frozen=True, kw_only=True)
class AskPage:
    """The form in one state."""

    evaluating: Evaluating
    intake: Intake
    answers: dict[str, str]
    refused: list[str]
    also: tuple[str, ...]
    now: datetime

    @classmethod
    def read(cls, request: Request, intake: Intake, evaluating: Evaluating) -> "AskPage":
        """The state that a form was sent in; a new one has no answers."""
        form = form_of(request)
        given = named(form, ANSWER)
        name = form.get("also", "").strip()
        also = intake.word_named(name) if name else None
        unknown = [_NOTHING_CALLED_SO] if name and not also else []
        return cls(
            evaluating=evaluating,
            intake=intake,
            answers=intake.usable(given),
            refused=[*intake.refused(given), *unknown],
            also=(also,) if also else (),
            now=datetime.now(UTC),
        )

    @cached_property
    def evaluation(self) -> Evaluation:
        """What the answers come to."""
        return self.evaluating.evaluate(self.submission.body, {}, self.now)

    @property
    def submission(self) -> Submission:
        """The answers as an input for $assess."""
        return Submission(body=self.intake.bundle(self.answers, self.now), parameters={}, suppose={}, why="")

    @property
    def response(self) -> dict[str, Any]:
        """The answers as a QuestionnaireResponse."""
        return self.intake.response(self.answers, self.now)

    @cached_property
    def questions(self) -> list[Asked]:
        """What to ask now."""
        return self.intake.next_questions(self.evaluation.assessment.questions, self.answers, self.also)

    @property
    def answered(self) -> list[Asked]:
        """What was answered."""
        return self.intake.answered(self.answers)

    @property
    def disposition(self) -> str:
        """How soon, as far as is known; empty before anything is."""
        disposition = self.evaluation.assessment.disposition
        return disposition or ""

    @property
    def speed(self) -> str:
        """The same in words."""
        disposition = self.evaluation.assessment.disposition
        return SPEED[disposition] if disposition else "none yet"

    @property
    def summary(self) -> str:
        """The answer so far."""
        return summary(Context(assessment=self.evaluation.assessment, chart=self.evaluation.chart, detail_full=False))
