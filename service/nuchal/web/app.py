"""Where the service is put together."""

import logging

from flask import Flask

from nuchal import __version__
from nuchal.config import Settings
from nuchal.content import ruleset_folder
from nuchal.evaluation import Evaluator
from nuchal.intake import load_site_map
from nuchal.logs import Event, record
from nuchal.rules.reader import load_ruleset
from nuchal.web import assess, errors, health, requests

_LOGGER = logging.getLogger(__name__)


def create_app(settings: Settings, evaluator: Evaluator | None = None) -> Flask:
    """The WSGI application.

    Args:
        settings: What the environment asks for.
        evaluator: Stands in for the one that is made from the ruleset of `settings`.

    Raises:
        RulesetError: the ruleset cannot be used; a service with a bad ruleset does not start.
        ConfigurationError: there is no such ruleset or the site map cannot be used, or the unit library does not work here.
    """
    if evaluator is None:
        ruleset = load_ruleset(ruleset_folder(settings.ruleset))
        evaluator = Evaluator(ruleset, load_site_map(settings.site_map, ruleset) if settings.site_map else None)
        evaluator.warm()
    app = Flask("nuchal", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # Flask's own answer to OPTIONS would be HTML
    app.url_map.merge_slashes = False  # werkzeug would answer // with an HTML redirect
    requests.install(app)
    errors.install(app)
    app.register_blueprint(assess.blueprint(evaluator))
    app.register_blueprint(health.blueprint(evaluator.ruleset))
    record(
        _LOGGER,
        Event.SERVICE_LOADED,
        version=__version__,
        ruleset=evaluator.ruleset.label,
        ruleset_hash=evaluator.ruleset.hash,
        reviewed=evaluator.ruleset.is_reviewed,
    )
    return app
