"""A site's own codes for words of the vocabulary: a ConceptMap of FHIR R4, or CSV. Read and checked once, at start-up."""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import orjson

from nuchal.errors import ConfigurationError
from nuchal.intake.validation import structural_problems
from nuchal.intake.vocabulary_index import comparable
from nuchal.rules.format.report import did_you_mean
from nuchal.rules.model import Ruleset
from nuchal.rules.vocabulary import CodeMapping, Match
from nuchal.terminology import VOCABULARY, Coding

_COLUMNS: Final = ("system", "code", "word", "match")
_NEEDED: Final = frozenset({"system", "code", "word"})
# http://hl7.org/fhir/R4/valueset-concept-map-equivalence.html, read from the target to the source: a target that is
# wider than the site's code holds whenever the code does. None: there is no such word, which is no fault.
_EQUIVALENCES: Final[Mapping[str, Match | None]] = {
    "equal": Match.EQUIVALENT,
    "equivalent": Match.EQUIVALENT,
    "wider": Match.IMPLIES,
    "subsumes": Match.IMPLIES,
    "narrower": Match.BROADER,
    "specializes": Match.BROADER,
    "unmatched": None,
    "disjoint": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCode:
    """One code of a site, the word it means, and how."""

    system: str
    code: str
    word: str
    match: Match


@dataclass(frozen=True, slots=True)
class SiteMap:
    """The codes of a site. `hash` is a sha256 of what they mean, whatever file and order they came in."""

    codes: tuple[SiteCode, ...]

    @property
    def hash(self) -> str:
        """What identifies the map in an answer."""
        lines = sorted(f"{code.system}|{code.code}|{code.word}|{code.match}" for code in self.codes)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def applied_to(self, ruleset: Ruleset) -> Ruleset:
        """The ruleset whose words have the codes of the site beside their own; they are understood and never sent."""
        vocabulary = dict(ruleset.vocabulary)
        for code in self.codes:
            mapping = CodeMapping(coding=Coding(system=code.system, code=code.code), match=code.match)
            word = vocabulary[code.word]
            vocabulary[code.word] = replace(word, codes=(*word.codes, mapping))
        return replace(ruleset, vocabulary=vocabulary)


def load_site_map(file: Path, ruleset: Ruleset) -> SiteMap:
    """The map in `file`: JSON is a ConceptMap, everything else CSV with the columns system, code, word and perhaps match.

    Raises:
        ConfigurationError: with every line (JSON: every place) that cannot be used.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"the site map {file} cannot be read: {(error.strerror or 'unknown reason').lower()}") from error
    reader = _ConceptMapReader if content.lstrip()[:1] == b"{" else _CsvReader
    reading = reader(str(file), ruleset)
    reading.read(content)
    if not reading.problems and not reading.codes:
        reading.problems.append(f"{file}: holds no code")
    if reading.problems:
        raise ConfigurationError("\n".join(["the site map cannot be used:", *reading.problems]))
    return SiteMap(tuple(sorted(reading.codes, key=lambda code: (code.system, code.code, code.word))))


class _Reader:
    """Collects codes, and what is wrong with them by its place in the file."""

    def __init__(self, file: str, ruleset: Ruleset) -> None:
        self.codes: list[SiteCode] = []
        self.problems: list[str] = []
        self._file = file
        self._words = ruleset.vocabulary
        self._places: dict[tuple[str, str, str], str] = {}

    def wrong(self, place: str, message: str) -> None:
        self.problems.append(f"{self._file}:{place}: {message}")

    def add(self, place: str, found: SiteCode) -> None:
        """Take one code, unless it stands twice or its word is none."""
        if found.word not in self._words:
            hint = did_you_mean(found.word, self._words)
            self.wrong(place, f"{found.word} is no word of the vocabulary" + (f"; {hint}" if hint else ""))
            return
        system, code = comparable(found.system, found.code)
        earlier = self._places.setdefault((system, code, found.word), place)
        if earlier != place:
            self.wrong(place, f"{found.code} stands for {found.word} already at {earlier}")
            return
        self.codes.append(replace(found, system=system))


class _CsvReader(_Reader):
    def read(self, content: bytes) -> None:
        try:
            text = content.decode("utf-8-sig")  # spreadsheets begin with a byte order mark
        except UnicodeDecodeError as error:
            self.wrong(str(content[: error.start].count(b"\n") + 1), "is not UTF-8")
            return
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            head = [cell.strip() for cell in next(rows, [])]
            if not _NEEDED <= set(head) <= set(_COLUMNS) or len(set(head)) < len(head):
                self.wrong("1", "the first line must name the columns: system,code,word or system,code,word,match")
                return
            for row in rows:
                if any(cell.strip() for cell in row):
                    self._row(str(rows.line_num), head, [cell.strip() for cell in row])
        except csv.Error as error:
            self.wrong(str(rows.line_num), f"is no CSV: {error}")

    def _row(self, line: str, head: list[str], cells: list[str]) -> None:
        if len(cells) != len(head):
            self.wrong(line, f"has {len(cells)} columns instead of {len(head)}")
            return
        row = dict(zip(head, cells, strict=True))
        empty = [column for column in sorted(_NEEDED) if not row[column]]
        if empty:
            self.wrong(line, f"has no {' and no '.join(empty)}")
            return
        match = row.get("match") or Match.EQUIVALENT
        if match not in set(Match):
            self.wrong(line, f"{match} is no match; it is one of {', '.join(Match)}")
            return
        self.add(line, SiteCode(system=row["system"], code=row["code"], word=row["word"], match=Match(match)))


class _ConceptMapReader(_Reader):
    def read(self, content: bytes) -> None:
        try:
            resource = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            self.wrong(str(error.lineno), f"is no JSON from column {error.colno}")
            return
        if resource.get("resourceType") != "ConceptMap":
            self.wrong("1", "is JSON, but not a ConceptMap")
            return
        wrong = list(structural_problems("ConceptMap", resource, "ConceptMap"))
        for problem in wrong:
            self.wrong(problem.expression or "ConceptMap", problem.message)
        if not wrong:
            for number, group in enumerate(resource.get("group") or ()):
                self._group(group, f"ConceptMap.group[{number}]")

    def _group(self, group: Mapping[str, Any], place: str) -> None:
        if group.get("target") != VOCABULARY:
            self.wrong(f"{place}.target", f"must be {VOCABULARY}")
        if not group.get("source"):
            self.wrong(f"{place}.source", "is needed: the code system of the site")
        if "unmapped" in group:
            self.wrong(f"{place}.unmapped", "is not supported: a code that is not listed stays not understood")
        for number, element in enumerate(group["element"]):
            for target, found in enumerate(element.get("target") or ()):
                self._target(group, element, found, f"{place}.element[{number}].target[{target}]")

    def _target(self, group: Mapping[str, Any], element: Mapping[str, Any], target: Mapping[str, Any], place: str) -> None:
        equivalence = target["equivalence"]
        if equivalence not in _EQUIVALENCES:
            self.wrong(f"{place}.equivalence", f"{equivalence} says too little; it is one of {', '.join(_EQUIVALENCES)}")
            return
        match = _EQUIVALENCES[equivalence]
        conditions = [name for name in ("dependsOn", "product") if target.get(name)]
        for name in conditions:
            self.wrong(f"{place}.{name}", "is not supported: a code is read by itself")
        missing = [name for name, holder in (("element.code", element), ("target.code", target)) if not holder.get("code")]
        if match and missing:
            self.wrong(place, f"has no {' and no '.join(missing)}")
        elif match and not conditions and group.get("source"):
            found = SiteCode(system=group["source"], code=element["code"], word=target["code"], match=match)
            self.add(f"{place}.code", found)
