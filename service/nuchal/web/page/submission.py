"""What somebody sent from the page: the input, the moment, what to suppose, what to explain."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Request, current_app
from werkzeug.exceptions import BadRequest

from nuchal.web.page.samples import samples

SUPPOSE: Final = "suppose."
ANSWER: Final = "answer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One form. `parameters` are those of $assess, `suppose` maps words to present, absent, unknown or a number, `why` names a rule."""

    body: bytes
    parameters: Mapping[str, str]
    suppose: Mapping[str, str]
    why: str

    @property
    def text(self) -> str:
        """The body as text, to be shown."""
        return self.body.decode("utf-8", "replace")


def read_submission(request: Request) -> Submission:
    """The form of `request`: a sample that was chosen, else a file, else what was pasted."""
    form = form_of(request)
    parameters = {name: form[name].strip() for name in ("asOf", "subject", "detail") if form.get(name, "").strip()}
    chosen = form.get("sample", "")
    if chosen:
        sample = samples().get(chosen)
        if sample is None:
            raise BadRequest
        body, parameters = sample.text.encode(), {"asOf": sample.as_of} if sample.as_of else {}
    else:
        file = request.files.get("file")
        body = file.read() if file and file.filename else form.get("body", "").encode()
    return Submission(
        body=body.removeprefix(BOM_UTF8),
        parameters=parameters,
        suppose=named(form, SUPPOSE),
        why=(form.get("rule") or form.get("why", "")).strip(),
    )


def form_of(request: Request) -> Mapping[str, str]:
    """The fields of `request`, up to the limit that holds for every body: a patient may be larger than forms usually are."""
    request.max_form_memory_size = current_app.config["MAX_CONTENT_LENGTH"]
    return request.form


def named(form: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The fields whose names begin with `prefix`, without it; empty ones are left out."""
    named_fields = ((name, value.strip()) for name, value in form.items() if name)  # a part of a form may come without a name
    return {name.removeprefix(prefix): value for name, value in named_fields if name.startswith(prefix) and value}
