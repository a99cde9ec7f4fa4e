"""The right of one process to write, in an object that lapses; it does not write the output.

A lease keeps honest writers apart. What must hold though one of them was asleep when its lease
lapsed is held by conditional writes: nothing that counts is ever overwritten by chance.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

import orjson

from scanner.model.errors import OutputError
from scanner.model.objects import ABSENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.model.objects import Objects

LASTS = 60.0
"""Seconds after which a lease that nobody renews may be taken by another."""
RENEWED = 15.0
"""Seconds between two renewals."""
PAUSE = 0.2
"""Seconds between two looks at a lease that is waited for."""


class Lease:
    """One process's lease, kept in the object `key`.

    `epoch` counts those who had it before: what holders name by it, they never name alike.
    """

    def __init__(self, objects: Objects, key: str, clock: Callable[[], float] = time.time) -> None:
        self.key = key
        self.epoch = 0
        self._objects = objects
        self._clock = clock
        self._holder = secrets.token_hex(8)
        self._tag: str | None = None
        self._writing = Lock()

    def take(self) -> bool:
        """Take the lease unless another process holds it, and say so."""
        stored = self._objects.get(self.key)
        if stored is None:
            return self._write(ABSENT, LASTS)
        document = orjson.loads(stored.body)
        if not self._lapsed(document):
            return False
        self.epoch = document["epoch"] + 1
        return self._write(stored.tag, LASTS)

    def renew(self) -> None:
        """Keep the lease; raises `OutputError` where another process has taken it."""
        with self._writing:
            if self._tag is None or not self._write(self._tag, LASTS):
                self._tag = None
                raise OutputError(f"{self._objects.url}/{self.key} was taken by another process")

    def keep(self, ended: Event) -> None:
        """Renew the lease until it ends or is lost; what fails on the way is tried again."""
        while not ended.wait(RENEWED) and self._tag is not None:
            with suppress(OutputError):
                self.renew()

    def release(self) -> None:
        """Let others have it; nothing happens where they have it already."""
        with self._writing:
            if self._tag is not None:
                self._write(self._tag, 0.0)
                self._tag = None

    def _write(self, expected: str, seconds: float) -> bool:
        until = self._clock() + seconds
        document = {
            "holder": self._holder,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "epoch": self.epoch,
            "until": until if seconds else 0.0,
        }
        tag = self._objects.put(self.key, [orjson.dumps(document)], expected)
        if tag is not None:
            self._tag = tag
        return tag is not None

    def _lapsed(self, document: dict[str, Any]) -> bool:
        """Say whether the holder let go, let its time pass, or is a dead process of this host."""
        if document["until"] <= self._clock():
            return True
        here = document["host"] == socket.gethostname()
        return here and document["pid"] != os.getpid() and not _lives(document["pid"])


@contextmanager
def leased(objects: Objects, key: str, *, wait: bool = False) -> Iterator[Lease | None]:
    """Hold a lease, or None where another process does; or wait for it.

    A thread renews it meanwhile: whoever holds it may block for as long as it takes.
    """
    lease, ended = Lease(objects, key), Event()
    mine = lease.take()
    while wait and not mine:
        time.sleep(PAUSE)
        mine = lease.take()
    if not mine:
        yield None
        return
    keeper = Thread(target=lease.keep, args=(ended,), daemon=True)
    keeper.start()
    try:
        yield lease
    finally:
        ended.set()
        keeper.join()
        with suppress(OutputError):  # it lapses by itself
            lease.release()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
