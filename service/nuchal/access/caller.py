"""Who called, as the issuer of a token says."""

from dataclasses import dataclass
from typing import Final

UNKNOWN_CALLER: Final = "The service does not know who calls: a valid token is wanted."


@dataclass(frozen=True, slots=True)
class Caller:
    """The party behind a request; never a patient.

    `subject` is the `sub` of a bearer token (else its `client_id` or `azp`), or the
    `tenant` of a CDS Hooks client; empty where the token names none.
    """

    issuer: str
    subject: str
