"""The answer for a reader at a terminal: the content of the FHIR answer, in the same words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.text import Text

from nuchal import __version__
from nuchal.assessment.model import Criterion, CriterionRole, CriterionState, Plan, PlannedActivity
from nuchal.evaluation import Evaluation
from nuchal.fhir.basis import cause_reason, flag_basis, withheld_basis
from nuchal.fhir.clinical_impression import MOST_EXPLAINED
from nuchal.fhir.concepts import CERTAINTY, SPEED
from nuchal.fhir.context import Context
from nuchal.fhir.narrative import plain
from nuchal.fhir.phrases import statement
from nuchal.fhir.proposals import clinical_wording
from nuchal.fhir.statements import count, limits, not_understood, passed_over, remarks, unlisted_causes, waiting_flags
from nuchal.findings import Finding, NoteKind

_STATE_STYLES: Final = {CriterionState.MET: "green", CriterionState.ABSENT: "red", CriterionState.UNKNOWN: "yellow"}
_ROLES: Final = {
    CriterionRole.WHEN: "raised when",
    CriterionRole.REQUIRED: "required",
    CriterionRole.GROUP: "criteria",
    CriterionRole.CONFIRMATORY: "confirming",
    CriterionRole.CARDINAL: "listed when one of these is met",
    CriterionRole.SUPPORTING: "speaks for it",
    CriterionRole.EXCLUDING: "speaks against it",
}


def print_report(evaluation: Evaluation, console: Console, *, full: bool) -> None:
    """Print what was concluded of one patient; `full` adds every criterion, what is open or not listed, and the inference."""
    _Report(Context(assessment=evaluation.assessment, chart=evaluation.chart, detail_full=full), console).print()


class _Report:
    def __init__(self, context: Context, console: Console) -> None:
        self._context = context
        self._assessment = context.assessment
        self._console = console

    def print(self) -> None:
        self._head()
        self._flags()
        self._causes()
        if self._assessment.plan:
            self._plan(self._assessment.plan)
        self._list("Ask next", [question.text for question in self._assessment.questions])
        self._list("Not understood and not weighed", [f"“{text}”" for text in not_understood(self._context)])
        self._list("Keep in mind", [*remarks(self._context), *self._input_remarks()])
        if self._context.detail_full:
            self._list("Red flags not ruled out", waiting_flags(self._context))
            self._list("Causes not listed", unlisted_causes(self._context))
        self._list("Limits", limits(self._context))
        if self._context.detail_full:
            self._inference()

    def _head(self) -> None:
        disposition = self._assessment.disposition
        said = SPEED[disposition] if disposition else "none, because neither headache nor back pain is known to be active"
        self._line(Text.assemble(("Disposition: ", "bold"), (said, "bold red" if disposition and disposition.is_serious else "bold")))
        self._line(Text(f"as of {self._context.moment}, Nuchal {__version__}", "dim"))

    def _flags(self) -> None:
        self._heading("Red flags")
        for raised in self._assessment.flags:
            title = Text.assemble((raised.flag.title, "bold red"), (f"  {SPEED[raised.flag.disposition]}", "dim"))
            self._line(title, Text("!  ", "bold red"), indent=2)
            self._line(Text(flag_basis(self._context, raised)), indent=5)
            self._advice("False positives", " ".join(raised.flag.false_positives))
            self._criteria(raised.criteria)
        if not self._assessment.flags:
            self._line(Text("None is raised."), indent=2)

    def _causes(self) -> None:
        self._heading("Causes, most fitting first")
        for place, listed in enumerate(self._assessment.causes, start=1):
            known = ", known" if listed.known else ""
            title = Text.assemble((listed.cause.title, "bold"), (f"  {CERTAINTY[listed.certainty]}{known}, {listed.cause.urgency}", "dim"))
            self._line(title, Text(f"{place}. ", "bold"), indent=2)
            self._line(Text(cause_reason(self._context, listed)), indent=5)
            self._advice("Confirm", listed.cause.confirm)
            self._advice("Pitfalls", listed.cause.pitfalls)
            if self._context.detail_full or place <= MOST_EXPLAINED:
                self._criteria(listed.criteria)
        if not self._assessment.causes:
            self._line(Text("None is listed."), indent=2)

    def _advice(self, label: str, text: str) -> None:
        """What a rule tells its reader, whatever the patient."""
        if text:
            self._line(Text(f"{label}: {text}", "dim"), indent=5)

    def _criteria(self, criteria: Iterable[Criterion]) -> None:
        shown = [criterion for criterion in criteria if self._context.detail_full or _matters(criterion)]
        for (role, group), members in groupby(shown, key=lambda criterion: (criterion.role, criterion.group)):
            self._line(Text(f"{_ROLES[role]}{f' ({group})' if group else ''}", "italic"), indent=5)
            for criterion in members:
                basis = "; ".join(self._basis(criterion.evidence))
                text = Text.assemble(criterion.text, (f"  [{basis}]" if basis else "", "dim"))
                self._line(text, Text(f"{criterion.state:<8}", _STATE_STYLES[criterion.state]), indent=7)

    def _basis(self, evidence: Iterable[Finding]) -> Iterator[str]:
        """What was stated, each once, with every resource that states it."""
        sources: dict[str, list[str]] = defaultdict(list)
        for finding in evidence:
            sources[statement(finding, self._context.vocabulary)] += [plain(finding.source)] if finding.source else []
        for said, references in sources.items():
            yield ", ".join([said, *dict.fromkeys(references)])

    def _plan(self, plan: Plan) -> None:
        self._activities("Plan", [planned for planned in plan.activities if not planned.activity.prohibits])
        self._activities("Do not", [planned for planned in plan.activities if planned.activity.prohibits])
        self._list("Withheld", [withheld_basis(self._context, withheld) for withheld in plan.withheld])

    def _activities(self, heading: str, activities: Sequence[PlannedActivity]) -> None:
        if activities:
            self._heading(heading)
        for planned in activities:
            text = Text.assemble((f"{planned.activity.title.rstrip('.')}. ", "bold"), clinical_wording(self._context, planned))
            self._line(text, Text("- "), indent=2)

    def _input_remarks(self) -> Iterator[str]:
        """What intake had to say, except what stands elsewhere: the brackets of a criterion say "by text"."""
        notes = self._context.chart.notes
        by_text = sum(note.kind is NoteKind.BY_TEXT for note in notes)
        if by_text:
            yield f"{count(by_text, 'statement')} of the input {'was' if by_text == 1 else 'were'} understood by text, not by code."
        for note in notes:
            if note.kind is not NoteKind.BY_TEXT and not note.verbatim:
                yield f"{note.message} ({note.expression})" if note.expression else note.message
        yield from passed_over(self._context)

    def _inference(self) -> None:
        """Every rule of the engine that fired, stage by stage, and on what."""
        self._heading("How it was inferred")
        for stage, firings in groupby(self._assessment.conclusions.trace, key=lambda firing: firing.stage):
            self._line(Text(stage, "italic"), indent=2)
            for firing in firings:
                self._line(Text.assemble(firing.rule, (f"  [{firing.fact}]", "dim")), indent=4)

    def _list(self, heading: str, texts: Sequence[str]) -> None:
        if texts:
            self._heading(heading)
        for text in texts:
            self._line(Text(text), Text("- "), indent=2)

    def _heading(self, heading: str) -> None:
        self._console.print()
        self._line(Text(heading, "bold underline"))

    def _line(self, text: Text, lead: Text | None = None, *, indent: int = 0) -> None:
        """Print `text` behind `lead`, wrapped lines under its beginning."""
        lead = lead or Text()
        margin = indent + len(lead)
        for number, line in enumerate(text.wrap(self._console, self._console.width - margin)):
            line.rstrip()
            start = Text(" " * indent) + lead if number == 0 else Text(" " * margin)
            self._console.print(start + line, soft_wrap=True)


def _matters(criterion: Criterion) -> bool:
    """Whether a reader in a hurry wants it: every part of a rule, and of the rest what is met."""
    match criterion.role:
        case CriterionRole.CARDINAL:
            return False
        case CriterionRole.SUPPORTING | CriterionRole.EXCLUDING:
            return criterion.state is CriterionState.MET
        case _:
            return True
