"""Write tables in Markdown, for pages that a command generates; decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def markdown_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table's lines; cells are Markdown, of which only bars are escaped."""
    return "\n".join(map(_line, (headings, ["---"] * len(headings), *rows)))


def code(text: str) -> str:
    """Mark a cell as code; an empty one stays empty."""
    return f"`{text}`" if text else ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(each.replace('|', chr(92) + '|') for each in cells)} |"
