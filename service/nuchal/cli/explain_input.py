"""`nuchal explain-input`: what became of each resource of a file, for those who connect an EHR."""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nuchal.cli.exit_codes import DONE
from nuchal.cli.patient_file import add_options, console, patient_file
from nuchal.fhir.ids import instant
from nuchal.fhir.narrative import plain
from nuchal.fhir.statements import count
from nuchal.findings import Finding, Note, NoteKind, Recognition
from nuchal.intake import Intake, read_request
from nuchal.intake.explanation import ExplainedResource, Explanation, Fate
from nuchal.rules.model import Ruleset
from nuchal.rules.vocabulary import VocabularyWord
from nuchal.rules.wording import amount

_EPILOG = """\
examples:
  nuchal explain-input examples/stiff-shoulders.json --as-of 2026-11-24
  nuchal explain-input - --format json < examples/numb-saddle.json > explained.json

exit codes: 0 explained, 2 wrong command line, 3 input unusable, 4 setting or ruleset unusable
"""

_STYLES: Final = {
    Fate.READ: "green",
    Fate.REFUSED: "red",
    Fate.MISSING: "red",
    Fate.NOT_UNDERSTOOD: "yellow",
    Fate.NOT_USED: "yellow",
}
_BY: Final = {
    Recognition.CODE: "by code",
    Recognition.TEXT: "by text",
    Recognition.NEAR_TEXT: "nearly by text",
    Recognition.COMPUTED: "computed",
}


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "explain-input",
        help="show what becomes of each resource of a file",
        description="Read a FHIR R4 Bundle, or the Parameters of $assess, and print resource by resource what became of it: "
        "its findings, or why there are none.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    parser.add_argument("--format", choices=("table", "json"), default="table", help="table for a reader (the default) or JSON")
    parser.set_defaults(run=_explain, refuse=parser.error)


def _explain(chosen: argparse.Namespace) -> int:
    given = patient_file(chosen)
    request = read_request(given.body, given.parameters, now=given.now)
    explanation = Intake(given.ruleset, given.site_map).explain(request)
    if chosen.format == "json":
        print(json.dumps(_as_json(explanation, given.ruleset), indent=2, ensure_ascii=False))
    else:
        print(_as_text(explanation, given.ruleset), end="")
    return DONE


def _as_text(explanation: Explanation, ruleset: Ruleset) -> str:
    laid_out = console()
    with laid_out.capture() as text:
        _print(explanation, ruleset, laid_out)
    return "".join(f"{line.rstrip()}\n" for line in text.get().splitlines())  # a table fills its last column with spaces


