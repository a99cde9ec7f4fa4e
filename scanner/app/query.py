"""Ask runs on disk questions in SQL, with an embedded DuckDB; it prints nothing."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from scanner.analysis import views
from scanner.app.prepare import planned_types
from scanner.aws.columns import columns
from scanner.aws.models import LeanLoader
from scanner.catalog import Catalog
from scanner.model.errors import OutputError, SettingsError
from scanner.output import find_run, finished_runs, on_disk, read_manifest, read_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

ALL, LATEST = "all", "latest"
CHUNK = 1000
"""Rows that are fetched at a time."""

_SETTINGS = """
SET GLOBAL autoinstall_known_extensions = false;
SET GLOBAL autoload_known_extensions = false;
SET GLOBAL TimeZone = 'UTC';
"""
"""Nothing is downloaded, and times are shown as they are stored."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement gave: the columns, their types, and the rows as they are fetched."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@dataclass(slots=True)
class Database:
    """Finished runs as tables; a type's view is made when a statement first names it."""

    out: Path
    runs: Sequence[str]
    types: Sequence[str]
    extra: Sequence[Path]
    _connection: DuckDBPyConnection
    _held: ExitStack
    _files: dict[str, list[str]] = field(default_factory=dict)
    _made: set[str] = field(default_factory=set)
    _loader: LeanLoader = field(default_factory=LeanLoader)

    @classmethod
    def open(cls, out: Path, run: str = LATEST, extra: Sequence[Path] = ()) -> Database:
        """Open the runs that `run` names: an id, `latest`, or `all`; raises SettingsError.

        DuckDB reads files: runs in S3 are copied until `close`.
        """
        connection = _connect()
        with ExitStack() as held:
            try:
                runs = _runs(out, run)
                out = held.enter_context(on_disk(out, runs))
                types = {name for each in runs for name in planned_types(read_plan(out, each))}
            except OutputError as exc:
                raise SettingsError(str(exc)) from exc
            database = cls(out, runs, sorted(types), extra, connection, held.pop_all())
        database._make_tables()
        return database

    def close(self) -> None:
        """Let go of the memory, and of copied runs."""
        self._connection.close()
        self._held.close()

    @property
    def views(self) -> dict[str, str]:
        """Name the view of every type that the runs looked for."""
        return {views.view_name(each): each for each in self.types}

    def ask(self, sql: str) -> Answer:
        """Run a statement; raises SettingsError with DuckDB's own words where it can't."""
        self._make_views(sql)
        found = self._run(sql)
        described = found.description or []
        return Answer(
            tuple(each[0] for each in described),
            tuple(str(each[1]) for each in described),
            _rows(found),
        )

    def save(self, sql: str, path: Path) -> None:
        """Write what a query gives into an existing file, as Parquet packed with zstd."""
        self._make_views(sql)
        query = sql.strip().rstrip(";")
        target = views.literal(str(path))
        options = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"
        self._run(f"COPY ({query}) TO {target} ({options})")

    def found(self) -> list[str]:
        """List the types that have records."""
        return sorted(row[0] for row in self.ask(views.TYPES_FOUND).rows)

    def columns(self, view: str) -> list[str]:
        """List the columns of a view."""
        return [row[0] for row in self.ask(f"DESCRIBE {views.quoted(view)}").rows]

    def _make_tables(self) -> None:
        ledgers: dict[str, list[str]] = {}
        for run_id in self.runs:
            ledgers[run_id] = []
            for file in (read_manifest(self.out, run_id) or {"files": []})["files"]:
                path, place = str(self.out / file["path"]), PurePath(file["path"])
                if place.parts[0] == "coverage":
                    ledgers[run_id].append(path)
                else:
                    self._files.setdefault(_service(place), []).append(path)
        self._run(
            views.inventory(views.INVENTORY, [f for each in self._files.values() for f in each])
        )
        self._run(views.coverage(ledgers))

    def _make_views(self, sql: str) -> None:
        named = views.named_views(sql, self.types)
        missing = {name: each for name, each in named.items() if name not in self._made}
        if not missing:
            return
        catalog = Catalog.load_for(list(missing.values()), extra=self.extra)
        for name, each in missing.items():
            declared = catalog.types[each]
            source = f"records of {declared.service}"
            if source not in self._made:
                self._run(views.inventory(source, self._files.get(declared.service, [])))
            details = [call.name for call in declared.each if call.name]
            self._run(views.of_type(each, columns(declared, self._loader), details, source))
            self._made |= {name, source}

    def _run(self, sql: str) -> DuckDBPyConnection:
        import duckdb  # noqa: PLC0415 — of an extra

        try:
            return self._connection.cursor().execute(sql)
        except duckdb.Error as exc:
            raise SettingsError(f"SQL: {exc}{self._unplanned(sql)}") from exc

    def _unplanned(self, sql: str) -> str:
        """Say which types a failed statement speaks of that the runs did not look for."""
        known = set(Catalog.load(self.extra, everything=True).types) - set(self.types)
        named = sorted(views.named_views(sql, known).values())
        return f" (not looked for in this run: {', '.join(named)})" if named else ""


def _connect() -> DuckDBPyConnection:
    try:
        import duckdb  # noqa: PLC0415 — of an extra
    except ImportError as exc:
        raise SettingsError("this needs DuckDB: pip install -e '.[sql]'") from exc
    connection = duckdb.connect()
    connection.execute(_SETTINGS)
    return connection


def _rows(found: DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := found.fetchmany(CHUNK):
        yield from rows


def _service(path: PurePath) -> str:
    return next(part.partition("=")[2] for part in path.parts if part.startswith("service="))


def _runs(out: Path, name: str) -> list[str]:
    finished = finished_runs(out)
    if name == ALL:
        return finished
    run_id = max(finished, default="") if name == LATEST else find_run(out, name)
    if run_id not in finished:
        raise OutputError(f"{out} has no finished run {name}")
    return [run_id]
