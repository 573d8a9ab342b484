"""Bare Flask: reads the body and answers 12 KiB that never change. The measure that Nuchal is held against."""

from flask import Flask, Response, request

ANSWER = b"x" * 12 * 1024

app = Flask(__name__)


@app.post("/fhir/$assess")
def assess() -> Response:
    request.get_data(cache=False)
    return Response(ANSWER, content_type="application/fhir+json")


@app.get("/health/live")
def live() -> Response:
    return Response(b"{}", content_type="application/json")
