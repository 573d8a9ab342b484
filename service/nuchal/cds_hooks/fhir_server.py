"""Fetches what was not prefetched from the client's FHIR server: allowed servers only, one patient, one deadline.

The token goes into the header of these calls and nowhere else. Redirects are not
followed, links to further pages only within the same server and patient. Proxies and
passwords of the environment are not used.
"""

import asyncio
import ssl
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from nuchal.cds_hooks.call import Authorization, HookCall
from nuchal.cds_hooks.delivery import Delivery, State, delivered
from nuchal.cds_hooks.scopes import grants
from nuchal.errors import ConfigurationError, UnreadableBody
from nuchal.intake import json_object

if TYPE_CHECKING:
    import httpx

_MOST_PAGES: Final = 20
_AT_ONCE: Final = 8
_PORTS: Final = {"http": 80, "https": 443}
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Address(NamedTuple):
    """A base URL in one spelling."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Self | None:
        """The address of `url` without its query; None when it is no plain http(s) URL."""
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            return None
        if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or "\\" in url or ".." in unquote(parts.path):
            return None
        return cls(parts.scheme, parts.hostname, port, parts.path.rstrip("/"))

    def holds(self, url: str) -> bool:
        """Whether `url` lies on this server."""
        other = Address.of(url)
        return other is not None and other[:3] == self[:3] and f"{other.path}/".startswith(f"{self.path}/")


class Unreachable(Exception):
    """One request that brought nothing; the message is ours and holds nothing of the answer."""


class FhirServers:
    """The FHIR servers that may be called, and how long all calls for one hook may take together."""

    def __init__(self, allowed: Iterable[str], *, seconds: float, most_bytes: int) -> None:
        """`allowed` are base URLs, as clients send them in fhirServer.

        Raises:
            ConfigurationError: one that is no base URL, or not https; http is for this machine only.
        """
        self._allowed = frozenset(_allowed(url) for url in allowed)
        self._seconds = seconds
        self._most_bytes = most_bytes

    def complete(self, deliveries: Sequence[Delivery], call: HookCall) -> list[Delivery]:
        """`deliveries`, with what was not sent fetched as far as that is allowed and possible."""
        missing = [delivery for delivery in deliveries if delivery.is_to_fetch]
        if not missing or call.fhir_server is None:
            return list(deliveries)
        base = Address.of(call.fhir_server)
        if base is None or base not in self._allowed:
            return _not_fetched(deliveries, "fhirServer is not one that this service may call")
        if call.authorization is None:
            return _not_fetched(deliveries, "there is no fhirAuthorization to fetch it with")
        fetch = _Fetch(call.fhir_server.rstrip("/"), base, call, call.authorization, self._most_bytes)
        fetched = asyncio.run(fetch.all_of(missing, self._seconds))
        return [fetched.get(delivery.key, delivery) for delivery in deliveries]


def _allowed(url: str) -> Address:
    address = Address.of(url)
    if address is None or urlsplit(url).query or urlsplit(url).fragment:
        raise ConfigurationError("NUCHAL_FHIR_SERVERS must hold base URLs such as https://ehr.example.org/fhir, with commas between them")
    if address.scheme != "https" and address.host not in _LOOPBACK:
        raise ConfigurationError("NUCHAL_FHIR_SERVERS must hold https URLs; http is for this machine only")
    return address


def _not_fetched(deliveries: Iterable[Delivery], why: str) -> list[Delivery]:
    return [delivery.without_more(why, State.NOT_SENT) if delivery.is_to_fetch else delivery for delivery in deliveries]


class _Fetch:
    """The calls for one hook."""

    def __init__(self, url: str, base: Address, call: HookCall, authorization: Authorization, most_bytes: int) -> None:
        self._url = url
        self._base = base
        self._call = call
        self._authorization = authorization
        self._bytes_left = most_bytes
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def all_of(self, missing: Sequence[Delivery], seconds: float) -> Mapping[str, Delivery]:
        """Each delivery by its key, completed or with the reason why not, within `seconds`."""
        import httpx  # noqa: PLC0415  a tenth of a second that only services pay that fetch

        fetched = {delivery.key: delivery.without_more("the FHIR server did not answer in time") for delivery in missing}
        headers = {"Authorization": f"Bearer {self._authorization.token}", "Accept": "application/fhir+json"}
        client = httpx.AsyncClient(headers=headers, verify=_trust(), trust_env=False, follow_redirects=False, timeout=seconds)

        async def fetch(delivery: Delivery) -> None:
            fetched[delivery.key] = await self._completed(delivery, client)

        try:
            async with asyncio.timeout(seconds), client, asyncio.TaskGroup() as group:
                for delivery in missing:
                    group.create_task(fetch(delivery))
        except TimeoutError:
            pass  # what is not there by now has its reason already
        return fetched

    async def _completed(self, delivery: Delivery, client: "httpx.AsyncClient") -> Delivery:
        if not grants(self._authorization.scope, delivery.template.resource_type):
            return delivery.without_more("the scope of fhirAuthorization does not grant it", State.NOT_SENT)
        whole = delivery
        try:
            for _ in range(_MOST_PAGES):
                page = await self._page(whole, client)
                here = delivered(whole.template, page, State.FETCHED, self._call.patient_id)
                if not here.pages:
                    return whole.without_more(here.why)
                whole = Delivery(
                    template=here.template, state=here.state, pages=(*whole.pages, *here.pages), following=here.following, why=here.why
                )
                if not whole.is_to_fetch:
                    return whole
        except Unreachable as failure:
            return whole.without_more(str(failure))
        return whole.without_more(f"it has more than {_MOST_PAGES} pages")

    async def _page(self, delivery: Delivery, client: "httpx.AsyncClient") -> dict[str, Any]:
        following = delivery.following
        if following is not None and not self._is_within(following):
            raise Unreachable("its next page lies on another server or with another patient")
        async with self._turns:
            body = await self._body(following or f"{self._url}/{delivery.template.path(self._call.context)}", client)
        try:
            resource = json_object(body)
        except UnreadableBody:
            raise Unreachable("the FHIR server answered with something that is not JSON") from None
        if not isinstance(resource.get("resourceType"), str):
            raise Unreachable("the FHIR server answered with something that is no resource")
        return resource

    async def _body(self, url: str, client: "httpx.AsyncClient") -> bytes:
        import httpx  # noqa: PLC0415  loaded by now

        body = bytearray()
        try:
            async with client.stream("GET", url) as response:
                if response.status_code != 200:
                    raise Unreachable(f"the FHIR server answered with HTTP {response.status_code}")
                async for chunk in response.aiter_bytes():
                    body += chunk
                    self._bytes_left -= len(chunk)
                    if self._bytes_left < 0:
                        self._bytes_left += len(body)  # it is thrown away: the other keys need not suffer for it
                        raise Unreachable("the FHIR server sent more than this service takes")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise Unreachable("the FHIR server cannot be reached") from None
        return bytes(body)

    def _is_within(self, url: str) -> bool:
        """Whether a link that somebody sent stays on the server and, where it says whose it is, with the patient."""
        if not self._base.holds(url):
            return False
        whose = {value.rpartition("/")[2] for name, value in parse_qsl(urlsplit(url).query) if name in {"patient", "subject"}}
        return whose <= {self._call.patient_id}


@cache
def _trust() -> ssl.SSLContext:
    """The certificates of the machine, read once: that takes longer than many a call."""
    return ssl.create_default_context()
