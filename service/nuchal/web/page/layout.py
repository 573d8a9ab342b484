"""What every page for people has: the look, the headers that keep it safe, and errors as pages.

The look is `templates/layout/` (base, macros) and `static/style.css`; it is served whether or not the page of
`/` is switched on, because the pages of rules, that cards link to, use it too. Whatever is answered in HTML, by
any blueprint, gets the headers; errors become pages by `error_page`, which `web.errors` calls for browsers.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, render_template
from flask.sansio.blueprints import BlueprintSetupState
from jinja2 import StrictUndefined

from nuchal import __version__
from nuchal.fhir.statements import INTENDED_USE
from nuchal.rules.model import Ruleset

# Everything comes from this service and nothing stands in the document itself: a text of a patient can be no code.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TITLES: Final = {404: "There is nothing at this address", 413: "That is more than this service takes", 429: "Too many requests"}


def blueprint(ruleset: Ruleset, *, has_page: bool) -> Blueprint:
    """Templates, style and scripts; `has_page` says whether `/` and `/ask` are there to link to."""
    views = Blueprint("layout", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
    about = {
        "version": __version__,
        "ruleset": ruleset.label,
        "is_reviewed": ruleset.is_reviewed,
        "intended_use": INTENDED_USE,
        "has_page": has_page,
    }

    @views.app_context_processor
    def shared() -> dict[str, object]:
        return {"about": about}

    views.record_once(_set_up_templates)
    views.after_app_request(_secured)
    return views


def error_page(status: int, sentence: str) -> str:
    """An error as a page; `sentence` says what is wrong."""
    title = _TITLES.get(status) or (HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error")
    return render_template("layout/error.html", title=title, status=status, sentence=sentence)


def _set_up_templates(state: BlueprintSetupState) -> None:
    state.app.jinja_env.undefined = StrictUndefined
    state.app.jinja_env.trim_blocks = True
    state.app.jinja_env.lstrip_blocks = True


def _secured(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.update(_HEADERS)
    return response
