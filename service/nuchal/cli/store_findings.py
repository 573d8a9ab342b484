"""Whether the store can be reached and has the tables of this version; looks, and makes nothing."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from nuchal.cli.finding import Finding, ok, warning, wrong
from nuchal.errors import ConfigurationError
from nuchal.store import Store
from nuchal.store.database import SCHEMA

_SUBJECT = "store"


def store_findings(url: str) -> Iterator[Finding]:
    """What is to be said of the store behind `url`."""
    try:
        database = Store.open(url).database
    except ConfigurationError as error:
        yield wrong(_SUBJECT, error.message, "mend NUCHAL_DATABASE_URL; empty, it is a file in your state folder")
        return
    file = Path(make_url(url).database or "") if database.kind == "sqlite" else None
    if file and not _can_write(file):
        yield wrong(_SUBJECT, f"{file} cannot be written", "let NUCHAL_DATABASE_URL name a file in a folder that this user may write to")
    elif file and not file.exists():
        yield ok(_SUBJECT, f"{file} is made when the service needs it")
    else:
        yield _schema(database.place, lambda: database.schema)


def _can_write(file: Path) -> bool:
    """Whether the file can be written, or made; SQLite needs its folder as well."""
    folder = next(parent for parent in file.absolute().parents if parent.exists())
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK) and (not file.exists() or os.access(file, os.W_OK))


def _schema(place: str, schema: Callable[[], str | None]) -> Finding:
    try:
        found = schema()
    except SQLAlchemyError as error:
        said = f"{place} cannot be read ({type(error).__name__})"
        return wrong(_SUBJECT, said, "start the database; look at its address, user and password")
    if found is None:
        return ok(_SUBJECT, f"{place} is reached, and still empty: its tables are made when the service needs them")
    if found != SCHEMA:
        said = f"{place} has the tables of another version ({found}, not {SCHEMA})"
        return warning(_SUBJECT, said, "older ones are brought up to date at the next start; newer ones need the newer Nuchal")
    return ok(_SUBJECT, f"{place} is reached")
