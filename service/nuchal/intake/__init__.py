"""FHIR R4 becomes findings: one patient, one moment, nothing lost without a word."""

from nuchal.intake.json_body import json_object
from nuchal.intake.reading import Intake
from nuchal.intake.request import AssessRequest, read_request
from nuchal.intake.site_map import SiteMap, load_site_map

__all__ = ["AssessRequest", "Intake", "SiteMap", "json_object", "load_site_map", "read_request"]
