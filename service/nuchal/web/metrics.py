"""What Prometheus is told: how many requests, how fast, which rules concluded, what failed. Nothing of a patient.

Each worker counts in files of its own, in the folder that `gunicorn_conf` makes; whichever worker is asked adds them up. Without
that folder one process counts in memory. A request costs about 0.02 ms here.
"""

import os
import time
from collections.abc import Iterator
from functools import cache
from threading import Lock

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from nuchal import __version__
from nuchal.errors import EngineDisagreement, EngineFault
from nuchal.evaluation import Evaluation, Evaluator
from nuchal.rules.model import Ruleset
from nuchal.web.described import Answer, described

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the name that prometheus-client gives it

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class _Meters:
    """Everything that is counted, once in a process."""

    def __init__(self) -> None:
        if FOLDER in os.environ:
            # the library looks for the folder when it is imported, which is too early
            values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]  # as its documentation has it
        own = self.registry = CollectorRegistry()
        if FOLDER in os.environ:
            self.registry = CollectorRegistry()
            MultiProcessCollector(self.registry)  # type: ignore[no-untyped-call]  # the library leaves it out
        self.requests = Histogram(
            "nuchal_request_seconds", "Time to answer, by route and class of status", ["route", "status"], buckets=_SECONDS, registry=own
        )
        self.in_flight = Gauge("nuchal_requests_in_flight", "Requests being answered", registry=own, multiprocess_mode="livesum")
        self.evaluations = Histogram("nuchal_evaluation_seconds", "Time of one evaluation", buckets=_SECONDS, registry=own)
        self.flags = Counter("nuchal_red_flags_raised", "Evaluations that raised this red flag", ["rule"], registry=own)
        self.causes = Counter("nuchal_causes_listed", "Evaluations that listed this cause", ["rule", "certainty"], registry=own)
        self.dispositions = Counter(
            "nuchal_dispositions", "Evaluations by how soon the patient must be seen; none: no pain, no flag", ["disposition"], registry=own
        )
        self.rebuilds = Counter("nuchal_engine_rebuilds", "How often the rule engine was built anew after a fault", registry=own)
        self.faults = Counter("nuchal_engine_faults", "Evaluations without an answer: the engine failed twice", registry=own)
        self.disagreements = Counter("nuchal_witness_disagreements", "Evaluations without an answer: the witness differs", registry=own)
        self.store_failures = Counter("nuchal_store_failures", "What the store was asked and could not do", registry=own)


@cache
def _meters() -> _Meters:
    return _Meters()


def install(app: Flask, evaluator: Evaluator) -> None:
    """Measure every request of `app`; to be called after `requests.install`, whose clock it reads."""
    meters, rebuilt = _meters(), _Rebuilds(evaluator)

    def begin() -> None:
        meters.in_flight.inc()
        g.is_in_flight = True

    def finish(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"  # a path may name a patient, a route cannot
        meters.requests.labels(route, f"{response.status_code // 100}xx").observe(time.perf_counter() - g.started)
        rebuilt.count()
        return response

    def leave(_error: BaseException | None) -> None:
        if g.pop("is_in_flight", False):
            meters.in_flight.dec()

    app.before_request(begin)
    app.after_request(finish)
    app.teardown_request(leave)


def evaluated(evaluation: Evaluation, seconds: float) -> None:
    """Count an evaluation that took `seconds`, and what it concluded."""
    meters, assessment = _meters(), evaluation.assessment
    meters.evaluations.observe(seconds)
    meters.dispositions.labels(assessment.disposition or "none").inc()
    for raised in assessment.flags:
        meters.flags.labels(raised.flag.id).inc()
    for listed in assessment.causes:
        meters.causes.labels(listed.cause.id, listed.certainty).inc()


def failed(error: Exception) -> None:
    """Count an evaluation that ended without an answer, where `error` is such."""
    if isinstance(error, EngineDisagreement):
        _meters().disagreements.inc()
    elif isinstance(error, EngineFault):
        _meters().faults.inc()


def store_failed() -> None:
    """Count something that the store was asked and could not do."""
    _meters().store_failures.inc()


def blueprint(evaluator: Evaluator, *, public: bool) -> Blueprint:
    """GET /metrics; `public` when no token is asked for, because only this machine reaches the service."""
    views = Blueprint("metrics", __name__)
    ruleset = _RulesetCollector(evaluator.ruleset)

    @views.get("/metrics")
    @described(
        "Counts and times for Prometheus",
        tag="Health",
        public=public,
        answers=[Answer(200, "The text format of Prometheus", schema={"type": "string"}, types=["text/plain"])],
    )
    def metrics() -> Response:
        return Response(generate_latest(ruleset) + generate_latest(_meters().registry), content_type=CONTENT_TYPE_LATEST)

    return views


class _Rebuilds:
    """Hands the engine's own count of rebuilds on, each once, whichever thread comes by."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._inference = evaluator.inference
        self._counted = self._inference.rebuilds
        self._lock = Lock()

    def count(self) -> None:
        if self._inference.rebuilds == self._counted:
            return
        with self._lock:
            new, self._counted = self._inference.rebuilds - self._counted, self._inference.rebuilds
        _meters().rebuilds.inc(new)


class _RulesetCollector(Collector):
    """What is running, as a gauge of 1: every worker knows it by itself."""

    def __init__(self, ruleset: Ruleset) -> None:
        about = GaugeMetricFamily("nuchal_ruleset_info", "The ruleset that answers", labels=["nuchal", "id", "version", "hash", "reviewed"])
        about.add_metric([__version__, ruleset.id, ruleset.version, ruleset.hash, "yes" if ruleset.is_reviewed else "no"], 1)
        self._about = about

    def collect(self) -> Iterator[Metric]:
        yield self._about
