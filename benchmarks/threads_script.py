"""The script everyone writes: boto3, 32 threads, a client per account, region and service.

It is what the scanner is compared with, so it must stay honest: no sleeps, no needless work.
"""

from __future__ import annotations

import argparse
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import boto3

from benchmarks.workload import LISTINGS

THREADS = 32
ROLE = "Scanner"


def enter(account: str) -> dict[str, str]:
    """Assume the role of one account."""
    answer = (
        boto3.Session()
        .client("sts")
        .assume_role(RoleArn=f"arn:aws:iam::{account}:role/{ROLE}", RoleSessionName="threads")
    )
    return dict(answer["Credentials"])


def scan(
    account: str, region: str, credentials: dict[str, str], out: IO[str], lock: threading.Lock
) -> int:
    """List everything in one region of one account."""
    session = boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=region,
    )
    return list_all(session, account, region, out, lock)


def list_all(session: Any, account: str, region: str, out: IO[str], lock: threading.Lock) -> int:
    """List everything that a session of one region of one account sees, and write it down."""
    clients: dict[str, Any] = {}
    count = 0
    for listing in LISTINGS:
        if listing.service not in clients:
            clients[listing.service] = session.client(listing.service)
        for page in clients[listing.service].get_paginator(listing.operation).paginate():
            where = {"account_id": account, "region": region, "resource_type": listing.type}
            lines = [
                json.dumps({**where, "configuration": item}, default=str) + "\n"
                for item in page[listing.items]
            ]
            with lock:
                out.writelines(lines)
            count += len(lines)
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=Path, required=True, help="a file of account ids")
    parser.add_argument("--regions", required=True, help="separated by commas")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    accounts = arguments.accounts.read_text().split()
    lock = threading.Lock()
    with arguments.out.open("w") as out, ThreadPoolExecutor(THREADS) as pool:
        credentials = dict(zip(accounts, pool.map(enter, accounts), strict=True))
        cells = [
            pool.submit(scan, account, region, credentials[account], out, lock)
            for account in accounts
            for region in arguments.regions.split(",")
        ]
        print(sum(cell.result() for cell in cells), "records")


if __name__ == "__main__":
    main()
