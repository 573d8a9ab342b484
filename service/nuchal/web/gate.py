"""The check of the token of a request: a bearer token, or below /cds-services the JWT of a CDS Hooks client."""

from flask import request

from nuchal.access.bearer import BearerTokens
from nuchal.access.caller import UNKNOWN_CALLER, Caller
from nuchal.access.client_jwt import ClientTokens, FirstUse
from nuchal.access.settings import AccessSettings
from nuchal.errors import NotAuthenticated
from nuchal.web.addresses import is_below, public_url


class Gate:
    """Knows the callers that a site trusts."""

    def __init__(self, settings: AccessSettings, first_use: FirstUse) -> None:
        self._bearer = BearerTokens(settings.servers)
        self._clients = ClientTokens(settings.clients, first_use)

    def caller(self) -> Caller:
        """Who sends this request.

        Raises:
            NotAuthenticated, AccessDenied, KeysUnavailable: as the checks say.
        """
        given = request.authorization
        if given is None or given.type != "bearer" or not given.token:
            raise NotAuthenticated(UNKNOWN_CALLER)
        if is_below("/cds-services"):
            return self._clients.caller(given.token, public_url(request.path))
        return self._bearer.caller(given.token)
