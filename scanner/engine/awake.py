"""Bound the units that are open by what they do: one whose call waits makes room for another."""

from __future__ import annotations

import math
from collections import deque

import anyio

from scanner.aws.waits import Waits


class Awake:
    """Lets in at most `most` units, and one more for each call that waits for AWS.

    Open units cost memory, and as many as there are slots keep these busy. But one that backs
    off, or waits for its turn, keeps none busy: another takes its place, and stays where both
    go on.
    """

    def __init__(self, most: float = math.inf, waits: Waits | None = None) -> None:
        self._most = most
        self._waits = waits or Waits()
        self._open = 0
        self._line: deque[anyio.Event] = deque()
        self._waits.more = self._admit

    async def __aenter__(self) -> None:
        admitted = anyio.Event()
        self._line.append(admitted)
        self._admit()
        try:
            await admitted.wait()
        except BaseException:
            if admitted.is_set():
                self._leave()
            else:
                self._line.remove(admitted)
            raise

    async def __aexit__(self, *_: object) -> None:
        self._leave()

    def _leave(self) -> None:
        self._open -= 1
        self._admit()

    def _admit(self) -> None:
        while self._line and self._open < self._most + self._waits.count:
            self._open += 1
            self._line.popleft().set()
