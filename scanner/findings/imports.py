"""Remember what was imported elsewhere, beside the memory of findings; it sends nothing.

The memory is derived: without it everything is imported once more, which changes nothing there.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from scanner.findings.asff import archived
from scanner.findings.memory import PATIENCE
from scanner.model.errors import OutputError
from scanner.model.finding import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

REFRESH = timedelta(days=30)
"""Security Hub deletes a finding that was not updated for 90 days (user guide, retention)."""

_VARIABLE = ("UpdatedAt", "LastObservedAt")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS imports (
    id TEXT, product TEXT, control TEXT, digest TEXT, active INTEGER, sent TEXT, body BLOB,
    PRIMARY KEY (id, product)
) WITHOUT ROWID
"""
_FIND = "SELECT digest, active, sent FROM imports WHERE id = ? AND product = ?"
_PUT = "INSERT OR REPLACE INTO imports VALUES (?, ?, ?, ?, ?, ?, ?)"
_OVER = (
    "SELECT body FROM imports JOIN findings ON findings.control = imports.control "
    "AND findings.uid = substr(imports.id, instr(imports.id, '/') + 1) "
    "WHERE imports.active AND findings.state = ?"
)


class Imports:
    """What is known to be in Security Hub, at a moment (RFC 3339)."""

    def __init__(self, connection: sqlite3.Connection, moment: str) -> None:
        self._connection = connection
        self._moment = moment

    def is_due(self, finding: Mapping[str, Any]) -> bool:
        """Say whether a finding is to be sent: it is new, it changed, or it would be forgotten."""
        active = bool(finding["RecordState"] == "ACTIVE")
        given = (finding["Id"], finding["ProductArn"])
        row = self._connection.execute(_FIND, given).fetchone()
        if row is None:
            return active
        digest, was_active, sent = row
        if digest != _digest(finding):
            return active or bool(was_active)
        age = datetime.fromisoformat(self._moment) - datetime.fromisoformat(sent)
        return bool(active and age >= REFRESH)

    def note(self, finding: Mapping[str, Any]) -> None:
        """Remember that a finding was sent."""
        active = finding["RecordState"] == "ACTIVE"
        self._connection.execute(
            _PUT,
            (
                finding["Id"], finding["ProductArn"], finding["GeneratorId"], _digest(finding),
                active, self._moment, orjson.dumps(finding),
            ),
        )  # fmt: skip

    def left(self) -> list[dict[str, Any]]:
        """Return what is active there though it is resolved here, as it is to be sent."""
        rows = self._connection.execute(_OVER, (str(State.RESOLVED),)).fetchall()
        return [archived(orjson.loads(body), self._moment) for (body,) in rows]


@contextmanager
def importing(path: Path, moment: str) -> Iterator[Imports]:
    """Open the memory; what was noted is kept, also where the block ends with an error."""
    try:
        connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        with closing(connection):
            connection.execute(_SCHEMA)
            yield Imports(connection, moment)
    except sqlite3.Error as exc:
        raise OutputError(f"the memory of findings {path}: {exc}") from exc


def _digest(finding: Mapping[str, Any]) -> str:
    lasting = {name: value for name, value in finding.items() if name not in _VARIABLE}
    return hashlib.sha256(orjson.dumps(lasting, option=orjson.OPT_SORT_KEYS)).hexdigest()
