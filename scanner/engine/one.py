"""Make one change of a plan, exactly once: note, look, write, look, note; it plans nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import anyio
import orjson

from scanner.model.errors import (
    AccountError,
    CallError,
    ChangeRefused,
    TaskError,
    Unavailable,
    is_gone,
)
from scanner.model.paths import fill, lookup
from scanner.model.planned import Ending, Past, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scanner.model.change import Write
    from scanner.model.planned import Change

T = TypeVar("T")

TRIES = 3
"""How often a write is sent whose answer gets lost, as long as nothing of it is to be seen."""

DRY = "not written: it was a rehearsal"


class Answer(Protocol):
    """What AWS said to a write."""

    @property
    def members(self) -> Mapping[str, Any]:
        """The members of the answer."""

    @property
    def request_id(self) -> str:
        """AWS's own name of the request."""


class Hands(Protocol):
    """What touches the resources; every method raises CallError or AccountError."""

    async def look(self, change: Change) -> Mapping[str, Any]:
        """Take the image of a resource, now, as plans show it."""

    async def write(self, change: Change, write: Write) -> Answer:
        """Send one write, once; raises Unavailable where it may have happened all the same."""

    async def wait(self, change: Change, write: Write, params: Mapping[str, Any]) -> None:
        """Wait until what was written has come about."""


class Trail(Protocol):
    """The durable record of what was intended and done; its methods block until it is on disk."""

    @property
    def results(self) -> Mapping[str, Result]:
        """How changes ended, by id."""

    @property
    def begun(self) -> Mapping[str, Past]:
        """What is known of changes that were begun and not ended, by id."""

    def note(self, event: str, id: str, **facts: Any) -> str:
        """Write down an event of a change; return the time that was noted."""

    def end(self, result: Result) -> Result:
        """Write down how a change ended; return it with the time that was noted."""


_ENDS = (ChangeRefused, CallError, AccountError, TaskError)


class One:
    """One change being made; `needed` says by an image whether it is due, or raises TaskError."""

    def __init__(
        self,
        change: Change,
        hands: Hands,
        trail: Trail,
        needed: Callable[[Change, Mapping[str, Any]], bool],
    ) -> None:
        self._change = change
        self._hands = hands
        self._trail = trail
        self._needed = needed
        past = trail.begun.get(change.id)
        self._again = past is not None
        self._past = past or Past("")
        self._image: Mapping[str, Any] | None = None
        self._touched = False

    async def rehearse(self) -> Result:
        """Do all but the writes and the notes; the ending says what would be tried."""
        try:
            ending = await self._check()
        except _ENDS as exc:
            return self._ended_by(exc)
        return Result(self._change.id, ending or Ending.DONE, DRY, after=self._image)

    async def make(self) -> Result:
        """Make the change; whatever happens short of cancellation is its result."""
        if not self._again:
            self._past = Past(await self._note("intent"))
        try:
            ended = Result(self._change.id, await self._carry_out())
        except _ENDS as exc:
            ended = self._ended_by(exc)
        ended = replace(
            await self._looked_at(ended),
            written=self._past.written,
            request_ids=self._past.request_ids,
            touched=self._touched or self._again,
            started_at=self._past.started_at,
        )
        return await _noted(partial(self._trail.end, ended))

    async def _carry_out(self) -> Ending:
        writes = self._change.writes
        if self._past.written == len(writes):
            return Ending.FOUND_DONE
        if found := await self._check():
            return found
        for index in range(self._past.written, len(writes)):
            if index:
                await self._settle(writes[index - 1])
            if not await self._send(writes[index]):
                break
        return Ending.DONE

    async def _check(self) -> Ending | None:
        """Look whether the resource is as it was left; raises ChangeRefused where it is not.

        Returns an ending where a change that was begun before turns out to be done.
        """
        await self._look()
        if self._image == self._expected:
            return None
        if self._again and not self._due():
            return Ending.FOUND_DONE
        if self._again and self._past.written and self._past.image is None:
            return None  # its own first writes changed it, and were not looked at
        raise ChangeRefused(self._drift())

    async def _send(self, write: Write) -> bool:
        """Send a write until it is answered; False where it is seen to have been the last needed.

        A lost answer tells nothing: the resource does.
        """
        for left in reversed(range(TRIES)):
            self._touched = True
            try:
                answer = await self._hands.write(self._change, write)
            except Unavailable as exc:
                await self._look()
                if not self._due():
                    return False
                if not left or self._image != self._expected:
                    raise CallError(
                        exc.operation, exc.code, f"{exc.message} (it may have happened)"
                    ) from exc
            else:
                refuse_failures(write, answer)
                await self._answered(write, answer)
                return True
        raise AssertionError

    async def _answered(self, write: Write, answer: Answer) -> None:
        waiting = fill(write.wait_params, lambda name: lookup(answer.members, name))
        self._past = replace(
            self._past,
            written=self._past.written + 1,
            request_ids=(*self._past.request_ids, answer.request_id),
            waiting=waiting,
            image=None,
        )
        await self._note(
            "wrote", operation=write.operation, request_id=answer.request_id, waiting=waiting
        )

    async def _settle(self, write: Write) -> None:
        """Let a write come about before the next one, and see what it did."""
        if self._past.image is not None:
            return
        if write.wait:
            await self._hands.wait(self._change, write, self._past.waiting or {})
        await self._look()
        self._past = replace(self._past, image=self._image)
        await self._note("image", image=self._image)

    async def _looked_at(self, ended: Result) -> Result:
        """Show how the resource is now, and whether it is as it should be."""
        try:
            if self._touched:
                await self._look()
            verified = ended.ending.good and not self._due()
        except _ENDS as exc:
            why = f"{ended.reason}; " if ended.reason else ""
            return replace(ended, reason=f"{why}it could not be looked at afterwards: {exc}")
        return replace(ended, after=self._image, verified=verified)

    async def _look(self) -> None:
        """Take the image, None where the resource is gone."""
        try:
            self._image = await self._hands.look(self._change)
        except CallError as exc:
            if not is_gone(exc):
                raise
            self._image = None

    @property
    def _expected(self) -> Mapping[str, Any] | None:
        return self._past.image if self._past.written else self._change.before

    def _due(self) -> bool:
        return self._image is not None and self._needed(self._change, self._image)

    def _drift(self) -> str:
        if self._image is None:
            return "it is gone"
        image, expected = self._image, self._expected or {}
        names = sorted({*image, *expected})
        changed = [name for name in names if image.get(name) != expected.get(name)]
        return f"{', '.join(changed)} changed since the plan was made"

    def _ended_by(self, exc: Exception) -> Result:
        ending = Ending.REFUSED if isinstance(exc, ChangeRefused) else Ending.FAILED
        done, all_ = self._past.written, len(self._change.writes)
        partly = f" (after {done} of {all_} writes)" if done else ""
        return Result(self._change.id, ending, f"{exc}{partly}")

    async def _note(self, event: str, **facts: Any) -> str:
        return await _noted(partial(self._trail.note, event, self._change.id, **facts))


def refuse_failures(write: Write, answer: Answer) -> None:
    """Raise CallError where the answer lists failures though the call did not fail."""
    failures = lookup(answer.members, write.failures) if write.failures else None
    if failures:
        raise CallError(write.operation, "Unsuccessful", orjson.dumps(failures).decode()[:500])


async def _noted(note: Callable[[], T]) -> T:
    """Have something noted, although all else may be cancelled: it has happened."""
    noted: list[T] = []
    with anyio.CancelScope(shield=True):
        noted.append(await anyio.to_thread.run_sync(note))
    return noted[0]
