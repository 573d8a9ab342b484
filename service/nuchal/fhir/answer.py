"""The whole answer: a Bundle of type collection (DESIGN 5)."""

from typing import Any

from nuchal.assessment.model import Assessment
from nuchal.fhir.canonicals import PROFILES
from nuchal.fhir.care_plan import care_plan
from nuchal.fhir.clinical_impression import clinical_impression
from nuchal.fhir.conditions import conditions
from nuchal.fhir.context import Context
from nuchal.fhir.detected_issues import detected_issues
from nuchal.fhir.device import device
from nuchal.fhir.guidance_response import guidance_response
from nuchal.fhir.operation_outcome import input_remarks
from nuchal.fhir.provenance import provenance
from nuchal.fhir.service_requests import service_requests
from nuchal.findings import Chart


def answer_bundle(assessment: Assessment, chart: Chart, *, detail_full: bool = False) -> dict[str, Any]:
    """The answer to one request; the same assessment and chart give the same answer."""
    context = Context(assessment=assessment, chart=chart, detail_full=detail_full)
    resources = [
        guidance_response(context),
        clinical_impression(context),
        *_plan(context),
        *conditions(context),
        device(context),
        input_remarks(context),
    ]
    resources.append(provenance(context, [resource["id"] for resource in resources]))
    return {
        "resourceType": "Bundle",
        "id": context.id_of("bundle"),
        "meta": {"profile": [PROFILES["Bundle"]]},
        "identifier": context.identifier("bundle"),
        "type": "collection",
        "timestamp": context.moment,
        "entry": [{"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in resources],
    }


def _plan(context: Context) -> list[dict[str, Any]]:
    plan, disposition = context.assessment.plan, context.assessment.disposition
    if plan is None or disposition is None:
        return []
    return [care_plan(context, plan, disposition), *service_requests(context, plan), *detected_issues(context, plan)]
