"""`nuchal rules mutate`: whether the cases beside the rules notice when a rule is spoiled."""

import argparse
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from nuchal.cli.exit_codes import DONE, PROBLEMS_FOUND
from nuchal.cli.rule_cases import alone, faults, findings_of
from nuchal.content import ruleset_folder
from nuchal.findings import Findings
from nuchal.inference.witness import Witness
from nuchal.rules.check import rules_of
from nuchal.rules.model import Case, RuleHead, Ruleset
from nuchal.rules.mutation import Mutant, mutants
from nuchal.rules.reader import load_ruleset


def mutate(chosen: argparse.Namespace) -> int:
    """Print which mutants live, and the share that is killed; a problem when it is under `chosen.least`."""
    ruleset = load_ruleset(ruleset_folder(chosen.path))
    console = Console(highlight=False, soft_wrap=True)
    rules = [rule for rule in rules_of(ruleset) if rule.fires and (not chosen.rule or rule.id in chosen.rule)]
    made: Counter[str] = Counter()
    alive: list[Mutant] = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for rule in progress.track(rules, description="Rules"):
            cases = [(case, findings_of(case)) for case in rule.cases]
            for mutant in mutants(rule):
                made[_kind(rule)] += 1
                if not _is_killed(ruleset, mutant.rule, cases):
                    alive.append(mutant)
    for mutant in alive:
        console.print(Text.assemble((f"{mutant.rule.file}: ", "cyan"), f"{mutant.key}: {mutant.fault}"))
    return _verdict(console, made, Counter(_kind(mutant.rule) for mutant in alive), chosen.least)


def _is_killed(ruleset: Ruleset, rule: RuleHead, cases: Sequence[tuple[Case, Findings]]) -> bool:
    small = alone(ruleset, rule)
    witness = Witness(small)
    return any(next(faults(small, rule, case, witness.conclude(findings)), None) is not None for case, findings in cases)


def _kind(rule: RuleHead) -> str:
    return rule.file.split("/", 1)[0].replace("_", " ")


def _verdict(console: Console, made: Counter[str], alive: Counter[str], least: float) -> int:
    table = Table("rules", box=None, pad_edge=False, header_style="bold")
    for heading in ("mutants", "killed", "%"):
        table.add_column(heading, justify="right")
    for kind in [*sorted(made), "all"]:
        total, living = (made.total(), alive.total()) if kind == "all" else (made[kind], alive[kind])
        killed = total - living
        table.add_row(kind, str(total), str(killed), f"{100 * killed / total:.1f}" if total else "-")
    console.print(table)
    total = made.total()
    return DONE if not total or 100 * (total - alive.total()) / total >= least else PROBLEMS_FOUND
