"""What throttles taught, as a document that outlives the run; it reads and writes no files."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Scope = tuple[str, str, str]
"""Account id, region, and the bucket that a request draws from there."""

SCHEMA = 1
MOST = 10_000
"""Rates in a document; the worst are kept."""
WHOLE = timedelta(hours=36)
"""What is this young counts whole: the next night starts where the last one ended."""
FORGOTTEN = timedelta(days=7)
"""Until it is this old a rate relaxes to the start; then it is forgotten."""


@dataclass(frozen=True, slots=True)
class Memory:
    """A rate in requests a second, and when it was learned."""

    per_second: float
    at: datetime

    def aged(self, start: float, now: datetime) -> float:
        """Return the rate to begin with: the older, the nearer to the start, by equal factors."""
        part = min(1.0, max(0.0, (now - self.at - WHOLE) / (FORGOTTEN - WHOLE)))
        return math.pow(self.per_second, 1 - part) * math.pow(start, part)


def recalled(document: Mapping[str, Any], now: datetime) -> dict[Scope, Memory]:
    """Read what is not forgotten yet; raises ValueError where the document is another's."""
    if not document:
        return {}
    if document.get("schema") != SCHEMA or not isinstance(document.get("rates"), list):
        raise ValueError("these are no learned rates")
    found: dict[Scope, Memory] = {}
    for each in document["rates"][:MOST]:
        try:
            scope = (str(each["account_id"]), str(each["region"]), str(each["bucket"]))
            memory = Memory(float(each["per_second"]), datetime.fromisoformat(each["learned_at"]))
            sound = 0 < memory.per_second < math.inf and memory.at - now < FORGOTTEN
        except (TypeError, ValueError, KeyError) as exc:
            raise ValueError(f"this is no learned rate: {str(each)[:200]}") from exc
        if sound and now - memory.at < FORGOTTEN:
            found[scope] = memory
    return found


def documented(
    memories: Mapping[Scope, Memory], severity: Callable[[Scope, Memory], float]
) -> dict[str, Any]:
    """Write memories as plain data, the most severe (least) first."""
    worst = sorted(memories, key=lambda scope: (severity(scope, memories[scope]), scope))
    return {"schema": SCHEMA, "rates": [_line(each, memories[each]) for each in worst[:MOST]]}


def _line(scope: Scope, memory: Memory) -> dict[str, Any]:
    account_id, region, bucket = scope
    at = memory.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "account_id": account_id,
        "region": region,
        "bucket": bucket,
        "per_second": round(memory.per_second, 3),
        "learned_at": at,
    }
