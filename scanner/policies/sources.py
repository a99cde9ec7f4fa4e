"""Read the values that a policy keeps in a file of its own (`value_from`); opens no file itself."""

from __future__ import annotations

import csv
import io
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import orjson

from scanner.model.errors import SettingsError, TaskError
from scanner.policies.paths import search
from scanner.policies.syntax import check_members, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMATS = ("json", "csv", "csv2dict", "txt")


def values_of(source: Any, text_of: Callable[[str], str]) -> Any:
    """Return the values of a `value_from`; `text_of` reads its url, and refuses what it can't."""
    if not isinstance(source, dict) or not isinstance(source.get("url"), str):
        raise SettingsError("value_from needs a url")
    check_members(source, ("url", "format", "expr"), "value_from")
    url = source["url"]
    kind = source.get("format") or PurePath(url).suffix[1:]
    one_of(kind, FORMATS, "value_from's format")
    text = text_of(url)
    try:
        return _values(text, kind, source)
    except (orjson.JSONDecodeError, csv.Error, IndexError, TaskError) as exc:
        raise SettingsError(f"value_from {url}: {exc}") from exc


def _values(text: str, kind: str, source: Mapping[str, Any]) -> Any:
    expression = source.get("expr")
    if kind == "txt":
        return {line.strip() for line in text.splitlines()}
    if kind == "json":
        document = orjson.loads(text)
        return document if expression is None else _chosen(document, expression)
    rows = list(csv.reader(io.StringIO(text)))
    if kind == "csv2dict":
        columns = {each[0]: list(each[1:]) for each in zip(*rows, strict=False)}
        return _all(columns.values()) if expression is None else _chosen(columns, expression)
    if isinstance(expression, int):
        return {row[expression] for row in rows if row}
    return _all(rows) if expression is None else _chosen(rows, expression)


def _chosen(document: Any, expression: Any) -> Any:
    found = search(str(expression))(document)
    if found is None:
        raise SettingsError(f"value_from: {expression!r} finds nothing")
    return set(found) if isinstance(found, list) else found


def _all(rows: Any) -> set[str]:
    return set(chain.from_iterable(rows))
