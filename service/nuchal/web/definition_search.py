"""Searching definitions: what the query asks for, and the Bundle that answers it (http://hl7.org/fhir/R4/search.html)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from flask import Request

from nuchal.conformance import SEARCH_PARAMETERS, Definition, summary
from nuchal.errors import Problem, UnusableSearch
from nuchal.web.addresses import public_url

_SUMMARIES: Final = frozenset({"true", "false", "count"})
_NUMBERS: Final = ("_count", "_offset")
_OF_ALL_REQUESTS: Final = frozenset({"_format", "_pretty", "_summary", *_NUMBERS})
_MOST_DIGITS: Final = 6

Criterion = tuple[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a query asks for: each criterion with the values of which one must fit, which part of the hits, and how much of each."""

    criteria: Sequence[Criterion]
    summary: str
    count: int | None
    offset: int

    @property
    def is_short(self) -> bool:
        """Whether hits are wanted in short."""
        return self.summary == "true"

    def shown(self, definition: Definition) -> dict[str, Any]:
        """A definition as it is wanted."""
        resource: dict[str, Any] = orjson.loads(definition.body)
        return summary(resource) if self.is_short else resource


def read_search(request: Request) -> Search:
    """The search that the query of `request` asks for; what it holds beside that is passed over, as FHIR allows.

    Raises:
        UnusableSearch: a modifier, a number or a summary that is not supported, or with
            `Prefer: handling=strict` a parameter that is not.
    """
    problems = list(_problems(request))
    if problems:
        raise UnusableSearch(problems)
    count = request.args.get("_count")
    return Search(
        criteria=[(name, value.split(",")) for name, value in request.args.items(multi=True) if name in SEARCH_PARAMETERS],
        summary=request.args.get("_summary", ""),
        count=int(count) if count else None,
        offset=int(request.args.get("_offset") or 0),
    )


def _problems(request: Request) -> list[Problem]:
    """Why the query cannot be used, without its values."""
    known = ", ".join((*SEARCH_PARAMETERS, *sorted(_OF_ALL_REQUESTS)))
    is_strict = "handling=strict" in request.headers.get("Prefer", "").replace(" ", "").lower()
    unknown = [name for name in request.args if name not in SEARCH_PARAMETERS and name not in _OF_ALL_REQUESTS]
    modified = [name for name in unknown if name.partition(":")[0] in SEARCH_PARAMETERS or name.partition(":")[0] in _OF_ALL_REQUESTS]
    problems = [Problem(f"A parameter with a modifier is not supported; the query may hold {known}") for _ in modified[:1]]
    if is_strict and unknown and not modified:
        problems.append(Problem(f"A parameter in the query is not supported; it may hold {known}"))
    problems += [Problem(f"{name} must be a whole number") for name in _NUMBERS if not _is_number(request.args.get(name, ""))]
    if request.args.get("_summary", "false") not in _SUMMARIES:
        problems.append(Problem(f"_summary must be one of {', '.join(sorted(_SUMMARIES))}"))
    return problems


def _is_number(text: str) -> bool:
    return text == "" or (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS)


def searchset(path: str, wanted: Search, hits: Sequence[Definition]) -> dict[str, Any]:
    """The Bundle of type searchset with the hits at `path`; `total` counts all, and the link self says which parameters were used."""
    page = [] if wanted.summary == "count" else hits[wanted.offset :][: wanted.count]
    links = [{"relation": "self", "url": _address(path, wanted, wanted.offset)}]
    following = wanted.offset + len(page)
    if page and following < len(hits):
        links.append({"relation": "next", "url": _address(path, wanted, following)})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": len(hits), "link": links}
    entries = [_entry(path, one, wanted) for one in page]
    return bundle | ({"entry": entries} if entries else {})


def _entry(path: str, definition: Definition, wanted: Search) -> dict[str, Any]:
    return {
        "fullUrl": public_url(f"{path}/{definition.identifier}"),
        "resource": wanted.shown(definition),
        "search": {"mode": "match"},
    }


def _address(path: str, wanted: Search, offset: int) -> str:
    query = [(name, ",".join(values)) for name, values in wanted.criteria]
    query += [("_summary", wanted.summary)] if wanted.summary else []
    query += [("_count", str(wanted.count))] if wanted.count is not None else []
    query += [("_offset", str(offset))] if offset else []
    return public_url(path) + (f"?{urlencode(query)}" if query else "")
