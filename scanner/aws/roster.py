"""Read files of accounts: text, CSV, JSON, YAML, c7n-org's; parses and checks, never asks AWS."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import yaml

from scanner.model.errors import SettingsError
from scanner.model.target import Account, Candidate, is_account_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

_ID_KEYS = ("accountid", "id", "account")
_ID_COLUMNS = "account_id, id or account"
_FEWEST_DIGITS = 9
"""A shorter number did not lose its leading zeros: it is something else, a row's number."""

_ROLE = re.compile(
    r"(?:arn:(?P<partition>[a-z-]+|\{partition\}):iam::(?P<account>[0-9]{12}|\{account\}):role/)?"
    r"[\w+=,.@/-]+",
    re.ASCII,
)
_ROUNDED = re.compile(r"[0-9][.,][0-9]+E\+?[0-9]+", re.IGNORECASE)
_YAML_START = re.compile(r"^(?:---|accounts\s*:|- )", re.IGNORECASE | re.MULTILINE)


class _Digits(str):
    """Digits that stood unquoted: a number, which may have lost its leading zeros."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """One account of a file as it was written, and where."""

    where: str
    fields: Mapping[str, Any]

    def first(self, *keys: str) -> Any:
        """Return the first field that is there."""
        return next((self.fields[key] for key in keys if key in self.fields), None)

    def text(self, *keys: str) -> str | None:
        """Return a field that is one piece of text; blank is absent."""
        value = self.first(*keys) or ""
        if not isinstance(value, str):
            raise SettingsError(f"{self.where}: {keys[0]} is not text")
        return str(value).strip() or None

    def texts(self, separators: str, *keys: str) -> tuple[str, ...]:
        """Return a field that is a list of texts, or one text with separators in it."""
        value = self.first(*keys) or ()
        if isinstance(value, str):
            value = re.split(f"[{separators}]+", value)
        if not all(isinstance(each, str) for each in _listed(value, self.where, keys[0])):
            raise SettingsError(f"{self.where}: {keys[0]} is not a list of texts")
        return tuple(str(each).strip() for each in value if each.strip())


def read_accounts(path: Path, *, partition: str = "aws") -> tuple[Candidate, ...]:
    """Read a file of accounts; blocks, so call it in a thread. Raises SettingsError."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as exc:
        raise SettingsError(f"{path}: not UTF-8 text (byte {exc.start + 1})") from exc
    except OSError as exc:
        raise SettingsError(f"{path}: can't be read: {exc.strerror}") from exc
    return parse_accounts(text, str(path), partition=partition)


def parse_accounts(text: str, name: str, *, partition: str = "aws") -> tuple[Candidate, ...]:
    """Parse a list of accounts; `name` tells the format by its extension, else the content.

    An account whose state or status is given and not ACTIVE is left out, with the reason.
    `partition` is that of accounts that don't tell theirs. Raises SettingsError.
    """
    text = text.removeprefix("\ufeff")
    found: dict[str, tuple[Candidate, str]] = {}
    for entry in _reader(text, name)(text, name):
        candidate = _candidate(entry, name, partition)
        known, where = found.setdefault(candidate.account.id, (candidate, entry.where))
        if known != candidate:
            message = f"{candidate.account.id} has other settings than in {where}"
            raise SettingsError(f"{entry.where}: {message}")
    if not found:
        raise SettingsError(f"{name}: no account in it")
    return tuple(candidate for candidate, _ in found.values())


def _reader(text: str, name: str) -> Callable[[str, str], Iterable[_Entry]]:
    readers = {".json": _json, ".yaml": _yaml, ".yml": _yaml, ".csv": _csv, ".tsv": _csv}
    start = text.lstrip()
    if not start:
        return _text
    if reader := readers.get(PurePath(name).suffix.lower()):
        return reader
    if start[0] in "{[":
        return _json
    if _YAML_START.search(text):
        return _yaml
    header = {_key(cell) for cell in re.split(r"[,;\t]", _first_line(text))}
    return _text if header.isdisjoint(_ID_KEYS) else _csv


def _text(text: str, name: str) -> Iterable[_Entry]:
    for number, line in enumerate(text.splitlines(), 1):
        for word in re.split(r"[\s,;]+", line.partition("#")[0]):
            if word:
                yield _Entry(f"{name}: line {number}", {"id": word})


def _csv(text: str, name: str) -> Iterable[_Entry]:
    rows = _rows(text, name)
    if not rows:
        return
    line, first = rows[0]
    header = [_key(cell) for cell in first]
    if not set(header).isdisjoint(_ID_KEYS):
        rows = rows[1:]
    elif first[0][:1].isdigit():
        header = ["id"] + [""] * max(len(row) for _, row in rows)
    else:
        raise SettingsError(f"{name}: line {line}: no id column ({_ID_COLUMNS})")
    for line, row in rows:
        where = f"{name}: line {line}"
        if len(row) > len(header):
            raise SettingsError(f"{where}: more cells than columns: quote separators in a cell")
        cells = zip(header, row, strict=False)  # a row may end early
        yield _Entry(where, {key: _cell(cell) for key, cell in cells if cell})


def _rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    """Read the rows that hold something, with their line numbers, without trailing blanks."""
    delimiter = max(",;\t", key=_first_line(text).count)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    rows = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells and not cells[0].startswith("#"):
                rows.append((reader.line_num, cells))
    except csv.Error as exc:
        raise SettingsError(f"{name}: line {reader.line_num}: bad CSV: {exc}") from exc
    return rows


