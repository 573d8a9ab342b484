"""`nuchal doctor`: what is wrong with a set-up, and how to mend it."""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.table import Table
from rich.text import Text

from nuchal.cli.exit_codes import DONE, PROBLEMS_FOUND
from nuchal.cli.finding import Finding
from nuchal.cli.patient_file import console

_EPILOG = """\
examples:
  nuchal doctor                             the settings of this shell
  nuchal doctor --certificate tls/server.crt
  set -a; . /etc/nuchal/nuchal.env; set +a; nuchal doctor
                                            the settings of a service
  nuchal doctor --format json               for programs

exit codes: 0 nothing is wrong (warnings are told), 1 something is
"""
_STYLES = {"ok": "green", "warning": "yellow", "wrong": "bold red"}


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "doctor",
        help="tell what is wrong with the set-up",
        description="Look at the settings and this machine as the service would; tell what is wrong and how to mend it. Changes nothing.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--certificate", metavar="FILE", type=Path, help="PEM file of the certificate that the proxy in front shows")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="a table (the default) or JSON")
    parser.set_defaults(run=_doctor)


def _doctor(chosen: argparse.Namespace) -> int:
    from nuchal.cli.set_up import examine  # noqa: PLC0415  it loads what no other command needs

    findings = list(examine(os.environ, chosen.certificate))
    if chosen.format == "json":
        print(json.dumps({"findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        print(_table(findings), end="")
    return PROBLEMS_FOUND if any(finding.level == "wrong" for finding in findings) else DONE


def _table(findings: Sequence[Finding]) -> str:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for finding in findings:
        said = Text(finding.message)
        if finding.remedy:
            said.append(f"\n-> {finding.remedy}", "italic")
        table.add_row(Text(finding.level, _STYLES[finding.level]), finding.subject, said)
    laid_out = console()
    with laid_out.capture() as printed:
        laid_out.print(table)
    return "".join(f"{line.rstrip()}\n" for line in printed.get().splitlines())
