"""Runs the fake as a process of its own; prints its address and organization as one JSON line."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from benchmarks.fake_aws import Options, Organization, Rule, Throttle, Volume, serve
from benchmarks.fake_aws.organization import REGIONS


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks.fake_aws", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--accounts", type=int, default=3)
    parser.add_argument("--regions", type=lambda text: tuple(text.split(",")), default=REGIONS)
    parser.add_argument("--units", type=int, default=0)
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--pages", type=int, default=1)
    parser.add_argument("--items", type=int, default=2)
    parser.add_argument("--throttle", metavar="RATE:BURST[:ACCOUNT]")
    parser.add_argument("--rule", action="append", default=[], metavar="JSON", type=json.loads)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verify", action="store_true", help="check every signature")
    return parser.parse_args()


def _options(arguments: argparse.Namespace) -> Options:
    rate, burst, *account = (arguments.throttle or ":").split(":")
    return Options(
        latency=arguments.latency_ms / 1000,
        volume=Volume(arguments.pages, arguments.items),
        throttle=Throttle(float(rate), float(burst), *account) if rate else None,
        verify=arguments.verify,
        seed=arguments.seed,
    )


async def _run(arguments: argparse.Namespace) -> None:
    organization = Organization.of(
        arguments.accounts, regions=arguments.regions, units=arguments.units
    )
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serve(organization, _options(arguments), port=arguments.port) as fake:
        fake.faults.add(*map(Rule.parse, arguments.rule))
        hello = {
            "url": fake.url,
            "accounts": organization.account_ids,
            "regions": organization.regions,
            "access_key_id": organization.key,
            "secret_access_key": organization.secret,
        }
        sys.stdout.write(json.dumps(hello) + "\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_run(_arguments()))
