"""Start a worker process and see that it never outlives its work; it sends and reads nothing."""

from __future__ import annotations

import signal
import socket
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from subprocess import DEVNULL
from typing import TYPE_CHECKING

import anyio

from scanner.app.crew.channel import Channel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from anyio.abc import Process

PATIENCE = 10.0
"""Seconds that a process may take to end once its channel has come to the end."""

_START = (
    "import sys; fd, *sys.path = sys.argv[1:]; "
    "from scanner.app.crew.worker import main; main(int(fd))"
)
"""Imports from where this process does, and nothing from the directory it stands in (`-P`)."""


@dataclass(frozen=True, slots=True)
class Hired:
    """A worker process, and the channel to it."""

    process: Process
    channel: Channel

    async def why_ended(self) -> str:
        """Wait for the process, which is about to end; say how it did."""
        with anyio.move_on_after(PATIENCE):
            code = await self.process.wait()
            return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return f"not home within {PATIENCE:g} seconds"


@asynccontextmanager
async def hired() -> AsyncIterator[Hired]:
    """Run a worker process; leaving kills it where it has not ended.

    It is in a session of its own: a terminal's Ctrl-C is for this process alone to act upon.
    """
    mine, theirs = socket.socketpair()
    with mine, theirs:
        descriptor = theirs.fileno()
        process = await anyio.open_process(
            [sys.executable, "-P", "-c", _START, str(descriptor), *sys.path],
            stdin=DEVNULL, stdout=DEVNULL, stderr=None,
            pass_fds=[descriptor], start_new_session=True,
        )  # fmt: skip
        theirs.close()
        try:
            async with Channel.over(mine) as channel:
                try:
                    yield Hired(process, channel)
                finally:
                    if process.returncode is None:
                        process.kill()
        finally:
            with anyio.CancelScope(shield=True):
                await process.aclose()
