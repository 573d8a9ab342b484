"""Who may call what, and how often: every route that is not public asks for a token where NUCHAL_ACCESS is set."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app, g, request

from nuchal.access.caller import Caller
from nuchal.config import Settings
from nuchal.errors import NuchalError
from nuchal.web.described import is_public


def install(app: Flask, settings: Settings, first_use: Callable[[str, str, datetime], bool]) -> None:
    """Ask each request of `app` for its token and count it, as `settings` say; a wrong token counts too.

    `first_use` takes issuer, id and end of a CDS Hooks token, and says whether it comes for the first time.

    Raises:
        ConfigurationError: the file NUCHAL_ACCESS cannot be used.
    """
    check, count = _check(settings, first_use)

    @app.before_request
    def admit() -> None:
        refusal = None
        g.caller = None
        try:
            if check and _is_guarded():
                g.caller = check()
        except NuchalError as error:
            refusal = error
        if count:
            count(g.caller)
        if refusal:
            raise refusal


def caller() -> Caller | None:
    """Who sent this request, None where nobody is asked."""
    found: Caller | None = g.caller
    return found


def _check(
    settings: Settings, first_use: Callable[[str, str, datetime], bool]
) -> tuple[Callable[[], Caller] | None, Callable[[Caller | None], None] | None]:
    """What checks a token and what counts; None where that is not wanted, and then nothing for it is loaded."""
    check, rates = None, dict[str, str]()
    if settings.access:
        from nuchal.access.settings import read_access_settings  # noqa: PLC0415  a tenth of a second that whoever asks nobody need not pay
        from nuchal.web.gate import Gate  # noqa: PLC0415  the same

        known = read_access_settings(settings.access, settings.public_url)
        check, rates = Gate(known, first_use).caller, dict(known.rates)
    if not settings.rate and not rates:
        return check, None
    from nuchal.web.rate_limit import RateLimit  # noqa: PLC0415  the same

    return check, RateLimit(settings.rate, rates).count


def _is_guarded() -> bool:
    """Where there is no route there is nothing to guard, and the answer is the same for everybody."""
    if request.url_rule is None:
        return False
    endpoint = request.url_rule.endpoint
    return not is_public(current_app.view_functions[endpoint], endpoint)
