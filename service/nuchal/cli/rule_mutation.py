"""`nuchal rules mutate`: whether the cases beside the rules notice when a rule is spoiled."""

import argparse
import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from nuchal.assessment.rule_cases import alone, faults, findings_of
from nuchal.cli.exit_codes import DONE, PROBLEMS_FOUND
from nuchal.content import ruleset_folder
from nuchal.findings import Findings
from nuchal.inference.witness import Witness
from nuchal.rules.check import rules_of
from nuchal.rules.model import Case, RuleHead, Ruleset
from nuchal.rules.mutation import Mutant, mutants
from nuchal.rules.pages import Killed
from nuchal.rules.reader import load_ruleset

_FIGURES = "mutation.csv"


@dataclass(frozen=True, slots=True)
class Survey:
    """The mutants that no case noticed, and how many of each kind of rule were noticed; the last figure is of all."""

    alive: tuple[Mutant, ...]
    figures: tuple[Killed, ...]


def mutate(chosen: argparse.Namespace) -> int:
    """Print which mutants live, and the share that is killed; a problem when it is under `chosen.least`."""
    folder = ruleset_folder(chosen.path)
    ruleset = load_ruleset(folder)
    console = Console(highlight=False, soft_wrap=True)
    found = _survey(ruleset, chosen.rule, console)
    if chosen.save:
        _save(found.figures, Path(str(folder)))
    for mutant in found.alive:
        console.print(Text.assemble((f"{mutant.rule.file}: ", "cyan"), f"{mutant.key}: {mutant.fault}"))
    table = Table("rules", box=None, pad_edge=False, header_style="bold")
    for heading in ("mutants", "killed", "share"):
        table.add_column(heading, justify="right")
    for each in found.figures:
        table.add_row(each.kind, str(each.mutants), str(each.killed), each.percent)
    console.print(table)
    total = found.figures[-1]
    return DONE if 100 * total.killed >= chosen.least * total.mutants else PROBLEMS_FOUND


def last_figures(folder: Path) -> list[Killed]:
    """The figures that `nuchal rules mutate --save` left in the folder of a ruleset; none when it never ran."""
    file = folder / _FIGURES
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return [Killed(kind, int(made), int(killed)) for kind, made, killed in csv.reader(lines)]


def _save(figures: Sequence[Killed], folder: Path) -> None:
    with (folder / _FIGURES).open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(astuple(each) for each in figures)


def _survey(ruleset: Ruleset, only: Sequence[str] | None, console: Console) -> Survey:
    """Spoil every rule that fires, or those with the ids `only`."""
    rules = [rule for rule in rules_of(ruleset) if rule.fires and (only is None or rule.id in only)]
    made: Counter[str] = Counter()
    alive: list[Mutant] = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for rule in progress.track(rules, description="Spoiled rules"):
            cases = [(case, findings_of(case)) for case in rule.cases]
            spoiled = list(mutants(rule))
            made[_kind(rule)] += len(spoiled)
            alive += [mutant for mutant in spoiled if not _is_killed(ruleset, mutant.rule, cases)]
    living = Counter(_kind(mutant.rule) for mutant in alive)
    figures = [Killed(kind, made[kind], made[kind] - living[kind]) for kind in sorted(made)]
    return Survey(tuple(alive), (*figures, Killed("all", made.total(), made.total() - len(alive))))


def _is_killed(ruleset: Ruleset, rule: RuleHead, cases: Sequence[tuple[Case, Findings]]) -> bool:
    small = alone(ruleset, rule)
    witness = Witness(small)
    return any(next(faults(small, rule, case, witness.conclude(findings)), None) is not None for case, findings in cases)


def _kind(rule: RuleHead) -> str:
    return rule.file.split("/", 1)[0].replace("_", " ")
