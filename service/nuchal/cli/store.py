"""`nuchal store`: bring the schema up to date, forget what is old, take out what is kept."""

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console
from rich.progress import Progress

from nuchal.cli.exit_codes import DONE
from nuchal.config import Settings
from nuchal.errors import ConfigurationError

if TYPE_CHECKING:
    from nuchal.store import Store

_AT_ONCE = 1000  # rows of one transaction: the service waits for no longer one
_EPILOG = """\
examples:
  nuchal store migrate                           bring the schema up to date; `nuchal serve` does so by itself
  nuchal store retain --days 365 --dry-run       count what is older than a year
  nuchal store retain --days 365                 delete it
  nuchal store export audit audit.ndjson         every evaluation that was answered, a JSON object a line
  nuchal store export feedback feedback.csv      what clinicians did with cards

The store is the one that NUCHAL_DATABASE_URL names. The service may run meanwhile.
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its three."""
    parser = commands.add_parser(
        "store",
        help="migrate, clear out or export what the service keeps",
        description="Look after the store of the service: audit, cards, feedback.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    migrating = actions.add_parser("migrate", help="bring the schema up to date", description="Bring the schema of the store up to date.")
    migrating.set_defaults(run=_migrate)
    retaining = actions.add_parser(
        "retain", help="forget what is old", description="Delete audit records, cards and feedback that are old."
    )
    retaining.add_argument("--days", type=_days, required=True, metavar="N", help="keep what is younger than N days")
    retaining.add_argument("--dry-run", action="store_true", help="delete nothing, only count")
    retaining.set_defaults(run=_retain)
    exporting = actions.add_parser("export", help="write what is kept into a file", description="Write audit or feedback into a file.")
    exporting.add_argument("what", choices=("audit", "feedback"))
    exporting.add_argument("file", help="ends with .ndjson or .csv; - is standard output, as NDJSON")
    exporting.set_defaults(run=_export)


def _migrate(_: argparse.Namespace) -> int:
    store = _opened()
    store.database.prepare()
    print(f"{store.database.place} is at schema {store.database.schema}.")
    return DONE


def _retain(chosen: argparse.Namespace) -> int:
    store = _opened()
    before = datetime.now(UTC) - timedelta(days=chosen.days)
    for what, kept in (("audit records", store.audit), ("cards with their feedback", store.cards)):
        old = kept.count(before)
        if not chosen.dry_run:
            with Progress(console=Console(stderr=True), transient=True) as progress:
                task = progress.add_task(what, total=old)
                while gone := kept.forget(before, _AT_ONCE):
                    progress.advance(task, gone)
        done, left = ("would delete", "there are") if chosen.dry_run else ("deleted", "are left")
        print(f"{done} {old:,} {what}, {kept.count():,} {left}")
    return DONE


def _export(chosen: argparse.Namespace) -> int:
    store = _opened()
    rows, total = (_audit(store), store.audit.count()) if chosen.what == "audit" else (_feedback(store), None)
    with _target(chosen.file) as target, Progress(console=Console(stderr=True), transient=True) as progress:
        written = _write(progress.track(rows, total=total, description=chosen.what), target, as_csv=chosen.file.endswith(".csv"))
    print(f"{written:,} rows of {chosen.what}", file=sys.stderr)
    return DONE


def _audit(store: "Store") -> Iterator[Mapping[str, Any]]:
    for record in store.audit.all():
        yield asdict(record) | {"at": record.at.isoformat()}


def _feedback(store: "Store") -> Iterator[Mapping[str, Any]]:
    for each in store.feedback.all():
        card = store.cards.find(each.card)
        about = {"rules": card.rules, "ruleset": card.ruleset, "indicator": card.indicator} if card else {}
        yield asdict(each) | {"at": each.at.isoformat(), "received": each.received.isoformat()} | about


def _write(rows: Iterable[Mapping[str, Any]], target: TextIO, *, as_csv: bool) -> int:
    """Write `rows`; how many they were."""
    table: csv.DictWriter[str] | None = None
    written = 0
    for row in rows:
        written += 1
        if not as_csv:
            target.write(json.dumps(row) + "\n")
            continue
        if table is None:
            table = csv.DictWriter(target, row.keys())
            table.writeheader()
        table.writerow({name: json.dumps(value) if isinstance(value, tuple) else value for name, value in row.items()})
    return written


@contextmanager
def _target(file: str) -> Iterator[TextIO]:
    if file == "-":
        yield sys.stdout
        return
    if not file.endswith((".ndjson", ".csv")):
        raise ConfigurationError(f"{file} ends neither with .ndjson nor with .csv")
    try:
        with Path(file).open("w", encoding="utf-8", newline="") as target:
            yield target
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {(error.strerror or 'unknown reason').lower()}") from error


def _opened() -> "Store":
    from nuchal.store import Store  # noqa: PLC0415  a quarter of a second that no other command has to pay

    return Store.open(Settings.from_env(os.environ).store_url)


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 100_000:
        raise argparse.ArgumentTypeError("a whole number of days above 0")
    return int(text)
