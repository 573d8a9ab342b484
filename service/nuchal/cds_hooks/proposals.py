"""The resources of a card's suggestions, each of which stands alone: what it refers to is contained in it, or in the chart.

A client creates the suggestions that somebody picks, one by one, under ids of its own;
nothing may point from one to another.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from nuchal.assessment.model import Plan, PlannedActivity
from nuchal.evaluation import Evaluation
from nuchal.fhir.care_plan import activity_detail, care_plan
from nuchal.fhir.conditions import condition
from nuchal.fhir.context import Context, condition_name
from nuchal.fhir.device import DEVICE, device
from nuchal.fhir.service_requests import service_request
from nuchal.findings import Subject
from nuchal.rules.model import Disposition

_UNWANTED: Final = ("id",)  # the server that creates the resource gives it one
_UNWANTED_INSIDE: Final = ("meta", "text", "language", "identifier", "implicitRules")  # what a contained resource has no use for
_LONGEST_ID: Final = 64


@dataclass(frozen=True, kw_only=True)
class ProposalContext(Context):
    """An answer whose resources refer to what they contain, and to the chart by the ids of the call."""

    def ours(self, name: str) -> dict[str, Any]:
        """A reference to the contained resource called `name`."""
        return {"reference": f"#{_fragment(name)}"}


def proposal_context(evaluation: Evaluation, patient_id: str, encounter_id: str | None) -> ProposalContext:
    """The context of the cards for one evaluation."""
    chart = evaluation.chart
    known = chart.encounter if chart.encounter and chart.encounter.startswith("Encounter/") else None
    encounter = f"Encounter/{encounter_id}" if encounter_id else known
    ours = replace(chart, subject=Subject(reference=f"Patient/{patient_id}"), encounter=encounter)
    return ProposalContext(assessment=evaluation.assessment, chart=ours, detail_full=False)


def proposed_plan(context: ProposalContext, plan: Plan, disposition: Disposition) -> dict[str, Any]:
    """The CarePlan with its Conditions inside; every activity is told in it, also those that are suggested as orders."""
    resource = care_plan(context, plan, disposition)
    resource["activity"] = [{"detail": activity_detail(context, planned)} for planned in plan.activities]
    resource.pop("supportingInfo", None)  # the impression and what was withheld; the notes tell of it
    return _standing_alone(resource, context)


def proposed_order(context: ProposalContext, planned: PlannedActivity) -> dict[str, Any]:
    """The ServiceRequest for one planned activity."""
    return _standing_alone(service_request(context, planned), context)


def _standing_alone(resource: dict[str, Any], context: ProposalContext) -> dict[str, Any]:
    whole = {name: value for name, value in resource.items() if name not in _UNWANTED}
    wanted = _references(whole)
    parts = {_fragment(DEVICE): partial(device, context)}
    parts |= {_fragment(condition_name(listed)): partial(condition, context, listed) for listed in context.assessment.causes}
    contained = [_inside(build(), fragment) for fragment, build in parts.items() if f"#{fragment}" in wanted]
    head = {name: whole.pop(name) for name in ("resourceType", "meta", "language", "text") if name in whole}
    alone: dict[str, Any] = _within_reach(head | {"contained": contained} | whole)
    return alone


def _inside(resource: dict[str, Any], fragment: str) -> dict[str, Any]:
    kept = {name: value for name, value in resource.items() if name not in {*_UNWANTED, *_UNWANTED_INSIDE, "resourceType"}}
    return {"resourceType": resource["resourceType"], "id": fragment} | kept


def _references(node: object) -> set[str]:
    if isinstance(node, list):
        return {reference for child in node for reference in _references(child)}
    if not isinstance(node, dict):
        return set()
    own = {node["reference"]} if isinstance(node.get("reference"), str) else set()
    return own | {reference for child in node.values() for reference in _references(child)}


def _within_reach(node: Any) -> Any:  # noqa: ANN401  any part of a resource
    """Without addresses that mean nothing outside of the call; what they were said to be stays as text."""
    if isinstance(node, list):
        return [_within_reach(child) for child in node]
    if not isinstance(node, dict):
        return node
    is_lost = str(node.get("reference", "")).startswith("urn:")
    return {name: _within_reach(child) for name, child in node.items() if not (name == "reference" and is_lost)}


def _fragment(name: str) -> str:
    return name.replace("/", "-")[:_LONGEST_ID]
