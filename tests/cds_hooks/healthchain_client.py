"""Calls a CDS service with the sandbox client of HealthChain; runs in an environment of its own, since it pins other versions than we do.

URL, and the file of a call whose user, patient and prefetch are sent; prints the responses as JSON.
"""

import json
import sys
from pathlib import Path

from healthchain.sandbox import SandboxClient
from healthchain.sandbox.requestconstructors import CdsRequestConstructor

url, file = sys.argv[1:]
call = json.loads(Path(file).read_text(encoding="utf-8"))
client = SandboxClient(url=url, workflow="patient-view")
context = {name: call["context"][name] for name in ("userId", "patientId")}
client.requests.append(CdsRequestConstructor().construct_request(prefetch_data=call["prefetch"], workflow=client.workflow, context=context))
sys.stdout.write(json.dumps(client.send_requests()))
