"""Scans in this process under a sampling profiler, next to a heartbeat; prints JSON.

`python -m benchmarks.witness OPTIONS-AS-JSON`: the options are `scanner.scan()`'s.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import anyio
from pyinstrument import Profiler

import scanner
import scanner.cli.running  # what the command has loaded when it looks at garbage for the last time
from scanner.app.garbage import collect_less

if TYPE_CHECKING:
    from pyinstrument.frame import Frame

LAYERS = {
    "botocore/parsers.py": "parsing answers",
    "scanner/aws/answers.py": "parsing answers",
    "botocore/auth.py": "signing",
    "aiobotocore/signers.py": "signing",
    "botocore/credentials.py": "signing",
    "botocore/": "building requests",
    "aiobotocore/httpsession.py": "HTTP",
    "aiobotocore/": "building requests",
    "aiohttp/": "HTTP",
    "yarl/": "HTTP",
    "asyncio/selector_events.py": "HTTP",
    "asyncio/sslproto.py": "HTTP",
    "scanner/aws/": "gate, limits, paging",
    "scanner/engine/redact.py": "redaction",
    "scanner/engine/": "engine",
    "scanner/output/": "output",
    "scanner/": "the rest of scanner",
}
"""Whose time a frame is, by a part of its file's path; the first that fits decides."""

IDLE = ("select", "poll", "epoll")
BEAT = 0.002


def layer_of(path: str) -> str | None:
    """Name the layer of a source file; None for what works for whoever calls it."""
    return next((layer for part, layer in LAYERS.items() if part in path), None)


def add_up(frame: Frame, layer: str, totals: dict[str, float]) -> None:
    """Give each frame's own time to its layer, or to that of the nearest caller with one."""
    layer = layer_of(frame.file_path or "") or layer
    if frame.function not in IDLE:
        own = frame.time - sum(child.time for child in frame.children)
        totals[layer] = totals.get(layer, 0.0) + own
    for child in frame.children:
        add_up(child, layer, totals)


async def _beat(lags: list[float]) -> None:
    while True:
        due = time.perf_counter() + BEAT
        await anyio.sleep(BEAT)
        lags.append(time.perf_counter() - due)


async def _watched(options: dict[str, Any], lags: list[float]) -> Any:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_beat, lags)
        summary = await scanner.scan(**options)
        tasks.cancel_scope.cancel()
    return summary


def main() -> None:
    """Scan twice: once for the time that the loop is late, once for where the CPU goes."""
    options: dict[str, Any] = json.loads(sys.argv[1])
    lags: list[float] = []
    collect_less()  # as the command does
    before = time.process_time()
    summary = anyio.run(_watched, options | {"out": "lag"}, lags)
    cpu = time.process_time() - before
    profiler = Profiler(interval=0.001, async_mode="disabled")
    with profiler:
        anyio.run(_watched, options | {"out": "profile"}, [])
    totals: dict[str, float] = {}
    root = profiler.last_session.root_frame() if profiler.last_session else None
    if root is not None:
        add_up(root, "loop and start", totals)
    cuts = statistics.quantiles(lags, n=1000)
    print(
        json.dumps(
            {
                "requests": summary.manifest["requests"],
                "records": summary.manifest["records"],
                "cpu_s": cpu,
                "layers_s": totals,
                "lag_ms": {"p50": cuts[499] * 1e3, "p99": cuts[989] * 1e3, "most": max(lags) * 1e3},
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
