"""`nuchal evaluate`: one patient from a file, answered for a reader or as FHIR."""

import argparse
import json

from nuchal.cli.exit_codes import DONE
from nuchal.cli.patient_file import add_options, console, patient_file
from nuchal.cli.report import print_report
from nuchal.evaluation import Evaluation, Evaluator

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
    add_options(parser)
    parser.add_argument("--detail", choices=("full",), help="full: also all criteria, open flags, unlisted causes and the inference")
    parser.add_argument("--format", choices=("text", "fhir"), default="text", help="text for a reader (the default) or the FHIR Bundle")
    parser.set_defaults(run=_evaluate, refuse=parser.error)


def _evaluate(chosen: argparse.Namespace) -> int:
    given = patient_file(chosen, detail=chosen.detail)
    evaluation = Evaluator(given.ruleset, given.site_map).evaluate(given.body, given.parameters, now=given.now)
    if chosen.format == "fhir":
        print(json.dumps(evaluation.answer, indent=2, ensure_ascii=False))
    else:
        print(_report(evaluation, full=chosen.detail == "full"), end="")
    return DONE


def _report(evaluation: Evaluation, *, full: bool) -> str:
    laid_out = console()
    with laid_out.capture() as report:
        print_report(evaluation, laid_out, full=full)
    return report.get()
