"""`nuchal rules diff`: what another version of a ruleset says otherwise, and which cases come out otherwise."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from nuchal.assessment.case_changes import CaseComparison, compare_cases
from nuchal.cli.exit_codes import DIFFERENT, DONE
from nuchal.cli.kept_ruleset import chosen_ruleset
from nuchal.cli.patient_file import console
from nuchal.rules.diff import ItemDiff, Kind, RulesetDiff, diff
from nuchal.rules.diff_conditions import Change
from nuchal.rules.model import Ruleset

EPILOG = """\
examples:
  nuchal rules diff rulesets/old rulesets/new    two folders
  nuchal rules diff 3f2a91c0                     one that the service answered with, and the one that comes with Nuchal
  nuchal rules diff 3f2a91c0 91ab7d02 --format json

A ruleset is a folder, or the beginning (8 characters or more) of the hash of one that the store keeps; answers, /health/ready and the
audit name it. exit codes: 0 both say the same, 1 they differ, 2 wrong command line, 4 a ruleset cannot be used
"""
_STYLES = {Kind.ADDED: "bold green", Kind.REMOVED: "bold red", Kind.CHANGED: "bold yellow"}
_LONGEST = 160  # characters of a criterion around a change; the whole stands in the JSON


def compare(chosen: argparse.Namespace) -> int:
    """Print how two rulesets differ; the exit code says whether they do."""
    before, after = chosen_ruleset(chosen.before), chosen_ruleset(chosen.after)
    found, cases = diff(before, after), _cases(before, after)
    same = found.is_empty and not cases.changes
    if chosen.format == "json":
        print(json.dumps(_document(before, after, found, cases), indent=2, ensure_ascii=False, default=_plain))
    else:
        laid_out = console()
        with laid_out.capture() as printed:
            _print(laid_out, before, after, found, cases)
        print("".join(f"{line.rstrip()}\n" for line in printed.get().splitlines()), end="")
    return DONE if same else DIFFERENT


def _cases(before: Ruleset, after: Ruleset) -> CaseComparison:
    errors = Console(stderr=True)
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        return compare_cases(before, after, lambda pairs: progress.track(pairs, description="Cases"))


def _document(before: Ruleset, after: Ruleset, found: RulesetDiff, cases: CaseComparison) -> dict[str, object]:
    sides = {
        name: {"label": side.label, "hash": side.hash, "effective": side.effective} for name, side in (("before", before), ("after", after))
    }
    return {**sides, **asdict(found), "cases": {"run": cases.run, "changes": [asdict(change) for change in cases.changes]}}


def _plain(value: object) -> str:
    return str(value)  # days


def _print(laid_out: Console, before: Ruleset, after: Ruleset, found: RulesetDiff, cases: CaseComparison) -> None:
    laid_out.print(Text.assemble((before.label, "bold"), f" ({before.hash[:12]})  ->  ", (after.label, "bold"), f" ({after.hash[:12]})"))
    if found.is_empty and not cases.changes:
        laid_out.print("Both say the same." if before.hash == after.hash else "Both say the same; their files are written otherwise.")
        return
    for heading, changes in (("The ruleset", found.about), ("Not covered", found.not_covered), ("How charts are read", found.language)):
        if changes:
            laid_out.print(Text(f"\n{heading}", style="bold"))
            _print_changes(laid_out, changes)
    for item in (*found.rules, *found.words, *found.references):
        _print_item(laid_out, item)
    _print_cases(laid_out, cases)
    laid_out.print(Text(f"\n{_summary(found, cases)}", style="bold"))


def _print_item(laid_out: Console, item: ItemDiff) -> None:
    laid_out.print()
    laid_out.print(Text.assemble((f"{item.kind} ", _STYLES[item.kind]), f"{item.what.lower()} ", (item.title, "bold"), f" ({item.id})"))
    _print_changes(laid_out, item.changes)


def _print_changes(laid_out: Console, changes: Sequence[Change]) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    table.add_column(style="cyan", max_width=36)
    table.add_column()
    places = ("", *(change.place for change in changes))
    for above, change in zip(places, changes, strict=False):
        table.add_row("" if change.place == above else change.place, _said(change))
    if changes:
        laid_out.print(table)


def _said(change: Change) -> Text:
    """What was with a minus, what is with a plus, so that it can be read without colours."""
    lines = [Text(f"- {change.before}", style="red")] if change.before is not None else []
    lines += [Text(f"+ {change.after}", style="green")] if change.after is not None else []
    if change.within:
        around = change.within if len(change.within) <= _LONGEST else f"{change.within[:_LONGEST].rsplit(' ', 1)[0]} ..."
        lines.append(Text(f"  in: {around}", style="dim"))
    return Text("\n").join(lines)


def _print_cases(laid_out: Console, cases: CaseComparison) -> None:
    told = [change for change in cases.changes if not change.support_only]
    if told:
        laid_out.print(Text("\nCases that come out otherwise", style="bold"))
        table = Table("rule", "given", box=None, padding=(0, 2, 0, 2), header_style="bold")
        table.add_column("before", style="red")
        table.add_column("after", style="green")
        for change in told:
            table.add_row(change.rule, change.given, change.before, change.after)
        laid_out.print(table)


def _summary(found: RulesetDiff, cases: CaseComparison) -> str:
    parts = [*_counts("rule", found.rules), *_counts("word", found.words), *_counts("reference", found.references)]
    told = sum(not change.support_only for change in cases.changes)
    rest = len(cases.changes) - told
    parts.append(f"{told} of {cases.run} cases come out otherwise" + (f", {rest} more with other points of support only" if rest else ""))
    return "; ".join(parts)


def _counts(what: str, items: Sequence[ItemDiff]) -> Iterator[str]:
    numbers = Counter(item.kind for item in items)
    yield from (f"{numbers[kind]} {what}{'s' if numbers[kind] > 1 else ''} {kind}" for kind in Kind if numbers[kind])
