"""One database: its engine in each process, its schema, and its failures as one kind of error."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, inspect, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from nuchal.errors import ConfigurationError, StoreUnavailable

SCHEMA = "0001"  # the newest migration
_MIGRATIONS = Path(__file__).parent / "migrations"
_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_SECONDS_TO_WAIT = 5
_SECONDS_TO_CONNECT = 3
_LOCK = 5_870_013  # of PostgreSQL, so that one process migrates at a time


class Database:
    """A database that is connected to when it is first needed, in each process by itself.

    Raises:
        ConfigurationError: no URL of SQLite or PostgreSQL, or its driver is not installed.
    """

    def __init__(self, url: str) -> None:
        self._url = _read_url(url)
        self._lock = RLock()
        self._engines: dict[int, Engine] = {}
        self._prepared = False

    @cached_property
    def kind(self) -> str:
        """The database behind it: sqlite or postgresql."""
        return self._url.get_backend_name()

    @property
    def place(self) -> str:
        """The URL, without its password."""
        return self._url.set(drivername=self.kind).render_as_string(hide_password=True)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection whose work is kept as a whole, or not at all.

        Raises:
            StoreUnavailable: the database cannot be reached, is full, or has another schema.
        """
        try:
            self.prepare()
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreUnavailable("the store cannot be read or written") from error

    def prepare(self) -> None:
        """Bring the schema up to date, once in a process.

        Raises:
            StoreUnavailable: the database cannot be reached, or its schema is newer than this version of Nuchal.
        """
        if self._prepared:
            return
        with self._lock:
            try:
                if self.schema != SCHEMA:
                    self._migrate()
                self._prepared = True
            except SQLAlchemyError as error:
                raise StoreUnavailable("the store cannot be reached, or its schema cannot be brought up to date") from error

    @property
    def schema(self) -> str | None:
        """The migration that the database is at, None when it is empty."""
        with self._engine.connect() as connection:
            return _schema(connection)

    @property
    def _engine(self) -> Engine:
        """The engine of this process: a connection must never be shared with a fork."""
        engine = self._engines.get(os.getpid())
        if engine is None:
            with self._lock:
                engine = self._engines[os.getpid()] = _engine(self._url)
        return engine

    def close(self) -> None:
        """Close the connections of this process."""
        engine = self._engines.pop(os.getpid(), None)
        if engine:
            engine.dispose()

    def _migrate(self) -> None:
        from alembic import command  # noqa: PLC0415  a fifth of a second, needed once in the life of a database
        from alembic.config import Config  # noqa: PLC0415  the same
        from alembic.util import CommandError  # noqa: PLC0415  the same

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        with self._engine.begin() as connection:
            if self.kind == "postgresql":
                connection.execute(text(f"select pg_advisory_xact_lock({_LOCK})"))
            if _schema(connection) == SCHEMA:
                return  # another process was quicker
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, SCHEMA)
            except CommandError as error:
                raise StoreUnavailable("the schema of the store is newer than this version of Nuchal, or not Nuchal's") from error


def keep_once(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert `row` unless its key is there, in whatever process; whether it was not."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    kept = insert(table).values(**row).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(kept).first() is not None


def _schema(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("select version_num from alembic_version")).scalar()


def _read_url(text_: str) -> URL:
    try:
        url = make_url(text_)
        driver = _DRIVERS[url.get_backend_name()]
    except (ArgumentError, NoSuchModuleError, KeyError):
        raise ConfigurationError(
            "NUCHAL_DATABASE_URL must be like sqlite:////folder/nuchal.db or postgresql://user@host/database"
        ) from None
    if driver.startswith("sqlite") and not url.database:
        raise ConfigurationError(
            "NUCHAL_DATABASE_URL names no file: sqlite:///nuchal.db is one in this folder, sqlite:////folder/nuchal.db elsewhere"
        )
    return url.set(drivername=driver)


def _engine(url: URL) -> Engine:
    options: dict[str, Any] = {"hide_parameters": True}  # an error must not hold what was to be written
    if url.get_backend_name() == "sqlite":
        _make_file(Path(str(url.database)))
        engine = create_engine(url, connect_args={"timeout": _SECONDS_TO_WAIT}, **options)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_immediately)
        return engine
    options |= {"pool_pre_ping": True, "pool_timeout": _SECONDS_TO_WAIT, "connect_args": {"connect_timeout": _SECONDS_TO_CONNECT}}
    try:
        return create_engine(url, **options)
    except ModuleNotFoundError:
        raise ConfigurationError("PostgreSQL needs its driver: pip install 'nuchal[postgresql]'") from None


def _make_file(file: Path) -> None:
    """A new file is its owner's alone: clinicians' comments stand in it."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise StoreUnavailable("the file of the store cannot be made") from error


def _set_up_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401  the driver's own connection
    """Write ahead: what is committed survives the death of the process, and readers do not wait."""
    connection.isolation_level = None  # transactions begin where we say so
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma foreign_keys = on")


def _begin_immediately(connection: Connection) -> None:
    """Take the lock for writing at once: one that is taken later may be refused without waiting."""
    connection.exec_driver_sql("begin immediate")
