"""Pages on which a clinician reviews a ruleset without its files: an index, and one page in Markdown for each rule."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from nuchal.rules.check.rulebook import rules_of
from nuchal.rules.conditions import Condition
from nuchal.rules.model import Activity, Case, Cause, Derived, Expect, Group, RedFlag, Role, RuleHead, Ruleset, Source
from nuchal.rules.outline import Outline, outline
from nuchal.rules.vocabulary import VocabularyWord
from nuchal.rules.wording import amount, title_in_sentence, wording
from nuchal.terminology import Coding

INDEX = "RULES.md"
FOLDER = "pages"

_SPOKEN: Mapping[Expect, Mapping[type, str]] = {
    Expect.FIRES: {RedFlag: "raised", Cause: "meets its criteria", Activity: "offered", Derived: "present"},
    Expect.SILENT: {RedFlag: "not raised", Cause: "does not", Activity: "not offered", Derived: "absent"},
    Expect.UNDETERMINED: {RedFlag: "open", Cause: "open", Activity: "offered, and asked first", Derived: "open"},
}
# What each kind of rule is called.
KINDS: Mapping[type[RuleHead], str] = {RedFlag: "Red flag", Cause: "Cause", Activity: "Suggestion", Derived: "Derived word"}


@dataclass(frozen=True, slots=True)
class Killed:
    """How many spoiled rules of one kind some case noticed (`nuchal rules mutate`)."""

    kind: str
    mutants: int
    killed: int

    @property
    def percent(self) -> str:
        """The share that was noticed."""
        return f"{100 * self.killed / self.mutants:.1f} %" if self.mutants else "-"


def pages(ruleset: Ruleset, mutation: Sequence[Killed]) -> Mapping[str, str]:
    """Every page by its path in the folder of the ruleset."""
    rules = {page_of(rule): "\n".join(_page(rule, ruleset)) + "\n" for rule in rules_of(ruleset)}
    return {INDEX: "\n".join(_index(ruleset, mutation)) + "\n", **rules}


def page_of(rule: RuleHead) -> str:
    """The path of the page of `rule`."""
    return f"{FOLDER}/{rule.file.removesuffix('.yaml')}.md"


def _index(ruleset: Ruleset, mutation: Sequence[Killed]) -> Iterator[str]:
    yield f"# {ruleset.title}: what its rules say"
    yield ""
    reviewed = sum(bool(rule.reviewed) for rule in rules_of(ruleset))
    yield f"{ruleset.label}, effective {ruleset.effective}. {ruleset.population}"
    rules = sum(1 for _ in rules_of(ruleset))
    yield f"{reviewed} of {rules} rules are signed by a clinician. Written by `nuchal rules pages`; what counts are the rule files."
    yield from ("", "## Figures", "")
    yield from _table(("what", "number"), _figures(ruleset))
    yield ""
    yield from _table(("codes", "all", "verified", "not yet"), _codes(ruleset))
    yield from (
        "",
        "Do the cases notice a spoiled rule? `nuchal rules mutate` drops, turns round or moves each criterion, one at a time:",
        "",
    )
    yield from _table(("rules", "mutants", "noticed", "share"), [(each.kind, each.mutants, each.killed, each.percent) for each in mutation])
    for heading, found in _listed(ruleset):
        yield from ("", f"## {heading}", "")
        yield from found
    yield from ("", "## Not covered", "", "No rule weighs these; an answer that does not name them says nothing about them.", "")
    gaps = [(gap.title, gap.group, _with_references(gap.reason, gap.sources, ruleset)) for gap in ruleset.not_covered]
    yield from _table(("what", "listed in", "why not"), gaps)
    yield from ("", "## Literature", "")
    yield from (f"- `{reference.id}` {_plain(reference.citation)}" for reference in ruleset.references.values())


def _figures(ruleset: Ruleset) -> Iterator[tuple[str, int]]:
    yield "causes", len(ruleset.causes)
    yield "red flags", len(ruleset.red_flags)
    yield "suggestions", len(ruleset.activities)
    yield "words", len(ruleset.vocabulary)
    yield "of these derived from others", len(ruleset.derived)
    yield "synonyms", sum(len(word.synonyms) for word in ruleset.vocabulary.values())
    yield "references", len(ruleset.references)
    yield "cases", sum(len(rule.cases) for rule in rules_of(ruleset))


def codings_of(ruleset: Ruleset) -> Iterator[Coding]:
    """Every code of a word, a cause or an activity."""
    yield from (mapping.coding for word in ruleset.vocabulary.values() for mapping in word.codes)
    yield from (coding for rule in rules_of(ruleset) if isinstance(rule, Cause | Activity) for coding in rule.codings)


def _codes(ruleset: Ruleset) -> Iterator[tuple[str, int, int, int]]:
    number = Counter(coding.system for coding in codings_of(ruleset))
    verified = Counter(coding.system for coding in codings_of(ruleset) if coding.verified)
    yield from ((system, number[system], verified[system], number[system] - verified[system]) for system in sorted(number))


def _listed(ruleset: Ruleset) -> Iterator[tuple[str, Iterable[str]]]:
    flags = sorted(ruleset.red_flags.values(), key=lambda flag: (flag.disposition.rank, flag.id))
    yield (
        "Red flags",
        _table(("red flag", "how soon", "may mean"), [(_link(flag), flag.disposition, _titles(flag.may_mean, ruleset)) for flag in flags]),
    )
    causes = sorted(ruleset.causes.values(), key=lambda cause: (cause.category, cause.urgency.rank, cause.id))
    for category, members in groupby(causes, key=lambda cause: cause.category):
        listed = [(_link(cause), cause.urgency, cause.prevalence, ", ".join(sorted(cause.explains))) for cause in members]
        yield f"Causes: {category}", _table(("cause", "urgency", "prevalence", "explains pain of"), listed)
    activities = sorted(ruleset.activities.values(), key=lambda activity: (activity.kind, activity.id))
    yield "Suggestions", _table(("suggestion", "kind"), [(_link(activity), activity.kind) for activity in activities])
    yield "Derived words", _table(("word", "present when"), [(_link(rule), _when(rule, ruleset)) for rule in ruleset.derived.values()])


def _when(rule: Derived, ruleset: Ruleset) -> str:
    return "" if rule.present_when is None else wording(rule.present_when, ruleset.vocabulary)


def _page(rule: RuleHead, ruleset: Ruleset) -> Iterator[str]:
    yield f"# {rule.title}"
    yield ""
    signed = f"signed: {rule.reviewed}" if rule.reviewed else "no clinician has signed it yet"
    yield f"{KINDS[type(rule)]} `{rule.id}`, {rule.status} since {rule.effective}; {signed}. File: `{rule.file}`."
    match rule:
        case RedFlag():
            yield from _red_flag(rule, ruleset)
        case Cause():
            yield from _cause(rule, ruleset)
        case Activity():
            yield from _activity(rule, ruleset)
        case Derived():
            yield from _section("Why", [rule.rationale])
            yield from _conditions("Present when", [] if rule.present_when is None else [rule.present_when], ruleset)
            yield from _conditions("Absent, when nobody stated it, when", [] if rule.absent_when is None else [rule.absent_when], ruleset)
    yield from _section(
        "Sources", [f"- {_plain(ruleset.references[source.ref].citation)} {_plain(source.supports)}" for source in rule.sources]
    )
    yield from ("", "## Cases", "")
    rows = [(case.name, given(case, ruleset.vocabulary), expected(rule, case, ruleset.vocabulary)) for case in rule.cases]
    yield from _table(("case", "given", "expected"), rows)


def _red_flag(flag: RedFlag, ruleset: Ruleset) -> Iterator[str]:
    yield from _section("How soon", [str(flag.disposition)])
    yield from _section("Why", [flag.rationale])
    yield from _conditions("Raised when", [flag.when], ruleset)
    yield from _section("May mean", _links(flag.may_mean, ruleset.causes))
    yield from _section("What to do now", _links(flag.immediate_action, ruleset.activities))
    yield from _section("False positives", [f"- {text}" for text in flag.false_positives])


def _cause(cause: Cause, ruleset: Ruleset) -> Iterator[str]:
    about = [
        f"Urgency {cause.urgency}, {cause.prevalence}; explains pain of {', '.join(sorted(cause.explains))}; from {cause.min_age} years on"
    ]
    if cause.requires_sex:
        about.append(f", {cause.requires_sex} only")
    yield from _section("How soon, for whom", ["".join(about) + "."])
    yield from _section("Why both pains", [cause.rationale])
    yield from _conditions("Listed only when one of these is true", cause.cardinal, ruleset)
    yield from _conditions("Required", [cause.required], ruleset)
    for group in cause.groups:
        yield from _conditions(group_heading(group), group.members, ruleset)
    for weight, members in groupby(sorted(cause.supporting, key=lambda each: each.weight), key=lambda each: each.weight):
        yield from _conditions(f"Speaks for it ({weight})", [each.when for each in members], ruleset)
    yield from _conditions("Excluded by", cause.excluding, ruleset)
    yield from _section("How it is confirmed", [cause.confirm])
    yield from _section("Pitfalls", [cause.pitfalls])
    yield from _section("Suggestions, in order", _links(cause.activities, ruleset.activities))
    yield from _section("Codes", [f"- {_code(coding)}" for coding in cause.codings])


def group_heading(group: Group) -> str:
    """What stands above the members of a group."""
    needed = f"{group.at_least} of {len(group.members)}"
    return f"{'Criteria' if group.role is Role.REQUIRED else 'Confirms'}, {needed}: {group.name}"


def _activity(activity: Activity, ruleset: Ruleset) -> Iterator[str]:
    marks = [activity.kind, *sorted(activity.classes), *(["specialist"] if activity.specialist else [])]
    marks += ["warning"] if activity.prohibits else []
    marks += [f"appointment: {activity.appointment}"] if activity.appointment else []
    yield from _section("Kind", [", ".join(marks)])
    yield from _section("For the clinician", [activity.clinical_text])
    yield from _section("For the patient", [activity.patient_text])
    yield from _conditions("Only when", [] if activity.indicated_when is None else [activity.indicated_when], ruleset)
    yield from _conditions("Withheld when", activity.contraindications, ruleset)
    yield from _conditions("Shown with a caution when", activity.cautions, ruleset)
    yield from _section("Codes", [f"- {_code(coding)}" for coding in activity.codings])


def _code(coding: Coding) -> str:
    return (
        f"{coding.system} {coding.code} {_plain(coding.display or '')}{'' if coding.verified else ' (not verified; understood, not sent)'}"
    )


def _section(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", f"## {heading}", "", *lines)


def _conditions(heading: str, conditions: Sequence[Condition], ruleset: Ruleset) -> Iterator[str]:
    yield from _section(heading, [line for condition in conditions for line in _bullets(outline(condition, ruleset.wordings))])


def _bullets(line: Outline, depth: int = 0) -> Iterator[str]:
    """A line and what stands below it as nested bullets in Markdown."""
    yield f"{'  ' * depth}- {line.text}"
    for member in line.below:
        yield from _bullets(member, depth + 1)


def given(case: Case, vocabulary: Mapping[str, VocabularyWord]) -> str:
    """What a case states, in words."""
    return "; ".join(_statement(vocabulary[word], stated) for word, stated in case.given.items()) or "nothing"


def _statement(word: VocabularyWord, stated: str | float) -> str:
    title = title_in_sentence(word)
    if not isinstance(stated, str):
        return f"{title} {amount(stated, word)}"
    return {"present": title, "absent": f"no {title}"}.get(stated, f"{title} unknown")


def expected(rule: RuleHead, case: Case, vocabulary: Mapping[str, VocabularyWord]) -> str:
    """What a case says must come out, in words."""
    said = [_SPOKEN[case.expect][type(rule)]]
    if case.missing:
        said.append(f"waits for {', '.join(title_in_sentence(vocabulary[word]) for word in case.missing)}")
    said += [f"certainty {case.certainty}"] if case.certainty else []
    said += [f"support {case.support}"] if case.support is not None else []
    said += [f"{case.cautions} cautions"] if case.cautions is not None else []
    return "; ".join(said)


def _links(ids: Iterable[str], rules: Mapping[str, RuleHead]) -> list[str]:
    return [f"- [{_plain(rules[id_].title)}](../{rules[id_].file.removesuffix('.yaml')}.md)" for id_ in ids]


def _link(rule: RuleHead) -> str:
    return f"[{rule.title}]({page_of(rule)})"


def _titles(ids: Iterable[str], ruleset: Ruleset) -> str:
    return ", ".join(ruleset.causes[id_].title for id_ in ids)


def _with_references(text: str, sources: Iterable[Source], ruleset: Ruleset) -> str:
    cited = ", ".join(f"{ruleset.references[source.ref].source} {ruleset.references[source.ref].year or ''}".strip() for source in sources)
    return f"{text} ({cited})" if cited else text


def _table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    yield from (f"| {' | '.join(_cell(str(cell)) for cell in row)} |" for row in rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _plain(text: str) -> str:
    """Text that must not be taken for Markdown or HTML."""
    return text.replace("<", "&lt;").replace("*", "\\*")
