"""Runs the benchmarks by name: `python -m benchmarks compare`, `scale` or `everything`."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from benchmarks.compare import compare
from benchmarks.everything import everything
from benchmarks.measure import REGIONS, Load
from benchmarks.scale import scale
from benchmarks.table import lines

if TYPE_CHECKING:
    from benchmarks.measure import Measurement
    from benchmarks.table import Bar


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
    return parser


def _measured(arguments: argparse.Namespace) -> tuple[list[Measurement], list[Bar]]:
    load = Load(
        accounts=getattr(arguments, "accounts", 1),
        regions=arguments.regions,
        latency_ms=arguments.latency_ms,
        pages=arguments.pages,
        items=arguments.items,
    )
    if arguments.command == "compare":
        return compare(load, arguments.repeat)
    return everything(load) if arguments.command == "everything" else scale(load, arguments.sizes)


def main() -> int:
    arguments = _parser().parse_args()
    runs, bars = _measured(arguments)
    if arguments.json:
        bar_documents = [bar._asdict() | {"kept": bar.kept} for bar in bars]
        document = {"runs": [run.document() for run in runs], "bars": bar_documents}
        print(json.dumps(document, indent=2))
    else:
        print(*lines(runs), "", *bars, sep="\n")
    return int(arguments.check and not all(bar.kept for bar in bars))


if __name__ == "__main__":
    sys.exit(main())
