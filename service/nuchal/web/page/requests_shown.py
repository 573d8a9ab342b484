"""The request that was evaluated, to be made without the page."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from nuchal.web.addresses import public_url

FILE = "patient.json"


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """One POST of a file."""

    url: str
    content_type: str

    @property
    def curl(self) -> str:
        """For curl; quoted, because a shell takes $assess away."""
        return f"curl -s -H 'Content-Type: {self.content_type}' \\\n  --data-binary @{FILE} \\\n  {shlex.quote(self.url)}"

    @property
    def python(self) -> str:
        """For Python's own library."""
        return (
            "import json\n"
            "from pathlib import Path\n"
            "from urllib.request import Request, urlopen\n"
            "\n"
            "request = Request(\n"
            f"    {json.dumps(self.url)},\n"
            f'    data=Path("{FILE}").read_bytes(),\n'
            f'    headers={{"Content-Type": "{self.content_type}"}},\n'
            ")\n"
            "with urlopen(request) as response:\n"
            "    answer = json.load(response)\n"
        )


def shown_request(parameters: Mapping[str, str], service: str | None) -> ShownRequest:
    """The request to $assess, or to the CDS service `service`, which takes no more than asOf."""
    taken = {name: text for name, text in parameters.items() if service is None or name == "asOf"}
    query = f"?{urlencode(taken)}" if taken else ""
    if service:
        return ShownRequest(public_url(f"/cds-services/{service}") + query, "application/json")
    return ShownRequest(public_url("/fhir/$assess") + query, "application/fhir+json")
