"""The one family of exceptions. Messages say where and what kind, never a value of a patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class NuchalError(Exception):
    """Something that a caller is told about.

    `status` is the HTTP status, `issue_code` a code of http://hl7.org/fhir/issue-type,
    `expression` a FHIRPath into the input when a place in it is at fault.
    """

    status: ClassVar[int] = 500
    issue_code: ClassVar[str] = "exception"

    def __init__(self, message: str, *, expression: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.expression = expression


@dataclass(frozen=True, slots=True)
class Problem:
    """One place in the input and what is wrong with it, without its value."""

    message: str
    expression: str | None = None


class UnreadableBody(NuchalError):
    """The body is not JSON, or not a FHIR resource at all."""

    status = 400
    issue_code = "structure"


class UnsupportedInput(NuchalError):
    """Readable, but not a Bundle or Parameters of FHIR R4."""

    status = 422
    issue_code = "not-supported"


class InvalidInput(NuchalError):
    """FHIR that breaks its own structure, or a parameter that cannot be used.

    `problems` lists every place at fault; the message alone stands for the first.
    """

    status = 422
    issue_code = "invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].message, expression=problems[0].expression)
        self.problems = tuple(problems)


class UnusableSearch(InvalidInput):
    """A search of definitions with a parameter that cannot be used."""

    status = 400


class UnusableHookCall(InvalidInput):
    """A call of a CDS service, or feedback on its cards, that breaks CDS Hooks."""

    status = 400


class UnknownCard(InvalidInput):
    """Feedback on a card or a suggestion that this service never gave."""

    status = 404
    issue_code = "not-found"


class DataNotAvailable(InvalidInput):
    """What a CDS service needs of a patient was not sent and cannot be fetched; each problem names its prefetch key."""

    status = 412
    issue_code = "incomplete"


class WrongPatient(NuchalError):
    """No patient, two patients, or resources of somebody else where one patient was to be found."""

    status = 422
    issue_code = "business-rule"


class EngineDisagreement(NuchalError):
    """Engine and witness differ: there is no answer rather than a shorter one (DESIGN 1.5)."""

    status = 500
    issue_code = "exception"


class EngineFault(NuchalError):
    """The engine failed twice on one evaluation; it has been built anew."""

    status = 503
    issue_code = "transient"


class AccessDenied(NuchalError):
    """Somebody known, with a token that does not reach so far; `challenge` is the value of the header WWW-Authenticate (RFC 6750)."""

    status = 403
    issue_code = "forbidden"

    def __init__(self, message: str, *, expression: str | None = None, challenge: str = "Bearer") -> None:
        super().__init__(message, expression=expression)
        self.challenge = challenge


class NotAuthenticated(AccessDenied):
    """Nobody whom this service knows; why is not said."""

    status = 401
    issue_code = "login"


class StoreUnavailable(NuchalError):
    """The store cannot be read or written now: not reached, full, or of another version."""

    status = 503
    issue_code = "transient"


class KeysUnavailable(NuchalError):
    """The keys that a token would be checked with cannot be had now, which says nothing about the token."""

    status = 503
    issue_code = "transient"


@dataclass(frozen=True, slots=True)
class RulesetProblem:
    """One fault in a ruleset: where, what is wrong, what would be right."""

    file: str
    line: int | None
    message: str
    instead: str | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}" + (f" ({self.instead})" if self.instead else "")


class RulesetError(NuchalError):
    """A ruleset that cannot be used; it stops the service at start-up."""

    def __init__(self, problems: Sequence[RulesetProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class ConfigurationError(NuchalError):
    """A setting that cannot be used, or a binding that is refused."""
