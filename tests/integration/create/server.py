"""The child process of these tests: moto, empty, with accounts that can be entered; loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import threading

from moto.iam.models import iam_backends

from scanner.simulation.gate import Gate
from scanner.simulation.geography import Geography
from scanner.simulation.organization import ACCESS_KEY, MANAGEMENT_ID
from scanner.simulation.server import _die_with_parent, _Moto, _run
from tests.integration.create.place import ROLE


def main() -> None:
    accounts, regions = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_die_with_parent, daemon=True).start()
    output = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):  # moto prints what it can't route
        for account in accounts:
            iam_backends[account]["aws"].create_role(ROLE, "{}", "/", None, "", [], 3600)
        keys = {ACCESS_KEY: MANAGEMENT_ID}
        gate = Gate(_Moto(), Geography(tuple(regions), ""), frozenset(accounts), None, keys)
        asyncio.run(_run(gate, {}, output))


if __name__ == "__main__":
    main()
