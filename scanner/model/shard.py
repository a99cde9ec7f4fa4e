"""The share of a run that one process of several takes; pure, no I/O."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

MOST_SHARDS = 10_000
"""As many as an AWS Batch array job has children at most."""

_TEXT = re.compile(r"([0-9]{1,5})/([0-9]{1,5})")


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """One of `count` shards, the `index`-th, counted from 1; written `2/3`.

    An account is in the shard `SHA-256(account id)`, its first eight bytes as a big-endian
    number, modulo `count`, plus 1. That stays so for ever: shards of one run agree on it
    without talking to each other, whichever version each of them is.
    """

    index: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_SHARDS:
            raise ValueError(f"there can be 1 to {MOST_SHARDS} shards, not {self.count}")
        if not 1 <= self.index <= self.count:
            raise ValueError(
                f"shards count from 1: {self.index}/{self.count} is not among "
                f"1/{self.count} … {self.count}/{self.count}"
            )

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read `2/3`; raises ValueError for anything else."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a shard: I/N, as in 1/3, 2/3, 3/3")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def all(cls, count: int) -> tuple[Shard, ...]:
        """Return every shard of a run that has so many."""
        return tuple(cls(index, count) for index in range(1, count + 1))

    @classmethod
    def of(cls, account_id: str, count: int) -> Shard:
        """Return the one of `count` shards that an account is in."""
        digest = hashlib.sha256(account_id.encode()).digest()
        return cls(int.from_bytes(digest[:8], "big") % count + 1, count)

    def holds(self, account_id: str) -> bool:
        """Say whether an account is in this shard; every account is in exactly one."""
        return Shard.of(account_id, self.count) == self
