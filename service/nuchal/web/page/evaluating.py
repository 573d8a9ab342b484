"""From what was sent to an evaluation: a Bundle or Parameters as they are, a CDS Hooks request as the Bundle that it comes to."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nuchal.cds_hooks.hook_input import hook_input
from nuchal.errors import InvalidInput
from nuchal.evaluation import Evaluation, Evaluator
from nuchal.web import metrics
from nuchal.web.assess import record_evaluation
from nuchal.web.keeping import Keeping
from nuchal.web.page.answer_page import AnswerPage
from nuchal.web.page.submission import Submission


@dataclass(frozen=True, slots=True)
class Evaluating:
    """Evaluates for the page: what it answers is audited, logged and counted as what the API answers."""

    evaluator: Evaluator
    keeping: Keeping

    def page(self, submission: Submission) -> AnswerPage:
        """The page of the answer to `submission`.

        Raises:
            NuchalError: it cannot be used, with places of what was sent; or it could not be audited, and that is required.
        """
        hook = hook_input(submission.body)
        body = hook.gathered.bundle() if hook else submission.body
        parameters = {**submission.parameters, **({"subject": hook.subject} if hook else {})}
        try:
            evaluation = self.evaluate(body, parameters, datetime.now(UTC))
        except InvalidInput as error:
            raise (hook.gathered.located(error) if hook else error) from None
        service = hook.service.id if hook else None
        return AnswerPage(evaluator=self.evaluator, evaluation=evaluation, submission=submission, body=body, service=service)

    def evaluate(self, body: bytes, parameters: Mapping[str, str], now: datetime) -> Evaluation:
        """One evaluation, told to audit, log and metrics."""
        started = time.perf_counter()
        evaluation = self.evaluator.evaluate(body, parameters, now=now)
        seconds = time.perf_counter() - started
        self.keeping.audit(evaluation, seconds)
        metrics.evaluated(evaluation, seconds)
        record_evaluation(evaluation)
        return evaluation
