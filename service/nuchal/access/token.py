"""What both kinds of token have in common: a signature by a key of a known issuer, and times that hold."""

from collections.abc import Mapping, Sequence
from typing import Any

import jwt

from nuchal.access.key_set import KeySet

LEEWAY_SECONDS = 60  # clocks differ


class InvalidToken(Exception):
    """A token that is not accepted; why is said to nobody."""


def header_of(token: str) -> Mapping[str, Any]:
    """The header of a JWT, not verified.

    Raises:
        InvalidToken: it is no JWT.
    """
    try:
        return jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise InvalidToken from error


def issuer_of(token: str) -> str:
    """Who the token says it is from, not verified: it only chooses the keys that it is then verified with.

    Raises:
        InvalidToken: no JWT, or none that names an issuer.
    """
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise InvalidToken from error
    if not isinstance(issuer, str):
        raise InvalidToken
    return issuer


def verified_claims(  # noqa: PLR0913  what must hold, each named by the caller
    token: str, keys: KeySet, *, algorithms: Sequence[str], issuer: str, audience: str | Sequence[str], required: Sequence[str]
) -> Mapping[str, Any]:
    """The claims of a token whose signature, `iss`, `aud`, `exp`, `nbf` and `iat` hold, and that has the `required` ones.

    Raises:
        InvalidToken: one of them does not hold.
        KeysUnavailable: the keys cannot be had.
    """
    header = header_of(token)
    kid, algorithm = header.get("kid"), header.get("alg")
    if not isinstance(kid, str) or algorithm not in algorithms:
        raise InvalidToken
    key = keys.key(kid, str(algorithm))
    if key is None:
        raise InvalidToken
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[str(algorithm)],
            issuer=issuer,
            audience=audience,
            leeway=LEEWAY_SECONDS,
            options={"require": [*required]},
        )
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise InvalidToken from error
    return claims
