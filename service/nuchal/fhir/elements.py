"""Elements of resources: only those that hold something."""

from collections.abc import Mapping
from typing import Any


def filled(elements: Mapping[str, Any]) -> dict[str, Any]:
    """The elements that hold something, in the order given: FHIR knows neither null nor empty."""
    return {name: value for name, value in elements.items() if value not in (None, "", [], {})}
