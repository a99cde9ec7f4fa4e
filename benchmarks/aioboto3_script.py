"""The same script in asyncio: stock aioboto3, a session an account, a client for each place in it.

It is what the scanner is compared with, so it must stay honest: no sleeps, no needless work.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path
from typing import IO, Any

import aioboto3

from benchmarks.workload import LISTINGS

ROLE = "Scanner"
AT_ONCE = 32
"""Accounts and regions in work together, as many as the other script has threads."""


async def enter(account: str) -> aioboto3.Session:
    """Assume the role of one account."""
    async with aioboto3.Session().client("sts") as sts:
        role = f"arn:aws:iam::{account}:role/{ROLE}"
        answer = await sts.assume_role(RoleArn=role, RoleSessionName="aioboto3")
    keys = answer["Credentials"]
    return aioboto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


async def scan(session: aioboto3.Session, account: str, region: str, out: IO[str]) -> int:
    """List everything in one region of one account, and write it down."""
    count = 0
    services: dict[str, list[Any]] = {}
    for listing in LISTINGS:
        services.setdefault(listing.service, []).append(listing)
    for service, listings in services.items():
        async with session.client(service, region_name=region) as client:
            for listing in listings:
                where = {"account_id": account, "region": region, "resource_type": listing.type}
                async for page in client.get_paginator(listing.operation).paginate():
                    items = page[listing.items]
                    out.writelines(
                        json.dumps({**where, "configuration": item}, default=str) + "\n"
                        for item in items
                    )
                    count += len(items)
    return count


async def run(accounts: list[str], regions: list[str], out: IO[str]) -> int:
    """Work through all accounts and regions, some at a time."""
    turns = asyncio.Semaphore(AT_ONCE)
    counts = []

    async def visit(account: str) -> None:
        async with turns:
            session = await enter(account)
        async with asyncio.TaskGroup() as tasks:
            for region in regions:
                tasks.create_task(cell(session, account, region))

    async def cell(session: aioboto3.Session, account: str, region: str) -> None:
        async with turns:
            counts.append(await scan(session, account, region, out))

    async with asyncio.TaskGroup() as tasks:
        for account in accounts:
            tasks.create_task(visit(account))
    return sum(counts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=Path, required=True, help="a file of account ids")
    parser.add_argument("--regions", required=True, help="separated by commas")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    accounts = arguments.accounts.read_text().split()
    with arguments.out.open("w") as out:
        print(asyncio.run(run(accounts, arguments.regions.split(","), out)), "records")


if __name__ == "__main__":
    main()
