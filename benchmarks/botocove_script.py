"""The same job with botocove: its decorator enters every account and region, in threads.

It runs in an environment of its own, with botocove's own boto3.
"""

from __future__ import annotations

import argparse
import json
import threading
from pathlib import Path
from typing import Any

from botocove import cove

from benchmarks.workload import LISTINGS

THREADS = 32
ROLE = "Scanner"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=Path, required=True, help="a file of account ids")
    parser.add_argument("--regions", required=True, help="separated by commas")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    lock = threading.Lock()
    with arguments.out.open("w") as out:

        @cove(
            target_ids=arguments.accounts.read_text().split(),
            regions=arguments.regions.split(","),
            rolename=ROLE,
            thread_workers=THREADS,
            org_master=False,
            raise_exception=True,
        )
        def collect(session: Any) -> int:
            """List everything in one region of one account, and write it down."""
            where = {"account_id": session.session_information["Id"], "region": session.region_name}
            clients: dict[str, Any] = {}
            count = 0
            for listing in LISTINGS:
                if listing.service not in clients:
                    clients[listing.service] = session.client(listing.service)
                for page in clients[listing.service].get_paginator(listing.operation).paginate():
                    here = {**where, "resource_type": listing.type}
                    lines = [
                        json.dumps({**here, "configuration": item}, default=str) + "\n"
                        for item in page[listing.items]
                    ]
                    with lock:
                        out.writelines(lines)
                    count += len(lines)
            return count

        found = collect()
    print(sum(each["Result"] for each in found["Results"]), "records")


if __name__ == "__main__":
    main()
