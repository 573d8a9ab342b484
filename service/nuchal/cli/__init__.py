"""The command `nuchal`."""

import argparse
import os
import sys
from collections.abc import Sequence

from nuchal import __version__
from nuchal.cli import doctor, evaluate, explain_input, feedback, replay, rules, serve, store
from nuchal.cli.exit_codes import DONE, INTERRUPTED, exit_code
from nuchal.errors import InvalidInput, NuchalError

_EPILOG = """\
examples:
  nuchal serve                              start the service on 127.0.0.1:8080
  nuchal doctor                             tell what is wrong with the set-up
  nuchal rules check                        check the ruleset and run its cases
  nuchal rules diff rulesets/old rulesets/new
                                            what changed for patients
  nuchal evaluate examples/numb-saddle.json --as-of 2026-11-24
                                            read one patient, explain on this screen

Nuchal proposes; a clinician decides.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit code is one of `nuchal.cli.exit_codes`."""
    chosen = _parser().parse_args(arguments)
    try:
        code = int(chosen.run(chosen))
        sys.stdout.flush()
    except NuchalError as error:
        for sentence in _sentences(error):
            print(f"nuchal: {sentence}", file=sys.stderr)
        return exit_code(error)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  the reader has seen enough; nothing more to flush at exit
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nuchal",
        description="Decision support for a patient whose back and head hurt at the same time.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"nuchal {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    serve.add_parser(commands)
    doctor.add_parser(commands)
    evaluate.add_parser(commands)
    explain_input.add_parser(commands)
    rules.add_parser(commands)
    feedback.add_parser(commands)
    store.add_parser(commands)
    replay.add_parser(commands)
    return parser


def _sentences(error: NuchalError) -> list[str]:
    if isinstance(error, InvalidInput):
        return [_sentence(problem.message, problem.expression) for problem in error.problems]
    return [_sentence(error.message, error.expression)]


def _sentence(message: str, place: str | None) -> str:
    return f"{place}: {message}" if place else message
