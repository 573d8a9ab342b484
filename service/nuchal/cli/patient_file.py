"""The file of one patient on the command line: its options, its bytes, and refusals in words of the command line."""

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from nuchal.config import Settings
from nuchal.content import ruleset_folder
from nuchal.errors import InvalidInput, UnreadableBody, UnsupportedInput
from nuchal.intake import SiteMap, load_site_map, read_request
from nuchal.rules.model import Ruleset
from nuchal.rules.reader import load_ruleset

PIPED_WIDTH = 120  # columns of what no terminal limits

_OPTIONS = {"asOf": "--as-of", "subject": "--subject", "detail": "--detail"}  # parameters of the operation
_ANY_BUNDLE = b'{"resourceType": "Bundle"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFile:
    """What the command line gives: the bytes, the parameters of $assess beside them, and what to read them with."""

    body: bytes
    parameters: Mapping[str, str]
    now: datetime
    ruleset: Ruleset
    site_map: SiteMap | None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the file and the options that every command on one patient has."""
    parser.add_argument("file", metavar="FILE", help="JSON file; - reads standard input")
    parser.add_argument(
        "--as-of",
        metavar="TIME",
        type=_moment,
        help="moment of the evaluation: a date (its last second, UTC) or a date and time; default now",
    )
    parser.add_argument("--subject", metavar="REFERENCE", help="the patient, when the Bundle holds several: Patient/123")
    parser.add_argument("--site-map", metavar="MAP", type=Path, help="codes of the site: a ConceptMap or CSV; default NUCHAL_SITE_MAP")


def _moment(text: str) -> str:
    """The moment as it was given, when the service would take it too."""
    try:
        read_request(_ANY_BUNDLE, {"asOf": text}, now=datetime.now(UTC))
    except InvalidInput as error:
        raise argparse.ArgumentTypeError(
            "neither a date nor a date and time with its offset; for example 2026-11-24 or 2026-11-24T17:30:00+01:00"
        ) from error
    return text


def patient_file(chosen: argparse.Namespace, **more: str | None) -> PatientFile:
    """The file and what goes with it; `more` are further parameters of $assess.

    Raises:
        NuchalError: the file, the ruleset or the site map cannot be used.
    """
    body = read_patient_file(chosen.file)
    given = {name: text for name, text in ({"asOf": chosen.as_of, "subject": chosen.subject} | more).items() if text}
    now = datetime.now(UTC)
    _check_request(body, given, chosen, now)
    settings = Settings.from_env(os.environ)
    ruleset = load_ruleset(ruleset_folder(settings.ruleset))
    map_file = chosen.site_map or settings.site_map
    site_map = load_site_map(map_file, ruleset) if map_file else None
    return PatientFile(body=body, parameters=given, now=now, ruleset=ruleset, site_map=site_map)


def console() -> Console:
    """Where a text for a reader is laid out, to be written in one piece: rich would end the process itself when the reader has gone."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


def _check_request(body: bytes, given: Mapping[str, str], chosen: argparse.Namespace, now: datetime) -> None:
    """Refuse in words of the command line what the service would refuse in words of HTTP."""
    file = "standard input" if chosen.file == "-" else chosen.file
    try:
        read_request(body, {}, now=now)
    except (UnreadableBody, UnsupportedInput) as error:
        raise type(error)(f"{file}: {error.message}", expression=error.expression) from error
    for name, text in given.items():
        try:
            read_request(body, {name: text}, now=now)
        except InvalidInput:
            chosen.refuse(f"{_OPTIONS[name]} differs from what {file} itself says; leave {_OPTIONS[name]} out, or change the file")


def read_patient_file(file: str) -> bytes:
    """The bytes of `file`; - is standard input.

    Raises:
        UnreadableBody: there is no such file.
    """
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UnreadableBody(f"{file} cannot be read: {(error.strerror or 'unknown reason').lower()}") from error
