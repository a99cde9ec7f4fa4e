"""Runs the benchmarks by name: `python -m benchmarks compare`."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from benchmarks.chaos import chaos
from benchmarks.compare import compare
from benchmarks.everything import everything
from benchmarks.measure import REGIONS, Load
from benchmarks.morning import morning
from benchmarks.profile import profile
from benchmarks.scale import scale
from benchmarks.soak import soak
from benchmarks.table import of_runs
from benchmarks.throttled import throttled

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.table import Report


def _shared(**defaults: float) -> argparse.ArgumentParser:
    """Make the options that all benchmarks have; a parent's defaults are its children's too."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--regions", type=int, default=4, choices=range(1, len(REGIONS) + 1))
    shared.add_argument("--latency-ms", type=float, default=30.0)
    shared.add_argument("--pages", type=int, default=2)
    shared.add_argument("--items", type=int, default=5)
    shared.add_argument("--json", action="store_true", help="print JSON instead")
    shared.add_argument("--check", action="store_true", help="exit with 1 where a bar is missed")
    shared.set_defaults(**defaults)
    return shared


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shared = _shared()
    comparing = commands.add_parser("compare", parents=[shared], help="against boto3 and threads")
    comparing.add_argument("--accounts", type=int, default=50)
    comparing.add_argument("--repeat", type=int, default=1, help="the median run counts")
    scaling = commands.add_parser("scale", parents=[shared], help="by number of accounts")
    scaling.add_argument(
        "--sizes", type=int, nargs="+", default=[50, 400], help="2000 takes some minutes"
    )
    commands.add_parser("everything", parents=[shared], help="all types of one account")
    nights = commands.add_parser("morning", parents=[shared], help="what is done with a run")
    nights.add_argument("--records", type=int, default=1_000_000)
    profiling = commands.add_parser("profile", parents=[shared], help="where the CPU goes")
    profiling.add_argument("--accounts", type=int, default=50)
    weather = commands.add_parser(
        "chaos", parents=[_shared(regions=1, pages=30)], help="in bad weather"
    )
    weather.add_argument("--accounts", type=int, default=20)
    long = _shared(latency_ms=0.0, pages=1, items=2)
    soaking = commands.add_parser("soak", parents=[long], help="memory over a long scan")
    soaking.add_argument("--accounts", type=int, default=2000)
    throttling = commands.add_parser("throttled", parents=[shared], help="one account of 20")
    throttling.add_argument("--repeat", type=int, default=1, help="the best run counts")
    return parser


def _measured(arguments: argparse.Namespace) -> Report:
    load = Load(
        accounts=getattr(arguments, "accounts", 1),
        regions=arguments.regions,
        latency_ms=arguments.latency_ms,
        pages=arguments.pages,
        items=arguments.items,
    )
    reports: dict[str, Callable[[], Report]] = {
        "chaos": lambda: chaos(load),
        "compare": lambda: of_runs(*compare(load, arguments.repeat)),
        "everything": lambda: of_runs(*everything(load)),
        "morning": lambda: morning(arguments.records),
        "profile": lambda: profile(load),
        "scale": lambda: of_runs(*scale(load, arguments.sizes)),
        "soak": lambda: soak(load),
        "throttled": lambda: of_runs(*throttled(load, arguments.repeat)),
    }
    return reports[arguments.command]()


def main() -> int:
    arguments = _parser().parse_args()
    report = _measured(arguments)
    if arguments.json:
        bars = [bar._asdict() | {"kept": bar.kept} for bar in report.bars]
        print(json.dumps(report.document | {"bars": bars}, indent=2))
    else:
        print(*report.lines, "", *report.bars, sep="\n")
    return int(arguments.check and not all(bar.kept for bar in report.bars))


if __name__ == "__main__":
    sys.exit(main())
