"""Runs the benchmarks by name: `python -m benchmarks compare`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.chaos import chaos
from benchmarks.compare import compare
from benchmarks.everything import everything
from benchmarks.floor import floor
from benchmarks.judging import judging
from benchmarks.measure import REGIONS, Load
from benchmarks.morning import morning
from benchmarks.others import others
from benchmarks.profile import profile
from benchmarks.scale import scale
from benchmarks.scaling import scaling
from benchmarks.soak import soak
from benchmarks.startup import startup
from benchmarks.table import Report, of_runs
from benchmarks.throttled import throttled
from benchmarks.workers import workers

Measure = Callable[["Load", argparse.Namespace], Report]


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
    commands = parser.add_subparsers(required=True)

    def add(
        name: str, purpose: str, measure: Measure, **defaults: float
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, parents=[_shared(**defaults)], help=purpose)
        command.set_defaults(measure=measure)
        return command

    command = add("compare", "against boto3 and threads", lambda load, given: of_runs(
        *compare(load, given.repeat, others(given.others) if given.others else ())))  # fmt: skip
    command.add_argument("--accounts", type=int, default=50)
    command.add_argument(
        "--others", type=Path, metavar="DIR", help="c7n-org and botocove too, installed in DIR"
    )
    command.add_argument("--repeat", type=int, default=1, help="the median run counts")
    command = add("scale", "by number of accounts", lambda load, given: of_runs(
        *scale(load, given.sizes)))  # fmt: skip
    command.add_argument(
        "--sizes", type=int, nargs="+", default=[50, 400], help="2000 takes some minutes"
    )
    add("everything", "all types of one account", lambda load, _: of_runs(*everything(load)))
    add("makespan", "how soon the night ends", _makespan).add_argument(
        "--accounts", type=int, default=100)  # fmt: skip
    add("morning", "what is done with a run", lambda _, given: morning(given.records)).add_argument(
        "--records", type=int, default=1_000_000)  # fmt: skip
    add("check", "a hundred controls", lambda load, _: judging(load), latency_ms=2.0, items=50,
        ).add_argument("--accounts", type=int, default=20)  # fmt: skip
    add("startup", "until a command says something", lambda _, __: startup())
    command = add("profile", "where the CPU goes", lambda load, _: profile(load))
    command.add_argument("--accounts", type=int, default=50)
    command = add("floor", "against bare aiohttp", lambda load, given: floor(
        load, given.repeat), pages=1, items=1)  # fmt: skip
    command.add_argument("--repeat", type=int, default=5, help="rounds, of which the median counts")
    command = add("throttled", "one account of 20", lambda load, given: of_runs(
        *throttled(load, given.repeat)))  # fmt: skip
    command.add_argument("--repeat", type=int, default=1, help="the best run counts")
    command = add("chaos", "in bad weather", lambda load, _: chaos(load), regions=1, pages=30)
    command.add_argument("--accounts", type=int, default=20)
    command = add("soak", "memory over a long scan", lambda load, _: soak(load),
                  latency_ms=0.0, pages=1, items=2)  # fmt: skip
    command.add_argument("--accounts", type=int, default=2000)
    command = add("workers", "by one process and by two", lambda load, given: workers(
        load, given.repeat), latency_ms=2.0)  # fmt: skip
    command.add_argument("--accounts", type=int, default=400)
    command.add_argument("--repeat", type=int, default=1, help="the median run counts")
    add("scaling", "what 10,000 accounts cost", lambda load, given: scaling(
        load, kept=given.kept), regions=2, latency_ms=2.0, pages=1).add_argument(
        "--kept", action="store_true", help="by the figures of scaling.json")  # fmt: skip
    return parser


def _load(arguments: argparse.Namespace) -> Load:
    return Load(
        accounts=getattr(arguments, "accounts", 1),
        regions=arguments.regions,
        latency_ms=arguments.latency_ms,
        pages=arguments.pages,
        items=arguments.items,
    )


def _makespan(load: Load, _: argparse.Namespace) -> Report:
    from benchmarks.makespan import makespan  # noqa: PLC0415 — the others measure memory

    return makespan(load.accounts, load.regions)


def main() -> int:
    arguments = _parser().parse_args()
    report: Report = arguments.measure(_load(arguments), arguments)
    if arguments.json:
        bars = [bar._asdict() | {"kept": bar.kept} for bar in report.bars]
        print(json.dumps(report.document | {"bars": bars}, indent=2))
    else:
        print(*report.lines, "", *report.bars, sep="\n")
    return int(arguments.check and not all(bar.kept for bar in report.bars))


if __name__ == "__main__":
    sys.exit(main())
