"""What a SMART scope grants (SMART App Launch 1.0: `user/Observation.read`; 2.0: `patient/*.rs`)."""

import re
from typing import Final

_SCOPE: Final = re.compile(r"(?:patient|user|system)/(?P<type>\*|[A-Za-z]+)\.(?:(?P<word>read|write|\*)|(?P<letters>c?r?u?d?s?))(?:\?\S*)?")


def grants(scopes: str, resource_type: str) -> bool:
    """Whether one of `scopes`, separated by spaces, lets resources of the type be read and searched."""
    found = (_SCOPE.fullmatch(scope) for scope in scopes.split())
    return any(one["type"] in {"*", resource_type} and _reads(one) for one in found if one)


def _reads(scope: re.Match[str]) -> bool:
    return scope["word"] in {"read", "*"} or {"r", "s"} <= set(scope["letters"] or "")
