"""Pass over the records of a run: how they are tagged, and those that a table shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from scanner.analysis.report.tables import Column, Words, as_table

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_KEYS = 2000
"""Keys of tags that are counted one by one; what comes later counts as others."""

_TYPES = (
    Column("Type"), Column("Resources", "bar"), Column("Tags read", "number"),
    Column("Tagged", "number"), Column("Share", "percent"),
)  # fmt: skip
_KEYS = (Column("Key"), Column("Resources", "bar"), Column("Share", "percent"))


class Tags:
    """How many resources have tags at all, and which keys; resources of unknown tags apart."""

    def __init__(self) -> None:
        self._types: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        self._keys: Counter[str] = Counter()
        self._other = 0

    def add(self, record: Mapping[str, Any]) -> None:
        """Count a record."""
        figures, tags = self._types[record["resource_type"]], record["tags"]
        figures[0] += 1
        if tags is None:
            return
        figures[1] += 1
        figures[2] += bool(tags)
        for key in tags:
            if key in self._keys or len(self._keys) < MOST_KEYS:
                self._keys[key] += 1
            else:
                self._other += 1

    def document(self) -> dict[str, Any]:
        """Lay out the totals, by type and by key."""
        found, read, tagged = map(sum, zip((0, 0, 0), *self._types.values(), strict=True))
        types = (
            (name, *figures, _percent(figures[2], figures[1]))
            for name, figures in sorted(self._types.items(), key=lambda item: -item[1][0])
        )
        keys = ((key, count, _percent(count, read)) for key, count in self._keys.most_common())
        return {
            "resources": found,
            "read": read,
            "tagged": tagged,
            "percent": _percent(tagged, read),
            "other": self._other,
            "types": as_table(_TYPES, types),
            "keys": as_table(_KEYS, keys),
        }


class Rows:
    """The records that the table of the inventory shows: of every type its share of `most`.

    `found` tells how many records each type has, by the ledger.
    """

    def __init__(self, most: int, found: Mapping[str, int]) -> None:
        total = sum(found.values())
        self._left = {
            name: count if total <= most else -(-most * count // total)
            for name, count in found.items()
        }
        self._most = most
        self._words = {name: Words() for name in ("resource_type", "account_id", "region")}
        self._texts: dict[str, list[str | None]] = {
            name: [] for name in ("resource_id", "resource_name", "created_at")
        }
        self._tags: list[str | None] = []

    def __len__(self) -> int:
        return len(self._tags)

    def add(self, record: Mapping[str, Any]) -> None:
        """Take a record, while there is room for its type."""
        left = self._left.get(record["resource_type"], 0)
        if left <= 0 or len(self) >= self._most:
            return
        self._left[record["resource_type"]] = left - 1
        for name, words in self._words.items():
            words.add(record[name])
        for name, texts in self._texts.items():
            texts.append(record[name])
        self._tags.append(_as_text(record["tags"]))

    def table(self) -> dict[str, Any]:
        """Lay the rows out by columns; a name that only repeats the id is left out."""
        names = (
            None if name == known_as else name
            for name, known_as in zip(
                self._texts["resource_name"], self._texts["resource_id"], strict=True
            )
        )
        texts = {
            "Id": self._texts["resource_id"], "Name": list(names),
            "Created": self._texts["created_at"], "Tags": self._tags,
        }  # fmt: skip
        words = {"Type": "resource_type", "Account": "account_id", "Region": "region"}
        columns = [self._words[name].as_column(title) for title, name in words.items()]
        columns += [
            {"title": title, "kind": "tags" if title == "Tags" else "text", "values": values}
            for title, values in texts.items()
        ]
        return {"columns": columns}


def _as_text(tags: Mapping[str, str] | None) -> str | None:
    return None if tags is None else ", ".join(f"{key}={value}" for key, value in tags.items())


def _percent(part: int, whole: int) -> float | None:
    return 100.0 * part / whole if whole else None
