"""The report for a reader: what it holds beside the headings, and how it is shortened."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from nuchal.cli.report import print_report


@pytest.fixture
def evaluated(evaluator, example):
    """The evaluation of an example, with resources added to its Bundle."""

    def evaluate(name, *resources):
        bundle = json.loads(example(name).read_text())
        bundle["entry"] += [{"resource": resource} for resource in resources]
        return evaluator.evaluate(json.dumps(bundle).encode(), {"asOf": "2026-11-24"}, now=datetime.now(UTC))

    return evaluate


def lines(evaluation, *, full=False):
    console = Console(highlight=False, width=1000)
    with console.capture() as report:
        print_report(evaluation, console, full=full)
    return [line.strip() for line in report.get().splitlines()]


def test_full_detail_ends_with_every_rule_that_fired_under_its_stage(evaluated):
    evaluation = evaluated("numb-saddle")
    told = lines(evaluation, full=True)
    trace = evaluation.assessment.conclusions.trace
    fired = [line for firing in trace for line in (firing.stage, f"{firing.rule}  [{firing.fact}]")]
    assert told[told.index("How it was inferred") + 1 :] == [
        line for place, line in enumerate(fired) if place % 2 or place == 0 or line != fired[place - 2]
    ]


def test_a_cause_tells_how_to_confirm_it_and_its_pitfalls_in_a_line_each(evaluated):
    evaluation = evaluated("numb-saddle")
    told = lines(evaluation)
    assert evaluation.assessment.causes
    for listed in evaluation.assessment.causes:
        assert f"Confirm: {listed.cause.confirm}" in told
        assert f"Pitfalls: {listed.cause.pitfalls}" in told


def test_a_flag_tells_what_else_raises_it_in_one_line(evaluated):
    evaluation = evaluated("numb-saddle")
    told = lines(evaluation)
    assert evaluation.assessment.flags
    for raised in evaluation.assessment.flags:
        assert f"False positives: {' '.join(raised.flag.false_positives)}" in told


@pytest.mark.parametrize(("full", "explained"), [(False, 5), (True, 6)])
def test_criteria_are_shown_for_the_first_five_causes_and_in_full_detail_for_all(evaluated, full, explained):
    evaluation = evaluated("numb-saddle")
    cause = evaluation.assessment.causes[0]
    told = lines(replace(evaluation, assessment=replace(evaluation.assessment, causes=(cause,) * 6)), full=full)
    causes = told[told.index("Causes, most fitting first") : told.index("Plan")]
    assert sum(line.startswith("Confirm: ") for line in causes) == 6
    assert sum(line.startswith("required") for line in causes) == explained


def headache(id_):
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "subject": {"reference": "Patient/anna"},
        "effectiveDateTime": "2026-11-23",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "25064002"}]},
        "valueBoolean": True,
    }


def test_what_several_resources_state_alike_is_told_once_with_all_of_them(evaluated):
    told = "\n".join(lines(evaluated("fever-and-stiff-neck", headache("one"), headache("two"))))
    bracket = re.search(r"\[Headache: present, (.*?)\]", told).group(1)
    assert {"Observation/one", "Observation/two"} <= set(bracket.split(", "))
    assert not re.search(r"\[[^\]]*Headache: present[^\]]*Headache: present", told)


def test_what_was_passed_over_is_counted_among_the_remarks(evaluated):
    others = [{"resourceType": kind, "id": str(number)} for number, kind in enumerate(["Claim", *["Immunization"] * 3])]
    told = lines(evaluated("only-two-pains", *others))
    remarks = told[told.index("Keep in mind") : told.index("Limits")]
    assert "- Passed over: Claim, once." in remarks
    assert "- Passed over: Immunization, 3 times." in remarks
