"""Ids that follow from the input, the ruleset and the moment, so that the same question gets the same bytes."""

from datetime import UTC, datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from nuchal.terminology import CANONICAL_BASE

_NAMESPACE: Final = uuid5(NAMESPACE_URL, CANONICAL_BASE)


def instant(moment: datetime) -> str:
    """A FHIR instant in UTC, so that one moment has one spelling whatever offset it came with."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def answer_id(input_hash: str, rules_hash: str, as_of: datetime, name: str) -> str:
    """The id of the resource that is called `name` within one answer."""
    return str(uuid5(_NAMESPACE, "\n".join((input_hash, rules_hash, instant(as_of), name))))
