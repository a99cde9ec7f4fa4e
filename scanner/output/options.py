"""How a run is written: the sizes and delays of its files; decides nothing about content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.model.shard import Shard

Compression = Literal["gzip", "none"]

_MIB = 1 << 20


def utc_now() -> datetime:
    """Tell the time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Options:
    """What a writer may be told; a resumed run keeps its own job and compression.

    `shard` is given where the run is split, each time: it says which part is written.
    `unit_bytes` is what an open unit holds in memory before it spills. Finished units of a
    file wait until they make `member_bytes` (both before compression) or the oldest waited
    `member_seconds`. `queue_bytes` and `queue_units` bound everything that waits: beyond them
    `commit` waits too. A new file begins past `file_bytes`.

    Where the output is a store of objects: units are durable there `checkpoint_seconds` or
    `checkpoint_bytes` after they were written to the spool, and the spool holds about
    `spool_bytes` of records: by default half of what is free there, 8 GiB at most.
    """

    job: str = "inventory"
    shard: Shard | None = None
    compression: Compression = "gzip"
    unit_bytes: int = _MIB
    member_bytes: int = _MIB
    member_seconds: float = 2.0
    file_bytes: int = 128 * _MIB
    queue_bytes: int = 8 * _MIB
    queue_units: int = 8192
    checkpoint_seconds: float = 60.0
    checkpoint_bytes: int = 64 * _MIB
    spool_bytes: int | None = None
    clock: Callable[[], datetime] = utc_now
