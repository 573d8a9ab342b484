"""Issuers with real keys, and the tokens they sign."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://login.hospital.example.org"
AUDIENCE = "https://nuchal.hospital.example.org/fhir"
URL = "https://nuchal.hospital.example.org/cds-services/back-pain-headache"


@dataclass
class Issuer:
    """A key pair for one algorithm, under a name."""

    algorithm: str
    private: Any
    kid: str = "2026-1"
    claims: dict[str, Any] = field(default_factory=dict)

    @property
    def jwk(self) -> dict[str, Any]:
        kind = RSAAlgorithm if self.algorithm.startswith("RS") else ECAlgorithm
        return kind.to_jwk(self.private.public_key(), as_dict=True) | {"kid": self.kid, "use": "sig", "alg": self.algorithm}

    @property
    def jwks(self) -> bytes:
        return json.dumps({"keys": [self.jwk]}).encode()

    def token(self, headers: dict[str, Any] | None = None, *, without: str = "", key=None, algorithm: str = "", **claims: Any) -> str:
        """A token that holds, unless `claims` (numbers of time count from now) or `headers` spoil it."""
        now = int(time.time())
        whole = {"iat": now, "exp": now + 300, "jti": str(uuid.uuid4())} | self.claims | claims
        whole.pop(without, None)
        return jwt.encode(whole, key or self.private, algorithm or self.algorithm, {"kid": self.kid} | (headers or {}))


@pytest.fixture(scope="session")
def private_keys() -> dict[str, Any]:
    big = rsa.generate_private_key(65537, 2048)
    return {
        "RS256": big,
        "RS384": big,
        "ES256": ec.generate_private_key(ec.SECP256R1()),
        "ES384": ec.generate_private_key(ec.SECP384R1()),
    }


@pytest.fixture(scope="session")
def server(private_keys) -> Callable[..., Issuer]:
    """An authorization server with keys for an algorithm."""
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ehr-backend", "scope": "system/*.read openid"}
    return lambda algorithm="RS256", **more: Issuer(algorithm, private_keys[algorithm], claims=claims, **more)


@pytest.fixture(scope="session")
def ehr(private_keys) -> Callable[..., Issuer]:
    """A CDS Hooks client with keys for an algorithm."""
    claims = {"iss": "https://ehr.example.org", "aud": URL}
    return lambda algorithm="ES384", **more: Issuer(algorithm, private_keys[algorithm], claims=claims, **more)
