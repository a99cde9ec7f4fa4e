"""Show a record as Custodian describes a resource; what was not read is unknown, not absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.model.errors import TaskError

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_values
    from collections.abc import Iterator

    from scanner.model.record import Record

_TAGS = "Tags"


class Described(dict[str, Any]):
    """A resource's members, its details by name, and its tags as a list of keys and values.

    To ask for a detail or for tags that could not be read raises TaskError: whoever asks can't
    take "unknown" for "none". To ask for all members does so if anything was not read, and
    so does to ask for a member that is not there where a call that gives members failed.
    """

    __slots__ = ("account_id", "partial", "unread")

    def __init__(self, members: dict[str, Any], account_id: str, unread: frozenset[str]) -> None:
        super().__init__(members)
        self.account_id = account_id
        self.unread = unread
        self.partial = sorted(unread - members.keys() - {_TAGS})

    def __getitem__(self, name: str) -> Any:
        self._need(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._need(name)
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a member, or the default where there is none."""
        self._need(name)
        return super().get(name, default)

    def values(self) -> dict_values[str, Any]:
        """Return every member's value."""
        self._need_all()
        return super().values()

    def items(self) -> dict_items[str, Any]:
        """Return every member."""
        self._need_all()
        return super().items()

    def __iter__(self) -> Iterator[str]:
        self._need_all()
        return super().__iter__()

    def _need(self, name: object) -> None:
        if name in self.unread:
            raise TaskError(f"{name} could not be read")
        if self.partial and not super().__contains__(name):
            raise TaskError(f"{name} is unknown: {self.partial[0]} could not be read")

    def _need_all(self) -> None:
        for name in sorted(self.unread):
            self._need(name)


def describe(record: Record) -> Described:
    """Describe a record's resource."""
    unread = frozenset(record.unread)
    members = {**record.configuration, **record.supplementary}
    if record.tags is None:
        members.pop(_TAGS, None)
        unread |= {_TAGS}
    else:
        members[_TAGS] = [{"Key": key, "Value": value} for key, value in record.tags.items()]
    return Described(members, record.account_id, unread)
