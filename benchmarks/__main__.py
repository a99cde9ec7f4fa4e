"""Runs the benchmarks by name: `python -m benchmarks compare`."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from benchmarks.compare import compare
from benchmarks.everything import everything
from benchmarks.floor import floor
from benchmarks.measure import REGIONS, Load
from benchmarks.morning import morning
from benchmarks.profile import profile
from benchmarks.scale import scale
from benchmarks.table import of_runs

if TYPE_CHECKING:
    from benchmarks.table import Report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--regions", type=int, default=4, choices=range(1, len(REGIONS) + 1))
    shared.add_argument("--latency-ms", type=float, default=30.0)
    shared.add_argument("--pages", type=int, default=2)
    shared.add_argument("--items", type=int, default=5)
    shared.add_argument("--json", action="store_true", help="print JSON instead")
    shared.add_argument("--check", action="store_true", help="exit with 1 where a bar is missed")
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
    bare = commands.add_parser("floor", parents=[shared], help="against bare aiohttp")
    bare.add_argument("--repeat", type=int, default=5, help="rounds, of which the median counts")
    return parser


def _measured(arguments: argparse.Namespace) -> Report:
    load = Load(
        accounts=getattr(arguments, "accounts", 1),
        regions=arguments.regions,
        latency_ms=arguments.latency_ms,
        pages=arguments.pages,
        items=arguments.items,
    )
    if arguments.command == "morning":
        return morning(arguments.records)
    if arguments.command == "profile":
        return profile(load)
    if arguments.command == "floor":
        return floor(load, arguments.repeat)
    if arguments.command == "compare":
        return of_runs(*compare(load, arguments.repeat))
    if arguments.command == "everything":
        return of_runs(*everything(load))
    return of_runs(*scale(load, arguments.sizes))


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
