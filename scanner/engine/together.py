"""Let changes that are made side by side share calls: one tags many resources at once.

The changes know nothing of it. Each asks for a call and waits; when all of them wait, calls that
are alike are sent as one, and each is told what became of its own resource.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio
import orjson

from scanner.aws.pages import pick
from scanner.catalog.tag_calls import BATCH, GENERAL
from scanner.model.errors import AccountError, CallError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

    from scanner.engine.one import Answer, Hands
    from scanner.model.change import Write
    from scanner.model.planned import Change

_ARNS, _TAGGED = "ResourceARNList", "ResourceTagMappingList"
_INVALID = "InvalidParameterException"
"""What one resource that can't be tagged so may make of the whole call."""

_RETRIED = "InternalServiceException"
"""Of one resource: its service did not answer, so it may have happened."""

Kind = tuple[object, ...]


def kind_of(change: Change) -> Kind | None:
    """Return what tells changes that may share all their calls; None for one that shares none."""
    services = {change.service, *(each.service for each in change.writes)}
    if services != {GENERAL} or not change.writes or len(change.reads) != 1:
        return None
    writes = (_alike(each) for each in change.writes)
    return change.account_id, change.endpoint, *writes


def batches(changes: Sequence[Sequence[Change]]) -> Iterator[list[Sequence[Change]]]:
    """Put the changes of resources together with those of others that may share calls.

    The order is that of the first of each batch; what shares nothing is alone.
    """
    open_: dict[Kind, list[Sequence[Change]]] = {}
    found: list[list[Sequence[Change]]] = []
    for each in changes:
        kind = kind_of(each[0]) if len(each) == 1 else None
        batch = open_.get(kind) if kind is not None else None
        if batch is None or len(batch) == BATCH:
            batch = []
            found.append(batch)
            if kind is not None:
                open_[kind] = batch
        batch.append(each)
    return iter(found)


class Answered(NamedTuple):
    """What AWS said to a write of many resources, as far as it is about one."""

    members: Mapping[str, Any]
    request_id: str


@dataclass(slots=True)
class _Asked:
    """A call that a change waits for; without a write it is a look."""

    change: Change
    write: Write | None = None
    answered: anyio.Event = field(default_factory=anyio.Event)
    answer: Any = None
    error: CallError | AccountError | None = None

    def fail(self, error: CallError | AccountError) -> None:
        self.error = error
        self.answered.set()

    def succeed(self, answer: Any) -> None:
        self.answer = answer
        self.answered.set()


class Together:
    """Hands for changes that are made side by side."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._working = 0
        self._asked: list[_Asked] = []

    async def run(self, works: Sequence[Callable[[Hands], Awaitable[None]]]) -> None:
        """Do works side by side; each makes its calls by the hands that it is given."""
        self._working = len(works)
        async with anyio.create_task_group() as tasks:
            for each in works:
                tasks.start_soon(self._work, each)

    async def look(self, change: Change) -> Mapping[str, Any]:
        """Take the image of a resource, with others."""
        found: Mapping[str, Any] = await self._ask(_Asked(change))
        return found

    async def write(self, change: Change, write: Write) -> Answer:
        """Send one write, with others that are alike."""
        answer: Answer = await self._ask(_Asked(change, write))
        return answer

    async def wait(self, change: Change, write: Write, params: Mapping[str, Any]) -> None:
        """Wait until what was written has come about; nobody shares that."""
        await self._hands.wait(change, write, params)

    async def _work(self, work: Callable[[Hands], Awaitable[None]]) -> None:
        await work(self)
        self._working -= 1
        await self._answer_if_all_wait()

    async def _ask(self, asked: _Asked) -> Any:
        self._asked.append(asked)
        await self._answer_if_all_wait()
        await asked.answered.wait()
        if asked.error is not None:
            raise asked.error
        return asked.answer

    async def _answer_if_all_wait(self) -> None:
        if len(self._asked) < self._working:
            return
        asked, self._asked = self._asked, []
        groups: dict[Kind, list[_Asked]] = defaultdict(list)
        for each in asked:
            alike = ("look",) if each.write is None else _alike(each.write)
            groups[alike].append(each)
        for group in groups.values():
            await self._answer(group)

    async def _answer(self, group: list[_Asked]) -> None:
        """Send one call for all; where that is refused for one of them, one for each."""
        together = self._look if group[0].write is None else self._write
        try:
            await together(group)
        except (CallError, AccountError) as exc:
            if len(group) > 1 and isinstance(exc, CallError) and exc.code == _INVALID:
                for each in group:
                    await self._answer([each])
            else:
                for each in group:
                    each.fail(exc)

    async def _look(self, group: list[_Asked]) -> None:
        first = group[0].change
        [read] = first.reads
        arns = [arn for each in group for arn in each.change.reads[0].params[_ARNS]]
        every = replace(read, params={_ARNS: arns}, out=_TAGGED)
        image = await self._hands.look(replace(first, reads=(every,)))
        found = image[read.name] or ()
        for each in group:
            [own] = each.change.reads
            mine = [tagged for tagged in found if tagged["ResourceARN"] in own.params[_ARNS]]
            each.succeed({own.name: pick(own, {_TAGGED: mine})})

    async def _write(self, group: list[_Asked]) -> None:
        writes = [each.write for each in group if each.write is not None]
        arns = [arn for each in writes for arn in each.params[_ARNS]]
        every = replace(writes[0], params={**writes[0].params, _ARNS: arns}, failures="")
        answer = await self._hands.write(group[0].change, every)
        failed = answer.members.get("FailedResourcesMap") or {}
        for each, write in zip(group, writes, strict=True):
            [arn] = write.params[_ARNS]
            if arn in failed:
                each.fail(_error(write.operation, failed[arn]))
            else:
                each.succeed(Answered({}, answer.request_id))


def _alike(write: Write) -> Kind:
    """Return what is the same in writes that can be sent as one."""
    params = {name: value for name, value in write.params.items() if name != _ARNS}
    return write.operation, orjson.dumps(params, option=orjson.OPT_SORT_KEYS)


def _error(operation: str, failure: Mapping[str, Any]) -> CallError:
    code = str(failure.get("ErrorCode") or "Failed")
    kind = Unavailable if code == _RETRIED else CallError
    return kind(operation, code, str(failure.get("ErrorMessage") or "AWS does not say why"))