def _first_line(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "")


def _cell(cell: str) -> str:
    return _Digits(cell) if re.fullmatch(r"[0-9]+(?:\.0)?", cell) else cell


def _json(text: str, name: str) -> Iterable[_Entry]:
    try:
        document = json.loads(text, parse_int=_Digits)
    except (json.JSONDecodeError, RecursionError) as exc:
        raise SettingsError(f"{name}: bad JSON: {exc}") from exc
    return _entries(document, name)


class _Loader(yaml.SafeLoader):
    """Builds texts, lists, maps and nulls only: to YAML, 012345670123 is an octal number."""


_Loader.yaml_implicit_resolvers = {
    start: [each for each in resolvers if each[0].endswith((":null", ":merge"))]
    for start, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.yaml_constructors = {
    tag: make
    for tag, make in yaml.SafeLoader.yaml_constructors.items()
    if tag is None or tag.endswith((":null", ":str", ":seq", ":map"))
}
_Loader.add_implicit_resolver("!digits", re.compile(r"[0-9]+$"), list("0123456789"))
_Loader.add_constructor("!digits", lambda _, node: _Digits(node.value))


def _yaml(text: str, name: str) -> Iterable[_Entry]:
    try:
        document = yaml.load(text, _Loader)  # noqa: S506 — a SafeLoader that builds even less
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise SettingsError(f"{name}: {line}bad YAML: {exc.problem or exc.context}") from exc
    except (yaml.YAMLError, RecursionError) as exc:
        raise SettingsError(f"{name}: bad YAML: {str(exc).splitlines()[0]}") from exc
    return _entries(document, name)


def _entries(document: Any, name: str) -> Iterable[_Entry]:
    if isinstance(document, dict):
        document = {_key(key): value for key, value in document.items()}.get("accounts", document)
    if not isinstance(document or [], list):
        raise SettingsError(f"{name}: neither a list of accounts nor a map with one in `accounts`")
    for number, item in enumerate(document or [], 1):
        fields = item if isinstance(item, dict) else {"id": item}
        present = {_key(key): value for key, value in fields.items() if value is not None}
        yield _Entry(f"{name}: entry {number}", present)


def _listed(value: Any, where: str, what: str) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise SettingsError(f"{where}: {what} is not a list")
    return value


def _key(name: Any) -> str:
    return re.sub(r"[\s_-]", "", str(name)).lower()


def _candidate(entry: _Entry, name: str, partition: str) -> Candidate:
    account_id = _account_id(entry)
    roles = entry.texts(r"\s;|", "role", "roles")
    account = Account(
        id=account_id,
        name=entry.text("name", "accountname"),
        partition=_partition(entry, account_id, roles) or partition,
        tags=_tags(entry),
        roles=roles,
        regions=entry.texts(r"\s,;|", "regions", "region"),
        external_id=entry.text("externalid"),
    )
    state = (entry.text("state", "status") or "ACTIVE").upper()
    if state != "ACTIVE":
        return Candidate(account, included=False, reason=f"state is {state} in {name}")
    return Candidate(account, included=True, reason=f"given in {name}")


def _account_id(entry: _Entry) -> str:
    value = entry.first(*_ID_KEYS)
    if value is None:
        raise SettingsError(f"{entry.where}: no account id ({_ID_COLUMNS})")
    text = str(value).strip()
    if isinstance(value, _Digits):
        text = text.removesuffix(".0")
        text = text.zfill(12) if len(text) >= _FEWEST_DIGITS else text
    if not is_account_id(text):
        rounded = _ROUNDED.fullmatch(text)
        hint = "; a spreadsheet rounded it: format the column as text" if rounded else ""
        raise SettingsError(f"{entry.where}: {text[:40]!r} is not an account id (12 digits){hint}")
    return text


def _partition(entry: _Entry, account_id: str, roles: tuple[str, ...]) -> str | None:
    """Find the partition that an entry tells by itself or by the ARNs of its roles."""
    told = {entry.text("partition")}
    owner = None
    for role in roles:
        match = _ROLE.fullmatch(role)
        if match is None:
            raise SettingsError(f"{entry.where}: {role!r} is neither a role name nor a role ARN")
        told.add(match["partition"])
        owner = match["account"]
    told -= {None, "{partition}"}  # a template tells nothing
    if len(told) > 1:
        raise SettingsError(f"{entry.where}: more than one partition: {', '.join(map(str, told))}")
    if owner not in (None, "{account}", account_id):
        raise SettingsError(f"{entry.where}: role {roles[-1]} is not in account {account_id}")
    return told.pop() if told else None


def _tags(entry: _Entry) -> dict[str, str] | None:
    """Read tags as a map, as AWS's Key and Value pairs, or as c7n-org's `key:value` texts."""
    value = entry.first("tags")
    if value is None:
        return None
    if isinstance(value, dict):
        return {str(key): _tag_value(entry, each) for key, each in value.items()}
    pairs = value.split(";") if isinstance(value, str) else _listed(value, entry.where, "tags")
    return dict(_tag(entry, pair) for pair in pairs if pair)


def _tag(entry: _Entry, pair: Any) -> tuple[str, str]:
    if isinstance(pair, dict) and "Key" in pair:
        return str(pair["Key"]), _tag_value(entry, pair.get("Value"))
    key, _, value = _tag_value(entry, pair).partition(":")
    return key.strip(), value.strip()


def _tag_value(entry: _Entry, value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise SettingsError(f"{entry.where}: a tag is not text")
    return str(value or "")
