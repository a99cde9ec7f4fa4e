"""The child process of a simulation: seeds moto, serves it on loopback, dies with its parent.

The first line of standard input is the configuration; its end means that the parent is gone.
The only line on standard output announces the URL and what was made, when all is ready.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, TextIO

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from scanner.simulation.front import serve
from scanner.simulation.gate import Gate
from scanner.simulation.geography import Geography
from scanner.simulation.organization import ACCESS_KEY, MANAGEMENT_ID, plan_organization
from scanner.simulation.seed import seed

if TYPE_CHECKING:
    from scanner.simulation.organization import OrganizationPlan


class _Moto(DomainDispatcherApplication):
    """Moto's server, without its search through a hundred directories on every request."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self._backends: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        if host not in self._backends:
            self._backends[host] = super().get_backend_for_host(host)
        return self._backends[host]


def main() -> None:
    """Run until the parent goes away or a signal comes."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    logging.basicConfig(level=logging.WARNING)
    configuration = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_die_with_parent, daemon=True).start()
    output = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):  # moto prints what it can't route
        plan = plan_organization(configuration["accounts"], configuration["regions"])
        gate, ready = _build(plan, configuration["external_id"])
        asyncio.run(_run(gate, ready, output))


def _build(plan: OrganizationPlan, external_id: str | None) -> tuple[Gate, dict[str, Any]]:
    moto = _Moto()
    seeded = seed(moto, plan)
    gc.freeze()  # what is there stays: never look through it again
    standing = {seeded.account_ids[each.name]: each.standing for each in plan.accounts}
    gate = Gate(
        moto,
        Geography(plan.regions, plan.disabled_region),
        frozenset(account_id for account_id in standing if standing[account_id] == "active"),
        external_id,
        {ACCESS_KEY: MANAGEMENT_ID},
    )
    return gate, {"standing": standing, "created": seeded.created}


async def _run(gate: Gate, ready: dict[str, Any], output: TextIO) -> None:
    runner, url = await serve(gate)
    try:
        print(json.dumps({"url": url, **ready}), file=output, flush=True)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def _die_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # nothing here outlives the process: there is nothing to tidy up


if __name__ == "__main__":
    main()
