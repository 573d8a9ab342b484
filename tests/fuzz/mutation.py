"""Charts with a few places spoiled, the way senders, converters and strangers spoil them; the same seed, the same chart."""

import copy
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

MOST_ENTRIES = 12  # of one chart: small ones are answered fast, and their faults are easy to read
MOST_MUTATIONS = 6

TEXTS = ["", " ", "\u0000", "\ufffe", "\u202e", "<script>alert(1)</script>", "]]>&amp;", "x" * 3000, "no ", "Denies ", "NaN", "${jndi:x}"]
REFERENCES = ["#", "#x", "urn:uuid:", "Patient/", "Patient/p|1", "http://", "Observation/" + "a" * 64]
TIMES = ["2026", "2026-02", "2026-02-30", "0000-01-01", "9999-12-31T23:59:59Z", "2026-01-01T00:00:60+14:00", "-1", "today"]
NUMBERS = [0, -1, -0.0, 1e-320, 1e308, 10**30, 2**63, 101, 0.1, True]
UNITS = ["Cel", "[degF]", "mm[Hg]", "furlong", "10*9/L", "%", "{score}", "/min", "mg" * 30, "m/s2/h.kg"]
CODES = ["active", "entered-in-error", "final", "POS", "NEG", "25064002", "R51.9", "S09.90XA", "LA33-6", "unknown", "on-hold"]
SHAPES = [None, [], {}, [[]], [None], {"": ""}, {"coding": [None]}, {"coding": [{"code": 1}]}, {"reference": {}}, {"extension": []}]
NAMES = [
    "valueString",
    "valueBoolean",
    "valueQuantity",
    "code",
    "subject",
    "patient",
    "component",
    "hasMember",
    "modifierExtension",
    "_status",
]
JUNK = [*TEXTS, *REFERENCES, *TIMES, *NUMBERS, *UNITS, *CODES, *SHAPES]

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutant:
    """A body to send, what it was made from, and where it was spoiled."""

    body: bytes
    origin: str
    places: list[str] = field(default_factory=list)
    bundle: dict[str, Any] | None = None  # None where the bytes themselves were spoiled


def charts(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every Bundle of R4 in `folder`, and every other resource as a Bundle of its own, under the names of their files."""
    found = []
    for file in sorted(folder.rglob("*.json*")):
        content = file.read_bytes()
        try:
            resource = json.loads((gzip.decompress(content) if file.suffix == ".gz" else content).decode("utf-8-sig"))
        except ValueError:
            continue  # another file, or one that is broken on purpose
        if "resourceType" in resource:
            found.append((file.name, resource if resource["resourceType"] == "Bundle" else bundle_of(resource)))
    return found


def bundle_of(*resources: dict[str, Any]) -> dict[str, Any]:
    """A collection."""
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def mutant(origin: str, chart: dict[str, Any], random: Random) -> Mutant:
    """A part of `chart`, spoiled in up to six places; one in twenty in its bytes."""
    bundle = copy.deepcopy(_part(chart, random))
    places = [_spoil(bundle, random) for _ in range(random.randint(0, MOST_MUTATIONS))]
    body = json.dumps(bundle, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    if random.randrange(20):
        return Mutant(body, origin, places, bundle)
    return Mutant(_spoiled_bytes(body, random), origin, [*places, "bytes"])


def _part(chart: dict[str, Any], random: Random) -> dict[str, Any]:
    """The Patients of a chart and a few neighbouring entries, so that references among them still meet."""
    entries = chart.get("entry") or []
    patients = [entry for entry in entries if isinstance(entry, dict) and (entry.get("resource") or {}).get("resourceType") == "Patient"]
    start = random.randrange(max(len(entries), 1))
    return chart | {"entry": patients[:2] + entries[start : start + random.randint(1, MOST_ENTRIES)]}


def places(node: object, path: Path_ = ()) -> Iterator[Path_]:
    """The path of everything in a resource."""
    yield path
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, below in inner:
        yield from places(below, (*path, key))


def at(node: Any, path: Path_) -> Any:
    """What stands at `path`."""
    for key in path:
        node = node[key]
    return node


def _spoil(bundle: dict[str, Any], random: Random) -> str:
    """Spoil one place; what was done, and where."""
    paths = [path for path in places(bundle) if path]
    if not paths:
        return "nothing is left"
    *way, last = random.choice(paths)
    holder = at(bundle, tuple(way))
    kind = random.choice(["replace", "remove", "rename", "repeat", "borrow", "nest"])
    if kind == "replace":
        holder[last] = _changed(holder[last], random)
    elif kind == "remove":
        del holder[last]
    elif kind == "rename" and isinstance(holder, dict):
        holder[random.choice(NAMES)] = holder.pop(last)
    elif kind == "repeat" and isinstance(holder, list):
        holder.insert(random.randrange(len(holder) + 1), copy.deepcopy(holder[last]))
    elif kind == "borrow":
        holder[last] = copy.deepcopy(at(bundle, random.choice(paths[:: max(len(paths) // 50, 1)] or paths))) if last != "entry" else []
    else:
        for _ in range(70 if random.randrange(10) == 0 else random.randint(1, 3)):
            holder[last] = [holder[last]]
    return f"{kind} {'.'.join(map(str, (*way, last)))}"


def _changed(value: object, random: Random) -> Any:
    """Mostly something of the same kind, which gets further in."""
    if random.randrange(4) == 0:
        return copy.deepcopy(random.choice(JUNK))
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return random.choice([value * 10**6, -value, value + 1, *NUMBERS])
    if isinstance(value, str):
        same = TIMES if value[:2] in {"19", "20"} else [*TEXTS, *CODES, *REFERENCES, *UNITS]
        return random.choice([random.choice(same), f"{random.choice(TEXTS)}{value}", value.upper(), value[: len(value) // 2]])
    return copy.deepcopy(random.choice(SHAPES))


def _spoiled_bytes(body: bytes, random: Random) -> bytes:
    spot = random.randrange(len(body))
    kind = random.choice(["cut", "flip", "insert", "mark"])
    if kind == "cut":
        return body[:spot]
    if kind == "flip":
        return body[:spot] + bytes([random.randrange(256)]) + body[spot + 1 :]
    if kind == "insert":
        return body[:spot] + random.choice([b'"status":1,', b"\x00", b"\xed\xa0\x80", b"1e400", b"NaN", b"[" * 200]) + body[spot:]
    return b"\xef\xbb\xbf" + body
