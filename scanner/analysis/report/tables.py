"""Lay tables out by columns, as the page wants them: small, and quick to sort; no totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Column(NamedTuple):
    """A column's title, and its kind, by which the page writes and sorts its values.

    `text`, `tags` (none is: not read), `mark` (a status or severity), `number`, `bar`,
    `change`, `percent` or `ms`.
    """

    title: str
    kind: str = "text"


def as_table(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """Turn rows into columns."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return {
        "columns": [
            {"title": column.title, "kind": column.kind, "values": list(each)}
            for column, each in zip(columns, values, strict=True)
        ]
    }


class Words:
    """A column in which few texts come back often: each is kept once, rows hold its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.values: list[int] = []

    def add(self, word: str) -> None:
        """Append a row."""
        self.values.append(self._numbers.setdefault(word, len(self._numbers)))

    def as_column(self, title: str, kind: str = "text") -> dict[str, Any]:
        """Return the column; `names` says what the numbers mean."""
        return {"title": title, "kind": kind, "values": self.values, "names": list(self._numbers)}
