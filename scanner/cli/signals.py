"""Heed Ctrl-C and SIGTERM: what is open ends at the first, everything at the second."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import anyio
import click

if TYPE_CHECKING:
    from collections.abc import Callable


async def heed_signals(
    what: str, stop: Callable[[str], None], at_once: Callable[[], bool], scope: anyio.CancelScope
) -> None:
    """Say `stop` why nothing more begins; cancel where it is to end `at_once` instead."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for each in signals:
            if at_once():
                scope.cancel()
                return
            stop(f"interrupted by {each.name}")
            click.echo(f"scanner: finishing open {what}; once more stops at once", err=True)
