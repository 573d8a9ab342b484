"""Where the service is put together."""

import logging

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from nuchal import __version__
from nuchal.cds_hooks import CardService
from nuchal.cds_hooks.fhir_server import FhirServers
from nuchal.config import Settings
from nuchal.content import ruleset_folder
from nuchal.evaluation import Evaluator
from nuchal.intake import load_site_map
from nuchal.logs import Event, record
from nuchal.rules.reader import load_ruleset
from nuchal.store import Store
from nuchal.web import access, assess, cds_hooks, conformance, cors, errors, health, media_types, metrics, openapi, requests, rules_pages
from nuchal.web.addresses import ASKS_FOR_TOKENS, PUBLIC_URL
from nuchal.web.keeping import Keeping
from nuchal.web.page import layout, page

_LOGGER = logging.getLogger(__name__)
_EVALUATOR = "nuchal.evaluator"


def create_app(settings: Settings, evaluator: Evaluator | None = None) -> Flask:
    """The WSGI application.

    Args:
        settings: What the environment asks for.
        evaluator: Stands in for the one that is made from the ruleset of `settings`.

    Raises:
        RulesetError: the ruleset cannot be used; a service with a bad ruleset does not start.
        ConfigurationError: there is no such ruleset, the site map or the store cannot be used, or the unit library does not work here.
    """
    folder = None
    if evaluator is None:
        folder = ruleset_folder(settings.ruleset)
        ruleset = load_ruleset(folder)
        evaluator = Evaluator(ruleset, load_site_map(settings.site_map, ruleset) if settings.site_map else None)
        evaluator.warm()
    app = Flask("nuchal", static_folder=None)
    app.extensions[_EVALUATOR] = evaluator
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config[PUBLIC_URL] = settings.public_url
    app.config[ASKS_FOR_TOKENS] = settings.access is not None
    app.url_map.merge_slashes = False  # werkzeug would answer // with an HTML redirect
    keeping = Keeping(Store.open(settings.store_url), required=settings.audit_required)
    keeping.prepare(evaluator.ruleset, folder)
    requests.install(app)
    metrics.install(app, evaluator)
    errors.install(app, layout.error_page)
    cors.install(app, settings.cors_origins)
    access.install(app, settings, keeping.store.tokens.first_use)
    media_types.install(app)
    if settings.trusted_proxies:  # X-Forwarded-For as they have written it, and nothing else of theirs
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]  # as Flask wants it
    app.register_blueprint(assess.blueprint(evaluator, keeping))
    servers = FhirServers(settings.fhir_servers, seconds=settings.fhir_time_limit_ms / 1000, most_bytes=settings.max_body_bytes)
    app.register_blueprint(cds_hooks.blueprint(CardService(evaluator, servers, keeping.store, keeping.failed), keeping))
    app.register_blueprint(conformance.blueprint(evaluator.ruleset, settings))
    app.register_blueprint(health.blueprint(evaluator, keeping))
    app.register_blueprint(metrics.blueprint(evaluator, public=settings.is_local))
    app.register_blueprint(openapi.blueprint())
    app.register_blueprint(layout.blueprint(evaluator.ruleset, has_page=settings.has_page))
    app.register_blueprint(rules_pages.blueprint(evaluator.ruleset))
    if settings.has_page:
        app.register_blueprint(page.blueprint(evaluator, keeping))
    record(
        _LOGGER,
        Event.SERVICE_LOADED,
        version=__version__,
        ruleset=evaluator.ruleset.label,
        ruleset_hash=evaluator.ruleset.hash,
        reviewed=evaluator.ruleset.is_reviewed,
    )
    return app


def release(app: Flask) -> None:
    """Give back the memory of the engine of an application that answers no more."""
    app.extensions[_EVALUATOR].inference.close()
