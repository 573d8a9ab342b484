"""The public keys of an issuer (RFC 7517), kept for a while and asked for again when a token names a key that is not among them."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

import jwt

from nuchal.errors import KeysUnavailable
from nuchal.logs import Event, record

FRESH_SECONDS = 15 * 60  # asked for again after this
LAST_SECONDS = 24 * 3600  # what is older is not used, when nothing newer can be had
PAUSE_SECONDS = 60  # never asked for more often

_CURVES = {"P-256": "ES256", "P-384": "ES384"}
_RSA_ALGORITHMS = ("RS256", "RS384")
_SMALLEST_RSA = 2048  # bits (NIST SP 800-131A)
_LOGGER = logging.getLogger(__name__)

_Keys = Mapping[tuple[str, str], jwt.PyJWK]


class UnusableKeys(Exception):
    """Something that is no set of public keys, or cannot be read."""


class KeySet:
    """Keys of one issuer, found by `kid` and algorithm; safe to share between threads.

    `read` gives the JWK set as JSON and raises UnusableKeys; `clock` counts seconds.
    """

    def __init__(self, read: Callable[[], bytes], clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._turn = Lock()
        self._keys: _Keys = {}
        self._read_at = self._asked_at = float("-inf")

    def key(self, kid: str, algorithm: str) -> jwt.PyJWK | None:
        """The key named `kid`, for `algorithm` only.

        Raises:
            KeysUnavailable: there are no keys, or only some that are too old.
        """
        found = self._keys.get((kid, algorithm))
        if found is None or self._age() > FRESH_SECONDS:
            self._refresh(wait=found is None)
            found = self._keys.get((kid, algorithm))
        if self._age() > LAST_SECONDS:
            raise KeysUnavailable("The keys of the issuer of this token cannot be had now.")
        return found

    def _age(self) -> float:
        return self._clock() - self._read_at

    def _refresh(self, *, wait: bool) -> None:
        """Read the keys unless somebody has just tried; who has an old key need not `wait` for somebody who is trying."""
        if not self._turn.acquire(blocking=wait):
            return
        try:
            if self._clock() - self._asked_at >= PAUSE_SECONDS:
                self._asked_at = self._clock()
                self._keys = usable_keys(self._read())
                self._read_at = self._clock()
        except UnusableKeys as error:
            record(_LOGGER, Event.KEYS_UNAVAILABLE, level=logging.WARNING, error=error)
        finally:
            self._turn.release()


def usable_keys(text: bytes) -> _Keys:
    """The keys for RS256, RS384, ES256 and ES384 in a JWK set, by `kid` and algorithm; others are passed over.

    Raises:
        UnusableKeys: no JWK set, one with a private or symmetric key, or one without a usable key.
    """
    try:
        jwk_set = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnusableKeys("is no JSON") from error
    members = jwk_set.get("keys") if isinstance(jwk_set, dict) else None
    if not isinstance(members, list) or not all(isinstance(member, dict) for member in members):
        raise UnusableKeys("is no JWK set: an object with the array `keys` is wanted")
    if any("d" in member or "k" in member for member in members):
        raise UnusableKeys("holds a private or symmetric key; only public keys belong there")
    keys = {(member["kid"], algorithm): key for member in members for algorithm in _algorithms(member) if (key := _key(member, algorithm))}
    if not keys:
        raise UnusableKeys("holds no usable key: RSA of 2048 bits or more, P-256 or P-384, with a `kid`")
    return keys


def _algorithms(jwk: Mapping[str, Any]) -> list[str]:
    """What signatures a key may check: as its type allows and, where it says so, its `alg`."""
    if not isinstance(jwk.get("kid"), str) or jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", ["verify"]):
        return []
    match jwk.get("kty"), jwk.get("crv"):
        case "RSA", _:
            fitting = list(_RSA_ALGORITHMS)
        case "EC", str(curve) if curve in _CURVES:
            fitting = [_CURVES[curve]]
        case _:
            fitting = []
    return [algorithm for algorithm in fitting if jwk.get("alg", algorithm) == algorithm]


def _key(jwk: Mapping[str, Any], algorithm: str) -> jwt.PyJWK | None:
    try:
        key = jwt.PyJWK(dict(jwk), algorithm)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    if algorithm in _RSA_ALGORITHMS and key.key.key_size < _SMALLEST_RSA:
        return None
    return key
