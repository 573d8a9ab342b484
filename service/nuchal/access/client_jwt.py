"""JWTs with which a CDS Hooks client says who it is (CDS Hooks 2.0.1, Trusting CDS Clients), for /cds-services."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nuchal.access.caller import UNKNOWN_CALLER, Caller
from nuchal.access.key_set import KeySet
from nuchal.access.token import LEEWAY_SECONDS, InvalidToken, header_of, issuer_of, verified_claims
from nuchal.errors import NotAuthenticated

ALGORITHMS = ("ES384", "RS384")  # JWT Signing Algorithm
LONGEST_SECONDS = 3600  # a client means minutes; each `jti` is remembered as long as its token lives
_LONGEST_JTI = 256  # characters

FirstUse = Callable[[str, str, datetime], bool]
"""(issuer, jti, when it may be forgotten) -> whether it is used for the first time, over all workers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CdsClient:
    """One EHR: its keys, `jku` where they are read from an address, and the tenants of it that may call (None: each)."""

    issuer: str
    keys: KeySet
    jku: str | None
    tenants: Sequence[str] | None


class ClientTokens:
    """Checks the JWTs of the `clients` that a site trusts; with none nobody is let in."""

    def __init__(self, clients: Sequence[CdsClient], first_use: FirstUse) -> None:
        self._clients = {client.issuer: client for client in clients}
        self._first_use = first_use

    def caller(self, token: str, url: str) -> Caller:
        """Who calls `url` with `token`; a token serves once.

        Raises:
            NotAuthenticated: the token does not hold; why is not said.
            KeysUnavailable: it cannot be checked now.
        """
        try:
            client = self._client(token)
            claims = self._claims(token, client, url)
        except InvalidToken as error:
            raise NotAuthenticated(UNKNOWN_CALLER) from error
        tenant = claims.get("tenant")
        return Caller(client.issuer, tenant if isinstance(tenant, str) else "")

    def _client(self, token: str) -> CdsClient:
        """The client that the token says it is from. A `jku` is compared and never followed."""
        client = self._clients.get(issuer_of(token))
        header = header_of(token)
        if client is None or str(header.get("typ", "jwt")).lower() != "jwt":
            raise InvalidToken
        if client.jku is not None and header.get("jku", client.jku) != client.jku:
            raise InvalidToken
        return client

    def _claims(self, token: str, client: CdsClient, url: str) -> Mapping[str, Any]:
        claims = verified_claims(
            token, client.keys, algorithms=ALGORITHMS, issuer=client.issuer, audience=url, required=["iss", "aud", "exp", "iat", "jti"]
        )
        jti, expires = claims["jti"], int(claims["exp"])
        if not 0 < len(jti) <= _LONGEST_JTI or expires > time.time() + LONGEST_SECONDS:
            raise InvalidToken
        if client.tenants is not None and claims.get("tenant") not in client.tenants:
            raise InvalidToken
        if not self._first_use(client.issuer, jti, datetime.fromtimestamp(expires + LEEWAY_SECONDS, UTC)):
            raise InvalidToken
        return claims
