"""`nuchal evaluate`: one patient from a file, answered for a reader or as FHIR."""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from nuchal.cli.exit_codes import DONE
from nuchal.cli.report import print_report
from nuchal.config import Settings
from nuchal.content import ruleset_folder
from nuchal.errors import InvalidInput, UnreadableBody, UnsupportedInput
from nuchal.evaluation import Evaluation, Evaluator
from nuchal.intake import read_request
from nuchal.rules.reader import load_ruleset

PIPED_WIDTH = 120  # columns of a report that no terminal limits

_OPTIONS = {"asOf": "--as-of", "subject": "--subject", "detail": "--detail"}  # parameters of the operation
_ANY_BUNDLE = b'{"resourceType": "Bundle"}'

_EPILOG = """\
examples:
  nuchal evaluate examples/fever-and-stiff-neck.json --as-of 2026-11-24
  nuchal evaluate - --format fhir < examples/numb-saddle.json > answer.json

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
        "--as-of",
        metavar="TIME",
        type=_moment,
        help="moment of the evaluation: a date (its last second, UTC) or a date and time; default now",
    )
    parser.add_argument("--subject", metavar="REFERENCE", help="the patient, when the Bundle holds several: Patient/123")
    parser.add_argument("--detail", choices=("full",), help="full: also all criteria, open flags, unlisted causes and the inference")
    parser.add_argument("--format", choices=("text", "fhir"), default="text", help="text for a reader (the default) or the FHIR Bundle")
    parser.set_defaults(run=_evaluate, refuse=parser.error)


def _moment(text: str) -> str:
    """The moment as it was given, when the service would take it too."""
    try:
        read_request(_ANY_BUNDLE, {"asOf": text}, now=datetime.now(UTC))
    except InvalidInput as error:
        raise argparse.ArgumentTypeError(
            "neither a date nor a date and time with its offset; for example 2026-11-24 or 2026-11-24T17:30:00+01:00"
        ) from error
    return text


def _evaluate(chosen: argparse.Namespace) -> int:
    body = _read(chosen.file)
    given = {name: text for name, text in (("asOf", chosen.as_of), ("subject", chosen.subject), ("detail", chosen.detail)) if text}
    _check_request(body, given, chosen)
    evaluator = Evaluator(load_ruleset(ruleset_folder(Settings.from_env(os.environ).ruleset)))
    evaluation = evaluator.evaluate(body, given, now=datetime.now(UTC))
    if chosen.format == "fhir":
        print(json.dumps(evaluation.answer, indent=2, ensure_ascii=False))
    else:
        print(_report(evaluation, full=chosen.detail == "full"), end="")
    return DONE


def _check_request(body: bytes, given: Mapping[str, str], chosen: argparse.Namespace) -> None:
    """Refuse in words of the command line what the service would refuse in words of HTTP."""
    file = "standard input" if chosen.file == "-" else chosen.file
    now = datetime.now(UTC)
    try:
        read_request(body, {}, now=now)
    except (UnreadableBody, UnsupportedInput) as error:
        raise type(error)(f"{file}: {error.message}", expression=error.expression) from error
    for name, text in given.items():
        try:
            read_request(body, {name: text}, now=now)
        except InvalidInput:
            chosen.refuse(f"{_OPTIONS[name]} differs from what {file} itself says; leave {_OPTIONS[name]} out, or change the file")


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
