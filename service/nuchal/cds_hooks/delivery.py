"""What was delivered for each prefetch key, and in which of the states that CDS Hooks knows (Prefetch Template)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from nuchal.cds_hooks.services import PATIENT, Template
from nuchal.errors import Problem, UnusableHookCall
from nuchal.intake.bundle import reports_failure

Resource = dict[str, Any]


class State(StrEnum):
    """How a key was answered."""

    SENT = "sent"
    FETCHED = "fetched"
    NO_DATA = "no-data"  # null: the client has none
    NOT_SENT = "not-sent"
    PARTIAL = "partial"  # there is more, out of reach
    FAILED = "failed"

    @property
    def is_whole(self) -> bool:
        """Whether all that was asked for is there, be it nothing."""
        return self in {State.SENT, State.FETCHED, State.NO_DATA}

    @property
    def is_known_failure(self) -> bool:
        """Whether data are known to exist, or may exist, that nobody could deliver."""
        return self in {State.PARTIAL, State.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came for one key: resources or Bundles, the link to what follows, and why nothing came."""

    template: Template
    state: State
    pages: tuple[Resource, ...] = ()
    following: str | None = None
    why: str = ""

    @property
    def key(self) -> str:
        """The prefetch key."""
        return self.template.key

    @property
    def resources(self) -> list[Resource]:
        """The resources of the wanted type, in their order."""
        wanted = self.template.resource_type
        return [resource for page in self.pages for resource in _inside(page) if resource.get("resourceType") == wanted]

    @property
    def is_to_fetch(self) -> bool:
        """Whether a FHIR server could add to it; after an error the client wants no second query."""
        return self.state is State.NOT_SENT or (self.state is State.PARTIAL and self.following is not None)

    def without_more(self, why: str, state: State = State.FAILED) -> "Delivery":
        """The same, with the reason why no more could be had; what came first stays, and `state` is said of nothing at all."""
        return replace(self, state=State.PARTIAL if self.pages else state, why=why)


def prefetched(templates: Sequence[Template], prefetch: Mapping[str, Any], patient_id: str) -> list[Delivery]:
    """What the client sent for each template; keys that nobody asked for are passed over.

    Raises:
        UnusableHookCall: a value that is neither a resource nor null.
    """
    wrong = [template.key for template in templates if not _is_resource_or_null(prefetch.get(template.key))]
    if wrong:
        raise UnusableHookCall([Problem("Must be a resource or null", f"prefetch.{key}") for key in wrong])
    return [_prefetched(template, prefetch, patient_id) for template in templates]


def _prefetched(template: Template, prefetch: Mapping[str, Any], patient_id: str) -> Delivery:
    if template.key not in prefetch:
        return Delivery(template=template, state=State.NOT_SENT, why="it was not sent")
    value = prefetch[template.key]
    return Delivery(template=template, state=State.NO_DATA) if value is None else delivered(template, value, State.SENT, patient_id)


def delivered(template: Template, value: Resource, state: State, patient_id: str) -> Delivery:
    """What one resource or page brings for `template`; `state` when it is what was asked for."""
    delivery = Delivery(template=template, state=state, pages=(value,))
    kind = value["resourceType"]
    if kind == "OperationOutcome":
        return _instead(template, "an error")
    if kind not in {"Bundle", template.resource_type}:
        return _instead(template, f"another resource than {template.resource_type}")
    if template is PATIENT and delivery.resources and not any(resource.get("id") == patient_id for resource in delivery.resources):
        return replace(delivery, state=State.NOT_SENT, pages=(), why="another patient was sent than context.patientId")
    if any(reports_failure(resource) for resource in _inside(value)):
        return replace(delivery, state=State.PARTIAL, why="an error came with it") if delivery.resources else _instead(template, "an error")
    following = _following(value)
    if following is None or (template.latest and len(delivery.resources) >= template.latest):
        return delivery
    return replace(delivery, state=State.PARTIAL, following=following, why="it is one page of several")


def _instead(template: Template, what: str) -> Delivery:
    return Delivery(template=template, state=State.FAILED, why=f"{what} came in its place")


def _following(page: Mapping[str, Any]) -> str | None:
    """The URL of the next page (http://hl7.org/fhir/R4/http.html#paging)."""
    links = page.get("link")
    found = [link for link in links if isinstance(link, dict) and link.get("relation") == "next"] if isinstance(links, list) else []
    return next((link["url"] for link in found if isinstance(link.get("url"), str)), None)


def _is_resource_or_null(value: object) -> bool:
    return value is None or (isinstance(value, dict) and isinstance(value.get("resourceType"), str))


def _inside(resource: Resource) -> Iterator[Resource]:
    """The resource, or those of a Bundle; its form was not checked."""
    if resource.get("resourceType") != "Bundle":
        yield resource
        return
    entries = resource.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        inside = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(inside, dict):
            yield from _inside(inside)
