"""`nuchal feedback`: how often clinicians override each rule, and which rules somebody should look at."""

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from nuchal.cli.exit_codes import DONE
from nuchal.cli.patient_file import console
from nuchal.config import Settings

if TYPE_CHECKING:
    from nuchal.store.records import OverrideRate

_EPILOG = """\
A rule is listed for review when more than 90 % of its cards were overridden, on at least 50 cards.
The store is the one that the settings of the service name.
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "feedback",
        help="how often clinicians override each rule",
        description="Print how often the cards of each rule were overridden, and the rules to review.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=_feedback)


def _feedback(_: argparse.Namespace) -> int:
    from nuchal.store import Store  # noqa: PLC0415  a quarter of a second that no other command has to pay

    store = Store.open(Settings.from_env(os.environ).store_url)
    laid_out = console()
    with laid_out.capture() as printed:
        print_rates(store.feedback.override_rates(), laid_out)
    print(printed.get(), end="")
    return DONE


def print_rates(rates: "Sequence[OverrideRate]", console: Console) -> None:
    """Print the table of `rates`, then the rules to review by name."""
    if not rates:
        console.print("No card was given yet.")
        return
    table = Table("rule", "ruleset", box=None, pad_edge=False, header_style="bold")
    for heading in ("cards", "answered", "overridden", "rate"):
        table.add_column(heading, justify="right")
    for one in rates:
        style = "bold red" if one.is_for_review else None
        table.add_row(one.rule, one.ruleset, str(one.firings), str(one.answered), str(one.overridden), f"{one.rate:.0%}", style=style)
    console.print(table)
    console.print()
    review = [one.rule for one in rates if one.is_for_review]
    console.print(f"For review: {', '.join(review)}" if review else "For review: none.")
