"""The same job with botocove: its decorator enters every account and region, in threads.

It runs in an environment of its own, with botocove's own boto3.
"""

from __future__ import annotations

import argparse
import threading
from pathlib import Path
from typing import Any

from botocove import cove

from benchmarks.threads_script import list_all

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
            """List everything in one region of one account."""
            account = session.session_information["Id"]
            return list_all(session, account, session.region_name, out, lock)

        found = collect()
    print(sum(each["Result"] for each in found["Results"]), "records")


if __name__ == "__main__":
    main()
