"""The whole story of one evaluation, on one screen: bytes, chart, conclusions, assessment, answer."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

import orjson

from nuchal import collector
from nuchal.assessment import assess
from nuchal.assessment.model import Assessment
from nuchal.fhir import answer_bundle
from nuchal.findings import Chart
from nuchal.inference import Inference
from nuchal.intake import Intake, SiteMap, read_request
from nuchal.rules.model import Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One evaluation: what was read, what was concluded, and the FHIR Bundle that says so.

    `detail_full` and `subject_given` tell how it was asked for.
    """

    chart: Chart
    assessment: Assessment
    answer: dict[str, Any]
    detail_full: bool
    subject_given: bool

    @property
    def answer_hash(self) -> str:
        """sha256 of the answer as JSON, the bytes that `$assess` sends."""
        return hashlib.sha256(orjson.dumps(self.answer)).hexdigest()

    @property
    def flag_ids(self) -> tuple[str, ...]:
        """The raised red flags."""
        return tuple(raised.flag.id for raised in self.assessment.flags)

    @property
    def certainties(self) -> tuple[tuple[str, str], ...]:
        """The listed causes in rank order, each with its certainty."""
        return tuple((listed.cause.id, listed.certainty.value) for listed in self.assessment.causes)


class Evaluator:
    """Evaluates patients against one ruleset; safe to share between threads, made once for a process.

    A `site_map` holds codes of the site that are understood beside those of the ruleset.
    """

    def __init__(self, ruleset: Ruleset, site_map: SiteMap | None = None) -> None:
        self.ruleset = ruleset
        self.site_map = site_map
        with collector.paused():
            self.inference = Inference(ruleset)
            self._intake = Intake(ruleset, site_map)
        self._turn = Lock()  # an evaluation is all CPU: threads that share it out lose a third to switching

    def warm(self) -> None:
        """Load what the first request would load, half a second of it; for services, before they fork."""
        with collector.paused():
            self._intake.warm()

    def evaluate(self, body: bytes, parameters: Mapping[str, str], *, now: datetime) -> Evaluation:
        """Read a Bundle or Parameters and answer it.

        `parameters` are the plain ones of the operation (asOf, subject, detail) as texts;
        `now` (aware) stands in for asOf when nobody gives one.

        Raises:
            NuchalError: the input cannot be read or belongs to no single patient, or the
                two evaluators do not agree.
        """
        with self._turn:
            request = read_request(body, parameters, now=now)
            chart = self._intake.read_chart(request)
            conclusions = self.inference.conclude(chart.findings)
            assessment = assess(
                self.ruleset,
                self.inference,
                conclusions,
                known_causes=chart.known_causes,
                detail_full=request.detail_full,
            )
            answer = answer_bundle(assessment, chart, detail_full=request.detail_full)
            return Evaluation(
                chart=chart,
                assessment=assessment,
                answer=answer,
                detail_full=request.detail_full,
                subject_given=request.subject is not None,
            )

    def reassess(self, chart: Chart) -> Assessment:
        """The assessment of a chart that was read before: what would follow if its findings were others.

        Raises:
            NuchalError: the two evaluators do not agree.
        """
        with self._turn:
            return assess(self.ruleset, self.inference, self.inference.conclude(chart.findings), known_causes=chart.known_causes)
