"""Print rows in columns: folded for a terminal, one line a row for a program; decides nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TextIO

UNFOLDED = 10_000
"""The width of a terminal that is none."""


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[str | Text]], file: TextIO | None = None
) -> None:
    """Print a table, on stdout or into a file; the first column is never folded."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for position, heading in enumerate(headings):
        table.add_column(heading, header_style="dim", overflow="fold", no_wrap=position == 0)
    for row in rows:
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    out = file or sys.stdout
    width = None if out.isatty() else UNFOLDED
    Console(file=out, highlight=False, width=width).print(table)


def print_members(plain: Mapping[str, Any]) -> None:
    """Print one thing in full: a line for each of its members that says something."""
    print_table(("", ""), ((name, _line(value)) for name, value in plain.items() if value))


def _line(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {each}" for name, each in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
