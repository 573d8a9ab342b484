"""A body becomes one JSON object that has one meaning: UTF-8, not nested without end, no name twice."""

import json
import re
from codecs import BOM_UTF8
from typing import Any, Final

import orjson

from nuchal.errors import UnreadableBody

MAX_DEPTH: Final = 64
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"[ \t\r\n]*(:)?')  # in a body that is JSON; with the colon it is a name
_LATE_COLON: Final = re.compile(rb'"[ \t\r\n]+:')
_ELEMENT: Final = re.compile(r"_?[a-z][A-Za-z]{0,39}")


def json_object(body: bytes) -> dict[str, Any]:
    """The object that `body` holds.

    Raises:
        UnreadableBody: not JSON in UTF-8, no object, too deep, or an object that holds a name twice.
    """
    body = body.removeprefix(BOM_UTF8)  # RFC 8259 8.1: nobody may send it, and a reader may look past it
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnreadableBody(_why_no_json(body, error)) from None
    if not isinstance(document, dict):
        raise UnreadableBody("The body is JSON, but not an object")
    names = _count_of_names(document)
    if names is None:
        raise UnreadableBody(f"The body is nested more than {MAX_DEPTH} deep")
    if _has_repeated_name(body, names):
        raise UnreadableBody(f"The body is ambiguous: {_repeated_name(body)} stands twice in one object")
    return document


def _why_no_json(body: bytes, error: orjson.JSONDecodeError) -> str:
    """Where the body stops being JSON; the words of the parser are not ours to promise."""
    try:
        body.decode()
    except UnicodeDecodeError as undecodable:
        return f"The body is not UTF-8: byte {undecodable.start + 1}"
    return f"The body is not JSON: line {error.lineno}, column {error.colno}"


def _count_of_names(document: dict[str, Any]) -> int | None:
    """How many names the objects of `document` have; None when it is nested deeper than allowed."""
    level: list[Any] = [document]
    names = 0
    for _ in range(MAX_DEPTH):
        objects = [node for node in level if type(node) is dict]  # the parser makes no others, and most of a body passes by here
        names += sum(map(len, objects))
        below = [child for node in objects for child in node.values() if type(child) is dict or type(child) is list]
        below += [child for node in level if type(node) is list for child in node if type(child) is dict or type(child) is list]
        if not below:
            return names
        level = below
    return None


def _has_repeated_name(body: bytes, names: int) -> bool:
    """Whether an object of `body` holds a name twice; parsed, it has `names` of them."""
    # quick and nearly always enough: texts that look like names can only make this count too large
    if body.count(b'":') == names and not _LATE_COLON.search(body):
        return False
    return names != sum(map(bool, _STRING.findall(body)))


def _repeated_name(body: bytes) -> str:
    """The first name that an object of `body` holds twice, where it can be no value; parsers differ in which of the two they keep."""
    repeated: list[str] = []

    def note(pairs: list[tuple[str, object]]) -> None:
        names = [name for name, _ in pairs]
        repeated.extend(name for name in names if names.count(name) > 1)

    json.loads(body, object_pairs_hook=note)
    return next((name for name in repeated if _ELEMENT.fullmatch(name)), "a name")
