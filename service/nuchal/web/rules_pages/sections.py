"""What a rule says, section by section, in plain language."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from nuchal.rules.conditions import Condition
from nuchal.rules.model import Activity, ActivityClass, Cause, Derived, RedFlag, RuleHead, Ruleset
from nuchal.rules.outline import Outline, outline
from nuchal.rules.pages import group_heading
from nuchal.rules.usage import flags_asked, readers
from nuchal.rules.wording import title_in_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with texts, bullets, conditions or links to other rules below it; a section of nothing is not shown."""

    heading: str
    texts: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()
    outlines: tuple[Outline, ...] = ()
    rules: tuple[RuleHead, ...] = ()

    @property
    def holds_something(self) -> bool:
        """Whether there is anything below the heading."""
        return bool(self.texts or self.bullets or self.outlines or self.rules)


def logic(rule: RuleHead, ruleset: Ruleset) -> list[Section]:
    """Why there is such a rule, and when it holds."""
    match rule:
        case RedFlag():
            found = _red_flag(rule, ruleset)
        case Cause():
            found = _cause(rule, ruleset)
        case Activity():
            found = _activity(rule, ruleset)
        case Derived():
            found = _derived(rule, ruleset)
        case _:
            raise TypeError(type(rule).__name__)
    return [section for section in found if section.holds_something]


def relations(rule: RuleHead, ruleset: Ruleset) -> list[Section]:
    """Which rules it names, and which name it."""
    match rule:
        case RedFlag():
            found = [
                _rules("May mean", rule.may_mean, ruleset.causes),
                _rules("What to do now", rule.immediate_action, ruleset.activities),
                Section(heading="Asked for by", rules=tuple(each for each in ruleset.activities.values() if rule.id in flags_asked(each))),
            ]
        case Cause():
            found = [
                _rules("Suggestions, in order of preference", rule.activities, ruleset.activities),
                Section(heading="Named by red flags", rules=tuple(each for each in ruleset.red_flags.values() if rule.id in each.may_mean)),
            ]
        case Activity():
            found = [
                Section(
                    heading="Proposed at once by red flags",
                    rules=tuple(each for each in ruleset.red_flags.values() if rule.id in each.immediate_action),
                ),
                Section(heading="Proposed for causes", rules=tuple(each for each in ruleset.causes.values() if rule.id in each.activities)),
                Section(heading="Proposed by the rule of decision", texts=tuple(_by_itself(rule, ruleset))),
                _rules("Waits for red flags", sorted(flags_asked(rule)), ruleset.red_flags),
            ]
        case _:
            found = [Section(heading="Read by", rules=readers(ruleset)[rule.id])]
    return [section for section in found if section.holds_something]


def _red_flag(flag: RedFlag, ruleset: Ruleset) -> Iterator[Section]:
    yield Section(heading="Why", texts=(flag.rationale,))
    yield _conditions("Raised when", [flag.when], ruleset)
    yield Section(heading="False positives", bullets=flag.false_positives)


def _cause(cause: Cause, ruleset: Ruleset) -> Iterator[Section]:
    yield Section(heading="How it links the pains", texts=(cause.rationale,))
    yield _conditions("Listed only when one of these is true", cause.cardinal, ruleset)
    yield _conditions("Required", [cause.required], ruleset)
    for group in cause.groups:
        yield _conditions(group_heading(group), group.members, ruleset)
    for weight, members in groupby(sorted(cause.supporting, key=lambda each: each.weight), key=lambda each: each.weight):
        yield _conditions(f"Speaks for it ({weight})", [each.when for each in members], ruleset)
    yield _conditions("Excluded by", cause.excluding, ruleset)
    yield Section(heading="How it is confirmed", texts=(cause.confirm,))
    yield Section(heading="Pitfalls", texts=(cause.pitfalls,))


def _activity(activity: Activity, ruleset: Ruleset) -> Iterator[Section]:
    yield Section(heading="For the clinician", texts=(activity.clinical_text,))
    yield Section(heading="For the patient", texts=(activity.patient_text,))
    yield _conditions("Only when", [] if activity.indicated_when is None else [activity.indicated_when], ruleset)
    yield _conditions("Contraindications: withheld when", activity.contraindications, ruleset)
    yield _conditions("Cautions: shown beside it when", activity.cautions, ruleset)
    yield Section(heading="Rules of the plan", bullets=tuple(_rules_of_the_plan(activity, ruleset)))


def _derived(rule: Derived, ruleset: Ruleset) -> Iterator[Section]:
    yield Section(heading="Why", texts=(rule.rationale,))
    yield _conditions("Present when", [] if rule.present_when is None else [rule.present_when], ruleset)
    yield _conditions("Absent, where nobody stated it, when", [] if rule.absent_when is None else [rule.absent_when], ruleset)


def _conditions(heading: str, conditions: Iterable[Condition], ruleset: Ruleset) -> Section:
    return Section(heading=heading, outlines=tuple(outline(condition, ruleset.wordings) for condition in conditions))


def _rules(heading: str, ids: Iterable[str], rules: Mapping[str, RuleHead]) -> Section:
    return Section(heading=heading, rules=tuple(rules[id_] for id_ in ids))


def _rules_of_the_plan(activity: Activity, ruleset: Ruleset) -> Iterator[str]:
    """What DESIGN 4, Plan, adds to the conditions of the file."""
    if activity.classes & {ActivityClass.ACUTE_ANALGESIC, ActivityClass.TRIPTAN}:
        overuse = ruleset.vocabulary[ruleset.roles.medication_overuse]
        yield f"Withheld under {title_in_sentence(overuse)}."
    if activity.specialist:
        yield "For specialists: left out where the cause that proposes it does not meet its criteria."
    if activity.prohibits:
        yield "A warning, what not to do: it counts to no limit of the plan, and an emergency does not remove it."


def _by_itself(activity: Activity, ruleset: Ruleset) -> Iterator[str]:
    roles = ruleset.roles
    if activity.id == roles.safety_net:
        yield "Always, at the end of every plan."
    for disposition, appointment in roles.appointments.items():
        if activity.id == appointment:
            yield f"As the appointment of a plan whose disposition is {disposition}, where no rule names another."
