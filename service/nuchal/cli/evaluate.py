"""`nuchal evaluate`: one patient from a file, answered for a reader or as FHIR."""

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from nuchal.cli.exit_codes import DONE
from nuchal.cli.report import print_report
from nuchal.config import Settings
from nuchal.content import ruleset_folder
from nuchal.errors import UnreadableBody
from nuchal.evaluation import Evaluation, Evaluator
from nuchal.rules.reader import load_ruleset

PIPED_WIDTH = 120  # columns of a report that no terminal limits

_EPILOG = """\
examples:
  nuchal evaluate examples/fever-and-stiff-neck.json --as-of 2026-11-20
  nuchal evaluate - --format fhir < patient.json > answer.json

exit codes: 0 answered, 2 wrong command line, 3 input unusable, 4 setting or ruleset unusable, 5 no answer
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "evaluate",
        help="evaluate one patient from a file",
        description="Evaluate a FHIR R4 Bundle, or the Parameters of $assess, from a file.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="JSON file; - reads standard input")
    parser.add_argument(
        "--as-of", metavar="TIME", help="moment of the evaluation: a date (its last second, UTC) or a date and time; default now"
    )
    parser.add_argument("--subject", metavar="REFERENCE", help="the patient, when the Bundle holds several: Patient/123")
    parser.add_argument("--detail", choices=("full",), help="full: also every cause that is not listed and every flag that is open")
    parser.add_argument("--format", choices=("text", "fhir"), default="text", help="text for a reader (the default) or the FHIR Bundle")
    parser.set_defaults(run=_evaluate)


def _evaluate(chosen: argparse.Namespace) -> int:
    body = _read(chosen.file)
    evaluator = Evaluator(load_ruleset(ruleset_folder(Settings.from_env(os.environ).ruleset)))
    given = {"asOf": chosen.as_of, "subject": chosen.subject, "detail": chosen.detail}
    evaluation = evaluator.evaluate(body, {name: text for name, text in given.items() if text}, now=datetime.now(UTC))
    if chosen.format == "fhir":
        print(json.dumps(evaluation.answer, indent=2, ensure_ascii=False))
    else:
        print(_report(evaluation, full=chosen.detail == "full"), end="")
    return DONE


def _report(evaluation: Evaluation, *, full: bool) -> str:
    """The report as one text, for one write: rich would end the process itself when the reader has gone."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
    with console.capture() as report:
        print_report(evaluation, console, full=full)
    return report.get()


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UnreadableBody(f"{file} cannot be read: {(error.strerror or 'unknown reason').lower()}") from error
