"""`nuchal rules`: checks a ruleset and runs its cases; writes the schemas of its files."""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from nuchal.assessment.rule_cases import alone, faults, findings_of
from nuchal.cli.exit_codes import DONE, PROBLEMS_FOUND
from nuchal.cli.kept_ruleset import folder_or_hash
from nuchal.cli.rule_diff import EPILOG as DIFF_EPILOG
from nuchal.cli.rule_diff import compare
from nuchal.cli.rule_mutation import mutate
from nuchal.cli.rule_pages import write_pages
from nuchal.content import ruleset_folder
from nuchal.errors import RulesetError, RulesetProblem
from nuchal.inference import Inference
from nuchal.inference.witness import Witness
from nuchal.rules.check import check, notes, rules_of
from nuchal.rules.model import Ruleset
from nuchal.rules.pages import codings_of
from nuchal.rules.places import Places
from nuchal.rules.reader import load_ruleset
from nuchal.rules.schema import write_schemas
from nuchal.terminology import Coding

_EPILOG = """\
examples:
  nuchal rules check                          the ruleset that comes with Nuchal
  nuchal rules check rulesets/back_pain_headache
                                              another folder
  nuchal rules mutate --rule rf-thunderclap   do its cases notice every spoiled criterion?
  nuchal rules pages --check                  are RULES.md and the pages for readers up to date?
  nuchal rules diff rulesets/old rulesets/new
                                              what changed for patients, and which cases come out otherwise
  nuchal rules schema rulesets/schema         JSON schemas, for editors

exit codes: 0 nothing found, 1 problems found, too many mutants alive or a difference, 2 wrong command line, 4 no such folder
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "rules",
        help="check a ruleset and run its cases",
        description="Work on rulesets.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    checking = actions.add_parser(
        "check",
        help="read a ruleset, look for poor rules, run every case",
        description="Read a ruleset, look for poor rules, and run every case.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    checking.add_argument("path", metavar="PATH", nargs="?", type=Path, help="folder of a ruleset; default the one that comes with Nuchal")
    checking.set_defaults(run=_check)
    mutating = actions.add_parser(
        "mutate",
        help="spoil the rules one criterion at a time and see whether a case notices",
        description="Spoil every rule, one criterion at a time, and see whether one of its cases notices. Prints what lives.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    mutating.add_argument("path", metavar="PATH", nargs="?", type=Path, help="folder of a ruleset; default the one that comes with Nuchal")
    mutating.add_argument("--rule", metavar="ID", action="append", help="only this rule; may be given several times")
    mutating.add_argument("--least", metavar="PERCENT", type=float, default=95, help="share that must be killed (default %(default)s)")
    mutating.add_argument("--save", action="store_true", help="keep the figures in mutation.csv of the ruleset, for `rules pages`")
    mutating.set_defaults(run=mutate)
    paging = actions.add_parser(
        "pages",
        help="write RULES.md and a page for each rule, for readers",
        description="Write RULES.md and a page in Markdown for each rule into the folder of the ruleset.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    paging.add_argument("path", metavar="PATH", nargs="?", type=Path, help="folder of a ruleset; default the one that comes with Nuchal")
    paging.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a page is not up to date")
    paging.set_defaults(run=write_pages)
    comparing = actions.add_parser(
        "diff",
        help="tell what changed between two versions of a ruleset",
        description="Tell in plain words how two rulesets differ: rules, criteria, thresholds, and the cases that come out otherwise.",
        epilog=DIFF_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    comparing.add_argument("before", metavar="A", type=folder_or_hash, help="the older one: a folder, or a hash that the store keeps")
    comparing.add_argument(
        "after", metavar="B", nargs="?", type=folder_or_hash, help="the newer one; default the one that comes with Nuchal"
    )
    comparing.add_argument("--format", choices=("text", "json"), default="text", help="for a reader (the default) or JSON")
    comparing.set_defaults(run=compare)
    schemas = actions.add_parser("schema", help="write the JSON schemas of rule files", description="Write the JSON schemas of rule files.")
    schemas.add_argument("folder", metavar="FOLDER", type=Path, help="folder to write to")
    schemas.set_defaults(run=_schema)


def _schema(chosen: argparse.Namespace) -> int:
    write_schemas(chosen.folder)
    return DONE


def _check(chosen: argparse.Namespace) -> int:
    folder = ruleset_folder(chosen.path)
    console = Console(highlight=False, soft_wrap=True)
    try:
        ruleset = load_ruleset(folder)
        Inference(ruleset).close()  # the engine refuses some rules that can be read
    except RulesetError as error:
        return _verdict(console, error.problems)
    places = Places(folder)
    _print_counts(console, ruleset)
    problems = [*check(ruleset, places), *_case_problems(ruleset, places, console)]
    _print_list(console, "Notes", "cyan", list(notes(ruleset, places)))
    return _verdict(console, problems)


def _case_problems(ruleset: Ruleset, places: Places, console: Console) -> list[RulesetProblem]:
    """Every case that does not come out as its file says; by the witness, which the engine must agree with for every patient."""
    problems = []
    rules = [rule for rule in rules_of(ruleset) if rule.fires]
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for rule in progress.track(rules, description="Cases"):
            small = alone(ruleset, rule)
            witness = Witness(small)
            for case in rule.cases:
                found = faults(small, rule, case, witness.conclude(findings_of(case)))
                problems += [places.problem(rule.file, f"case {case.name!r} {fault}", "cases", case.name) for fault in found]
    return problems


def _print_counts(console: Console, ruleset: Ruleset) -> None:
    console.print(Text.assemble((ruleset.label, "bold"), f"  {ruleset.title}"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", style="bold")
    table.add_column()
    rules = list(rules_of(ruleset))
    for number, what in (
        (len(ruleset.causes), "causes"),
        (len(ruleset.red_flags), "red flags"),
        (len(ruleset.activities), "activities"),
        (len(ruleset.derived), "derived words"),
        (len(ruleset.vocabulary), "words"),
        (sum(len(word.synonyms) for word in ruleset.vocabulary.values()), "synonyms"),
        (len(ruleset.references), "references"),
        (sum(len(rule.cases) for rule in rules), "cases"),
        (sum(bool(rule.reviewed) for rule in rules), f"of {len(rules)} rules signed by a clinician"),
    ):
        table.add_row(str(number), what)
    console.print(table)
    _print_codes(console, list(codings_of(ruleset)))


def _print_codes(console: Console, codings: Sequence[Coding]) -> None:
    table = Table("code system", box=None, pad_edge=False, header_style="bold")
    table.add_column("codes", justify="right")
    table.add_column("verified", justify="right")
    table.add_column("not yet", justify="right")
    number = Counter(coding.system for coding in codings)
    verified = Counter(coding.system for coding in codings if coding.verified)
    for system in sorted(number):
        table.add_row(system, str(number[system]), str(verified[system]), str(number[system] - verified[system]))
    console.print(table)


def _print_list(console: Console, title: str, style: str, problems: Sequence[RulesetProblem]) -> None:
    if not problems:
        return
    console.print(Text(f"\n{title}", style="bold"))
    for problem in problems:
        place = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
        instead = ("", "dim") if problem.instead is None else (f" ({problem.instead})", "dim")
        console.print(Text.assemble((f"{place}: ", style), problem.message, instead))


def _verdict(console: Console, problems: Sequence[RulesetProblem]) -> int:
    _print_list(console, "Problems", "red", problems)
    if problems:
        console.print(Text(f"\n{len(problems)} problem{'s' if len(problems) > 1 else ''}", style="bold red"))
        return PROBLEMS_FOUND
    console.print(Text("\nNo problems", style="bold green"))
    return DONE
