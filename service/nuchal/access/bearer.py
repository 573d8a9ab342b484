"""OAuth 2.0 access tokens in the form of a JWT (RFC 9068, RFC 6750), for /fhir."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nuchal.access.caller import UNKNOWN_CALLER, Caller
from nuchal.access.key_set import KeySet
from nuchal.access.token import InvalidToken, header_of, issuer_of, verified_claims
from nuchal.errors import AccessDenied, NotAuthenticated

ALGORITHMS = ("RS256", "RS384", "ES256", "ES384")
# RFC 9068 2.1 wants at+jwt; many authorization servers write JWT or nothing
_TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt"})
_INVALID = 'Bearer error="invalid_token"'


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationServer:
    """One issuer of access tokens: whom they must be for (one of `audiences`) and what they must allow (one of `scopes`)."""

    issuer: str
    audiences: Sequence[str]
    scopes: Sequence[str]
    keys: KeySet


class BearerTokens:
    """Checks access tokens of the `servers` that a site trusts; with none nobody is let in."""

    def __init__(self, servers: Sequence[AuthorizationServer]) -> None:
        self._servers = {server.issuer: server for server in servers}

    def caller(self, token: str) -> Caller:
        """Who stands behind `token`.

        Raises:
            NotAuthenticated: the token does not hold; why is not said.
            AccessDenied: it holds, and has none of the scopes wanted.
            KeysUnavailable: it cannot be checked now.
        """
        try:
            server, claims = self._verified(token)
        except InvalidToken as error:
            raise NotAuthenticated(UNKNOWN_CALLER, challenge=_INVALID) from error
        if not set(server.scopes) & _scopes(claims):
            scopes = " ".join(server.scopes)
            raise AccessDenied(
                f"The token has none of the scopes wanted: {scopes}.", challenge=f'Bearer error="insufficient_scope", scope="{scopes}"'
            )
        return Caller(server.issuer, _subject(claims))

    def _verified(self, token: str) -> tuple[AuthorizationServer, Mapping[str, Any]]:
        server = self._servers.get(issuer_of(token))
        if server is None or str(header_of(token).get("typ", "jwt")).lower() not in _TYPES:
            raise InvalidToken
        claims = verified_claims(
            token, server.keys, algorithms=ALGORITHMS, issuer=server.issuer, audience=server.audiences, required=["iss", "aud", "exp"]
        )
        return server, claims


def _scopes(claims: Mapping[str, Any]) -> set[str]:
    """The scopes of a token: `scope` in one text (RFC 9068), or `scp` as a text or a list, as some servers write it."""
    given = claims.get("scope") or claims.get("scp")
    if isinstance(given, list):
        return {scope for scope in given if isinstance(scope, str)}
    return set(given.split()) if isinstance(given, str) else set()


def _subject(claims: Mapping[str, Any]) -> str:
    return next((value for name in ("sub", "client_id", "azp") if isinstance(value := claims.get(name), str)), "")