def _print(explanation: Explanation, ruleset: Ruleset, out: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("place", overflow="fold")
    table.add_column("resource", overflow="fold")
    table.add_column("fate", no_wrap=True)
    table.add_column("what was read, and remarks", ratio=1, overflow="fold")
    resources = explanation.resources()
    for resource in resources:
        table.add_row(
            Text(_short(resource.expression), "dim"),
            Text(_name(resource)),
            Text(resource.fate, _STYLES.get(resource.fate, "dim")),
            Text("\n".join(_lines(resource, ruleset))),
        )
    out.print(table)
    out.print()
    for line in _summary(explanation, resources):
        out.print(Text(line))


def _short(place: str) -> str:
    """A place within the Bundle, without what all places share."""
    return place.removeprefix("Bundle.").replace(".resource", "")


def _name(resource: ExplainedResource) -> str:
    """Type and id; a urn says nothing to a reader, who has the place."""
    kind, reference = resource.resource_type or "", resource.reference or ""
    return plain(reference) if reference.startswith(f"{kind}/") else kind


def _lines(resource: ExplainedResource, ruleset: Ruleset) -> Iterator[str]:
    for finding in resource.findings:
        yield _said(finding, ruleset.vocabulary[finding.word])
    for cause in resource.known_causes:
        yield f"known cause: {ruleset.causes[cause].title} ({cause})"
    for note in resource.notes:
        if note.kind is NoteKind.BY_TEXT and any(finding.word == note.word for finding in resource.findings):
            continue  # the finding says it
        where = (note.expression or "").removeprefix(resource.expression).lstrip(".")
        quoted = f": “{plain(note.verbatim)}”" if note.verbatim else ""
        code = f" [{plain(note.coding.system)}|{plain(note.coding.code)}]" if note.coding else ""
        yield f"{f'{where}: ' if where else ''}{note.message}{quoted}{code}"
    for what, number in Counter(resource.passed_over).items():
        yield f"passed over: {what}" + (f", {number} times" if number > 1 else "")


def _said(finding: Finding, word: VocabularyWord) -> str:
    value = str(finding.presence) if finding.value is None else amount(finding.value, word)
    details = [_BY[finding.recognition], f"as of {_moment(finding.observed)}"]
    details += [f"since {_moment(finding.since)}"] if finding.since else []
    details += [] if finding.confirmed else ["unconfirmed"]
    return f"{word.title} ({word.id}): {value}, {', '.join(details)}"


def _moment(moment: datetime) -> str:
    """To the minute, with the offset that it was read with; seconds are noise to a reader."""
    return moment.isoformat(timespec="minutes").replace("+00:00", "Z")


def _summary(explanation: Explanation, resources: Iterable[ExplainedResource]) -> Iterator[str]:
    chart = explanation.chart
    for note in chart.notes:
        if note.kind is NoteKind.CONTRADICTORY:
            yield f"{note.message} ({note.expression})"
    fates = Counter(resource.fate for resource in resources)
    told = ", ".join(f"{fates[fate]} {fate}" for fate in Fate if fates[fate])
    statements = chart.findings.statements
    yield (
        f"{count(len(explanation.entries), 'resource')} as of {instant(chart.as_of)}: {told}; "
        f"{count(len(statements), 'statement')} on {count(len({finding.word for finding in statements}), 'word')}."
    )


def _as_json(explanation: Explanation, ruleset: Ruleset) -> dict[str, Any]:
    chart, resources = explanation.chart, explanation.resources()
    return {
        "asOf": instant(chart.as_of),
        "patient": chart.subject.reference,
        "ruleset": ruleset.label,
        "siteMap": chart.site_map,
        "resources": [
            {
                "place": resource.expression,
                "type": resource.resource_type,
                "reference": resource.reference,
                "fate": resource.fate,
                "findings": [_finding(finding, ruleset.vocabulary[finding.word]) for finding in resource.findings],
                "knownCauses": list(resource.known_causes),
                "remarks": [_remark(note) for note in resource.notes],
                "passedOver": list(resource.passed_over),
            }
            for resource in resources
        ],
        "contradictions": [_remark(note) for note in chart.notes if note.kind is NoteKind.CONTRADICTORY],
        "summary": {
            "resources": len(explanation.entries),
            "fates": dict(sorted(Counter(resource.fate.value for resource in resources).items())),
            "statements": len(chart.findings.statements),
            "words": len({finding.word for finding in chart.findings.statements}),
        },
    }


def _finding(finding: Finding, word: VocabularyWord) -> dict[str, Any]:
    return {
        "word": finding.word,
        "title": word.title,
        "presence": finding.presence,
        "value": finding.value,
        "unit": word.quantity.unit if word.quantity and finding.value is not None else None,
        "observed": finding.observed.isoformat(),
        "since": finding.since.isoformat() if finding.since else None,
        "confirmed": finding.confirmed,
        "recognition": finding.recognition,
        "place": finding.expression,
    }


def _remark(note: Note) -> dict[str, Any]:
    coding = note.coding
    return {
        "kind": note.kind,
        "message": note.message,
        "place": note.expression,
        "word": note.word,
        "text": note.verbatim,
        "code": {"system": coding.system, "code": coding.code, "display": coding.display} if coding else None,
    }
