"""`nuchal replay`: a conclusion of the past, drawn again under the ruleset of its day."""

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from nuchal import __version__
from nuchal.cli.exit_codes import DIFFERENT, DONE
from nuchal.cli.kept_ruleset import kept_ruleset
from nuchal.cli.patient_file import console, read_patient_file
from nuchal.config import Settings
from nuchal.errors import ConfigurationError
from nuchal.evaluation import Evaluation, Evaluator
from nuchal.intake import load_site_map
from nuchal.rules.model import Ruleset

if TYPE_CHECKING:
    from nuchal.store.records import AuditRecord

_EPILOG = """\
examples:
  nuchal replay 6f1c4a52-... patient.json
  nuchal replay 6f1c4a52-... - --subject Patient/anna --format json < bundle.json

The id is what X-Audit-Id of the answer said; `nuchal store export audit` lists all. FILE is what was sent that day: the Bundle, the
Parameters, or the CDS Hooks request with all of its data. Moment, detail and ruleset come from the store that NUCHAL_DATABASE_URL names.

exit codes: 0 the same bytes, 1 something differs, 2 wrong command line, 3 input unusable, 4 not in the store, 5 no answer
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was stored otherwise."""

    what: str
    stored: str
    replayed: str


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "replay",
        help="draw a conclusion of the past again, under the ruleset of its day",
        description="Evaluate an input again as it was that day, and tell whether the same answer comes out, byte by byte.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("id", metavar="AUDIT-ID", help="the evaluation: X-Audit-Id of its answer")
    parser.add_argument("file", metavar="FILE", help="JSON file with the input of that day; - reads standard input")
    parser.add_argument("--subject", metavar="REFERENCE", help="the patient, where it stood in the query that day: Patient/123")
    parser.add_argument("--site-map", metavar="MAP", type=Path, help="the codes of the site of that day; default NUCHAL_SITE_MAP")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="for a reader (the default) or JSON")
    parser.set_defaults(run=_replay)


def _replay(chosen: argparse.Namespace) -> int:
    body = read_patient_file(chosen.file)
    settings = Settings.from_env(os.environ)
    record, ruleset = _of_that_day(settings.store_url, chosen.id)
    map_file = chosen.site_map or settings.site_map
    site_map = load_site_map(map_file, ruleset) if map_file else None
    evaluation = _evaluated(Evaluator(ruleset, site_map), record, body, chosen.subject)
    found = list(_differences(record, evaluation))
    if chosen.format == "json":
        told = {"audit": chosen.id, "same": not found, "differences": [asdict(one) for one in found]}
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        laid_out = console()
        with laid_out.capture() as printed:
            _print(laid_out, record, found, subject_missing=record.subject_given and not chosen.subject)
        print("".join(f"{line.rstrip()}\n" for line in printed.get().splitlines()), end="")
    return DIFFERENT if found else DONE


def _of_that_day(url: str, id_: str) -> "tuple[AuditRecord, Ruleset]":
    """What is stored of an evaluation, and the ruleset that it used."""
    from nuchal.store import Store  # noqa: PLC0415  a quarter of a second that no other command has to pay

    store = Store.open(url)
    try:
        record = store.audit.find(id_)
        if record is None:
            raise ConfigurationError(f"the store {store.database.place} holds no audit record {id_}")
        return record, kept_ruleset(store, record.ruleset_hash)
    finally:
        store.close()


def _evaluated(evaluator: Evaluator, record: "AuditRecord", body: bytes, subject: str | None) -> Evaluation:
    """The evaluation at the moment of that day, which stands for now so that its fraction and offset count."""
    from nuchal.cds_hooks.hook_input import hook_input  # noqa: PLC0415  it loads what no other command needs

    hook = hook_input(body)
    parameters = {"subject": hook.subject if hook else subject, "detail": "full" if record.detail_full else None}
    given = {name: value for name, value in parameters.items() if value}
    return evaluator.evaluate(hook.gathered.bundle() if hook else body, given, now=datetime.fromisoformat(record.as_of))


def _differences(record: "AuditRecord", evaluation: Evaluation) -> Iterator[Difference]:
    """What was stored otherwise, causes first; an answer that alone differs has the last word."""
    compared = (
        ("version of Nuchal", record.service_version, __version__),
        ("site map", record.site_map or "none", evaluation.chart.site_map or "none"),
        ("moment", record.as_of, evaluation.chart.as_of.isoformat().replace("+00:00", "Z")),
        ("input", record.input_hash, evaluation.chart.input_hash),
        ("red flags", _listed(record.flags), _listed(evaluation.flag_ids)),
        ("causes", _paired(record.causes), _paired(evaluation.certainties)),
        ("disposition", record.disposition or "none", evaluation.assessment.disposition or "none"),
        ("answer", record.answer_hash, evaluation.answer_hash),
    )
    if record.answer_hash != evaluation.answer_hash:
        yield from (Difference(*row) for row in compared if row[1] != row[2])


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def _paired(causes: tuple[tuple[str, str], ...]) -> str:
    return _listed(tuple(f"{cause} ({certainty})" for cause, certainty in causes))


def _print(laid_out: Console, record: "AuditRecord", found: list[Difference], *, subject_missing: bool) -> None:
    laid_out.print(f"Evaluation {record.id}, answered {record.at:%Y-%m-%d %H:%M:%S} UTC, as of {record.as_of}")
    laid_out.print(f"{record.ruleset} ({record.ruleset_hash[:12]}), Nuchal {record.service_version}, {record.route}")
    if not found:
        laid_out.print(f"The same answer comes out, byte by byte: sha256 {record.answer_hash}", style="green")
        return
    laid_out.print("The answer differs:", style="bold red")
    table = Table("", box=None, padding=(0, 2, 0, 2), header_style="bold")
    for heading in ("that day", "now"):
        table.add_column(heading, overflow="fold")
    for one in found:
        table.add_row(one.what, one.stored, one.replayed)
    laid_out.print(table)
    for hint in _hints({one.what for one in found}, subject_missing=subject_missing):
        laid_out.print(f"- {hint}")


def _hints(differing: set[str], *, subject_missing: bool) -> Iterator[str]:
    if "input" in differing:
        yield "FILE is not what was evaluated that day, or data were fetched besides; nothing else can be concluded."
    if "version of Nuchal" in differing:
        yield "An answer names the version of Nuchal: install that of the day for the same bytes."
    if "site map" in differing:
        yield "An answer names the site map: give that of the day with --site-map."
    if differing == {"answer"}:
        yield "Conclusions are the same, their wording is not: another build of this version, or other releases of its libraries."
    if subject_missing:
        yield "That day the subject was named: give it with --subject unless FILE names it."
