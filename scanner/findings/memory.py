"""Remember findings from run to run in a file beside them; it decides what is new and resolved.

The memory is derived: without the file every finding is new, and nothing else is lost.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.findings.reported import Reported
from scanner.model.errors import OutputError
from scanner.model.finding import Finding, Result, State, Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from scanner.model.control import Control

VERSION = 1
PAGE = 500
PATIENCE = 30
"""Seconds to wait for another check that is at work on the same memory."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS findings (
    control TEXT, uid TEXT, account TEXT, region TEXT, type TEXT, resource TEXT, name TEXT,
    arn TEXT, state TEXT, first_seen TEXT, last_seen TEXT, began TEXT, run TEXT, token TEXT,
    PRIMARY KEY (control, uid)
) WITHOUT ROWID
"""
_COLUMNS = (
    "control, uid, account, region, type, resource, name, arn, state, first_seen, last_seen, "
    "began, run, token"
)
_FIND = "SELECT state, first_seen, began FROM findings WHERE control = ? AND uid = ?"
_PUT = f"INSERT OR REPLACE INTO findings ({_COLUMNS}) VALUES ({', '.join('?' * 14)})"  # noqa: S608 — of constants
_LEFT = (
    f"SELECT {_COLUMNS} FROM findings "  # noqa: S608 — of constants
    "WHERE control = ? AND uid > ? AND token != ? ORDER BY uid LIMIT ?"
)
_NEWEST = "SELECT max(run) FROM findings WHERE control = ?"


@dataclass(slots=True)
class Memory:
    """Findings known from earlier runs; `kept` says whether this run's are remembered too."""

    run_id: str
    moment: str
    kept: bool
    _connection: sqlite3.Connection
    _token: str

    def recall(self, finding: Finding) -> Reported:
        """Say where a finding stands, and remember that it was seen."""
        row = self._connection.execute(_FIND, (finding.control.id, finding.uid)).fetchone()
        state, first, began = _next(row, self.run_id, self.moment)
        self._put(finding, state, first, self.moment, began)
        return Reported(finding, state, first, self.moment)

    def rest(
        self, controls: Iterable[Control], judge: Callable[[Finding], Finding | None]
    ) -> Iterator[Reported]:
        """Yield what was open and was not recalled now: resolved, or unknown.

        `judge` turns a finding into the one that holds now (a pass or an unknown), or into None
        where nobody looked.
        """
        for control in controls:
            for row in self._left(control):
                before = _finding(control, row)
                now = judge(before)
                if now is not None:
                    yield from self._turn(row, now)

    def _turn(self, row: tuple[Any, ...], now: Finding) -> Iterator[Reported]:
        state, first, last, began = row[8:12]
        if now.result is Result.PASS:
            if state != State.RESOLVED:
                began = self.run_id
            elif began != self.run_id:
                return  # it was resolved in an earlier run
            self._put(now, State.RESOLVED, first, last, began)
            yield Reported(now, State.RESOLVED, first, last)
        elif state != State.RESOLVED:
            self._put(now, State(state), first, last, began)
            yield Reported(now, State.OPEN, first, last)

    def _left(self, control: Control) -> Iterator[tuple[Any, ...]]:
        after = ""
        while True:
            given = (control.id, after, self._token, PAGE)
            page = self._connection.execute(_LEFT, given).fetchall()
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1][1]

    def _put(self, finding: Finding, state: State, first: str, last: str, began: str) -> None:
        subject = finding.subject
        values = (
            finding.control.id, finding.uid, subject.account_id, subject.region,
            subject.resource_type, subject.resource_id, subject.resource_name, subject.arn,
            str(state), first, last, began, self.run_id, self._token,
        )  # fmt: skip
        self._connection.execute(_PUT, values)


@contextmanager
def remembering(
    path: Path, run_id: str, moment: str, controls: Iterable[Control]
) -> Iterator[Memory]:
    """Open the memory for one check of a run; what it learns is kept when the block ends well.

    Of a run that is older than what the memory knows of these controls nothing is kept.
    """
    try:
        with closing(_opened(path)) as connection:
            newest = [connection.execute(_NEWEST, (each.id,)).fetchone()[0] for each in controls]
            kept = all(run is None or run <= run_id for run in newest)
            yield Memory(run_id, moment, kept, connection, secrets.token_hex(4))
            connection.execute("COMMIT" if kept else "ROLLBACK")
    except sqlite3.Error as exc:
        raise OutputError(f"the memory of findings {path}: {exc}; without it all are new") from exc


def _opened(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version not in (0, VERSION):
        raise sqlite3.DatabaseError(f"it is of version {version}, not {VERSION}")
    connection.execute(_SCHEMA)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _next(row: tuple[str, str, str] | None, run_id: str, moment: str) -> tuple[State, str, str]:
    """Return the state that follows, when it was first seen, and the run that brought it.

    Within the run that brought a state it stays: to check a run again changes nothing.
    """
    if row is None:
        return State.NEW, moment, run_id
    state, first, began = row
    if state == State.RESOLVED:
        return State.REOPENED, first, run_id
    return (State(state) if began == run_id else State.OPEN), first, began


def _finding(control: Control, row: tuple[Any, ...]) -> Finding:
    return Finding(control, Subject(*row[2:8]), Result.FAIL)
