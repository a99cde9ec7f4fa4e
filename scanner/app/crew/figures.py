"""The traffic of several processes as that of one; it makes none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scanner.aws.gate import Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping

_COUNTS = ("requests", "throttles", "retries", "in_flight")


def traffic_to_plain(traffic: Traffic) -> dict[str, Any]:
    """Write one process's totals as plain data."""
    counts = {name: getattr(traffic, name) for name in _COUNTS}
    return counts | {"latency": traffic.latency.counts, "throttled": traffic.throttled}


@dataclass(slots=True)
class Share:
    """What one process last told of its traffic, as a part of `whole`."""

    whole: Traffic
    _told: Mapping[str, Any] = field(default_factory=lambda: traffic_to_plain(Traffic()))

    def tell(self, told: Mapping[str, Any]) -> None:
        """Bring the whole up to date by what the process says of itself by now."""
        before, self._told = self._told, told
        whole = self.whole
        for name in _COUNTS:
            setattr(whole, name, getattr(whole, name) + told[name] - before[name])
        pairs = zip(told["latency"], before["latency"], strict=True)
        for bucket, (now, then) in enumerate(pairs):
            whole.latency.counts[bucket] += now - then
        whole.throttled.update(Counter(told["throttled"]) - Counter(before["throttled"]))

    def close(self) -> None:
        """Take what is on its way out of the whole: the process is gone."""
        self.whole.in_flight -= self._told["in_flight"]
        self._told = traffic_to_plain(Traffic())
