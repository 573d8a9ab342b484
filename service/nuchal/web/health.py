"""Whether the process answers, and what it would answer with."""

from flask import Blueprint, Response, jsonify

from nuchal import __version__
from nuchal.rules.model import Ruleset


def blueprint(ruleset: Ruleset) -> Blueprint:
    """The two health checks of a service that has loaded `ruleset`."""
    views = Blueprint("health", __name__, url_prefix="/health")

    @views.get("/live")
    def live() -> Response:
        return jsonify(status="live")

    @views.get("/ready")
    def ready() -> Response:
        about = {"id": ruleset.id, "version": ruleset.version, "hash": ruleset.hash, "reviewed": ruleset.is_reviewed}
        return jsonify(status="ready", version=__version__, ruleset=about)

    return views
