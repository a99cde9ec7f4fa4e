"""Runs the benchmarks by name, as in `python -m benchmarks compare`."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from benchmarks.chaos import chaos
from benchmarks.compare import compare
from benchmarks.everything import everything
from benchmarks.measure import REGIONS, Load
from benchmarks.scale import scale
from benchmarks.soak import soak
from benchmarks.table import lines

if TYPE_CHECKING:
    from benchmarks.measure import Measurement
    from benchmarks.table import Bar


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
    comparing = commands.add_parser("compare", parents=[_shared()], help="against boto3 in threads")
    comparing.add_argument("--accounts", type=int, default=50)
    comparing.add_argument("--repeat", type=int, default=1, help="the median run counts")
    scaling = commands.add_parser("scale", parents=[_shared()], help="by number of accounts")
    scaling.add_argument(
        "--sizes", type=int, nargs="+", default=[50, 400], help="2000 takes some minutes"
    )
    commands.add_parser("everything", parents=[_shared()], help="all types of one account")
    weather = commands.add_parser(
        "chaos", parents=[_shared(regions=1, pages=30)], help="in bad weather"
    )
    weather.add_argument("--accounts", type=int, default=20)
    long = commands.add_parser(
        "soak",
        parents=[_shared(latency_ms=0.0, pages=1, items=2)],
        help="memory over a long scan",
    )
    long.add_argument("--accounts", type=int, default=2000)
    return parser


def _measured(
    arguments: argparse.Namespace,
) -> tuple[list[Measurement], list[Bar], list[str]]:
    """Run a benchmark; returns what it measured, its bars, and what else it has to say."""
    load = Load(
        accounts=getattr(arguments, "accounts", 1),
        regions=arguments.regions,
        latency_ms=arguments.latency_ms,
        pages=arguments.pages,
        items=arguments.items,
    )
    if arguments.command in ("chaos", "soak"):
        return (chaos if arguments.command == "chaos" else soak)(load)
    if arguments.command == "compare":
        return *compare(load, arguments.repeat), []
    if arguments.command == "everything":
        return *everything(load), []
    return *scale(load, arguments.sizes), []


def main() -> int:
    arguments = _parser().parse_args()
    runs, bars, notes = _measured(arguments)
    if arguments.json:
        bar_documents = [bar._asdict() | {"kept": bar.kept} for bar in bars]
        document = {"runs": [run.document() for run in runs], "bars": bar_documents}
        document["notes"] = notes
        print(json.dumps(document, indent=2))
    else:
        print(*lines(runs), "", *notes, *bars, sep="\n")
    return int(arguments.check and not all(bar.kept for bar in bars))


if __name__ == "__main__":
    sys.exit(main())
