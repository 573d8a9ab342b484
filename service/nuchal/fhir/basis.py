"""The sentence behind each red flag, each cause and each thing withheld."""

from collections.abc import Iterable
from typing import Final

from nuchal.assessment.model import Criterion, CriterionRole, CriterionState, ListedCause, RaisedFlag, WithheldActivity, Withholding
from nuchal.fhir.concepts import CERTAINTY
from nuchal.fhir.context import Context
from nuchal.fhir.phrases import because, enumeration, short_citations, shortened, texts_of
from nuchal.rules.model import Disposition, RuleHead

_WITHHELD: Final = {
    Withholding.CONTRAINDICATED: "it is contraindicated",
    Withholding.MEDICATION_OVERUSE: "acute medicines are already taken too often",
    Withholding.ANTICOAGULATION_UNKNOWN: "nobody recorded whether the patient takes an anticoagulant",
    Withholding.PREGNANCY_UNKNOWN: "nobody recorded whether the patient is pregnant",
}

_SHOWN: Final = 4
_CONFIRMED: Final = 3


def flag_basis(context: Context, raised: RaisedFlag) -> str:
    """Why a red flag is raised; only what holds, so that nobody reads an absent sign as present."""
    reasons = because(_met(raised.criteria), context.vocabulary)
    return f"Raised because {reasons or 'its condition holds'}{_source(context, raised.flag)}."


def cause_basis(context: Context, listed: ListedCause) -> str:
    """Why a cause is listed with its certainty, then in short what is absent and what is not known."""
    bases = context.cause_bases
    if listed.cause.id not in bases:
        bases[listed.cause.id] = _cause_basis(context, listed)
    return bases[listed.cause.id]


def _cause_basis(context: Context, listed: ListedCause) -> str:
    absent = texts_of(listed.criteria, CriterionState.ABSENT)
    unknown = texts_of(listed.criteria, CriterionState.UNKNOWN)
    return _sentences(
        cause_reason(context, listed),
        f"Absent: {shortened(absent, _SHOWN)}." if absent else "",
        f"Not known: {shortened(sorted(unknown, key=len), _SHOWN)}." if unknown else "",  # the plain ones first: they can be asked
    )


def cause_reason(context: Context, listed: ListedCause) -> str:
    """Why a cause is listed with its certainty, and what a reader must know of that."""
    certainty = CERTAINTY[listed.certainty].capitalize()
    reasons = because(_met(listed.criteria), context.vocabulary)
    source = _source(context, listed.cause)
    return _sentences(
        f"{certainty}{f' because {reasons}' if reasons else ''}{source}.",
        _named(context, listed),
        f"Not met: {_texts(listed.failed)}." if listed.failed else "",
        f"Speaks against it: {_texts(listed.excluded_by)}." if listed.excluded_by else "",
        f"The patient is younger than {listed.cause.min_age}, the age from which this rule is written." if listed.below_min_age else "",
        "Known: it is on the problem list as confirmed." if listed.known else "",
    )


def confirmations(context: Context) -> list[str]:
    """How the first causes that are as urgent as the patient are confirmed, as their rules say.

    Where somebody must be seen at once or today, the plan holds next to nothing of causes
    (DESIGN 4), so this is how they say what they call for.
    """
    disposition = context.assessment.disposition
    if disposition is None or disposition.rank > Disposition.URGENT.rank:
        return []
    causes = [listed.cause for listed in context.assessment.causes if listed.cause.urgency.rank <= disposition.rank]
    return [f"{cause.title}: {cause.confirm.strip()}" for cause in causes[:_CONFIRMED] if cause.confirm]


def _named(context: Context, listed: ListedCause) -> str:
    if not listed.named_by:
        return ""
    return f"{'Listed only because it is named' if listed.by_name else 'Named'} by {_flags(context, listed.named_by)}."


def _sentences(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _texts(criteria: Iterable[Criterion]) -> str:
    return "; ".join(criterion.text for criterion in criteria)


def _flags(context: Context, flags: Iterable[str]) -> str:
    named = [f"“{context.ruleset.red_flags[flag].title}”" for flag in flags]
    return f"the red flag{'s' if len(named) > 1 else ''} {enumeration(named)}"


def _met(criteria: Iterable[Criterion]) -> list[Criterion]:
    return [criterion for criterion in criteria if criterion.state is CriterionState.MET and criterion.role is not CriterionRole.EXCLUDING]


def _source(context: Context, rule: RuleHead) -> str:
    cited = short_citations(rule.sources, context.ruleset.references)
    return f" (source: {cited})" if cited else ""


def withheld_basis(context: Context, withheld: WithheldActivity) -> str:
    """Why something that would have been proposed is not."""
    reasons = because(_met(withheld.because), context.vocabulary)
    return f"{withheld.activity.title}: withheld because {_WITHHELD[withheld.why]}{f' ({reasons})' if reasons else ''}."
