"""Whether the process answers, and whether it should be sent requests."""

from threading import Event

from flask import Blueprint, Response, jsonify

from nuchal import __version__
from nuchal.evaluation import Evaluator
from nuchal.web.described import Answer, described
from nuchal.web.keeping import Keeping

leaving = Event()
"""Set when this worker was told to stop: it answers what has reached it, and wants no more."""


def blueprint(evaluator: Evaluator, keeping: Keeping) -> Blueprint:
    """The two health checks of a service that answers with `evaluator` and keeps its traces by `keeping`."""
    views = Blueprint("health", __name__, url_prefix="/health")
    ruleset = evaluator.ruleset
    about = {
        "version": __version__,
        "ruleset": {"id": ruleset.id, "version": ruleset.version, "hash": ruleset.hash, "reviewed": ruleset.is_reviewed},
        "siteMap": {"hash": evaluator.site_map.hash, "codes": len(evaluator.site_map.codes)} if evaluator.site_map else None,
    }

    @views.get("/live")
    @described("Whether the process answers", tag="Health", public=True, answers=[Answer(200, "It does", example={"status": "live"})])
    def live() -> Response:
        return jsonify(status="live")

    @views.get("/ready")
    @described(
        "Whether the service should be sent requests, and what it answers with",
        tag="Health",
        public=True,
        answers=[
            Answer(200, "It should", example={"status": "ready", **about, "store": {"kind": "sqlite", "required": False, "problem": None}}),
            Answer(
                503,
                "It should not: `status` is draining (told to stop), or unavailable (the store is, and no answer goes out without it)",
                example={"status": "draining", **about, "store": {"kind": "sqlite", "required": False, "problem": None}},
            ),
        ],
    )
    def ready() -> tuple[Response, int]:
        store = keeping.store.health()
        status = "draining" if leaving.is_set() else "ready" if store.is_well or not keeping.required else "unavailable"
        told = {"kind": store.kind, "required": keeping.required, "problem": store.problem}
        return jsonify(status=status, **about, store=told), 200 if status == "ready" else 503

    return views
