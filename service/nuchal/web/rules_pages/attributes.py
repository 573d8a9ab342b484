"""The source attributes of a rule as JSON: thirteen members, each with the paragraph that asks for it."""

from collections.abc import Iterator, Sequence
from typing import Any

from nuchal.rules.model import Reference, RuleHead, Ruleset
from nuchal.rules.source_attributes import SourceAttributes, Use, paragraph, source_attributes

NOT_STATED = "not stated"


def of_rule(rule: RuleHead, ruleset: Ruleset, url: str) -> dict[str, Any]:
    """The attributes of `rule`, whose page is at `url`."""
    found = source_attributes(rule, ruleset)
    return {
        "rule": {"id": rule.id, "title": rule.title, "status": rule.status, "reviewed": rule.reviewed, "url": url},
        "ruleset": _ruleset(ruleset),
        "attributes": {
            "bibliographicCitation": {
                "paragraph": paragraph(1),
                "value": [_citation(each.reference) | {"supports": each.supports} for each in found.citations],
            },
            "developer": {"paragraph": paragraph(2), "value": found.developer or NOT_STATED},
            "funding": {"paragraph": paragraph(3), "value": found.funding or NOT_STATED},
            "dates": {"paragraph": paragraph(4), "value": _dates(found)},
        }
        | {_member(use): {"paragraph": use.paragraph, "used": bool(use.words), "words": list(_words(use))} for use in found.uses},
    }


def of_all(rules: Sequence[tuple[RuleHead, str]], ruleset: Ruleset) -> dict[str, Any]:
    """For each rule with its address which data of a person it uses, and where all of its attributes stand."""
    return {"ruleset": _ruleset(ruleset), "rules": [_line(rule, ruleset, url) for rule, url in rules]}


def _line(rule: RuleHead, ruleset: Ruleset, url: str) -> dict[str, Any]:
    uses = source_attributes(rule, ruleset).uses
    return {"id": rule.id, "title": rule.title, "url": url, "uses": [use.data_class for use in uses if use.words]}


def _ruleset(ruleset: Ruleset) -> dict[str, Any]:
    return {
        "id": ruleset.id,
        "version": ruleset.version,
        "canonical": ruleset.versioned_canonical,
        "sha256": ruleset.hash,
        "reviewedByClinician": ruleset.is_reviewed,
    }


def _citation(reference: Reference) -> dict[str, Any]:
    known = {"citation": reference.citation, "year": reference.year, "doi": reference.doi, "pmid": reference.pmid}
    return {name: value for name, value in known.items() if value is not None}


def _dates(found: SourceAttributes) -> dict[str, Any]:
    return {
        "release": found.released.isoformat() if found.released else NOT_STATED,
        "effective": found.effective.isoformat(),
        "revisions": [{"version": each.version, "effective": each.effective.isoformat()} for each in found.revisions],
    }


def _words(use: Use) -> Iterator[dict[str, str]]:
    yield from ({"id": word.id, "title": word.title} for word in use.words)


def _member(use: Use) -> str:
    first, *others = use.data_class.split("-")
    return first + "".join(other.capitalize() for other in others)
