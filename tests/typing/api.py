"""A program that uses every public name as a stranger would; mypy checks it, nobody runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import scanner

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

QUEUE = scanner.ResourceType(
    "Acme::Queue::Queue",
    service="sqs",
    id="QueueUrl",
    list=scanner.Call("ListQueues", out="QueueUrls[].{QueueUrl: @}", page_size=1000),
)


@scanner.task(scope="account", types=["AWS::IAM::User"], permissions=("iam:ListUsers",))
async def users(ctx: scanner.TaskContext) -> AsyncIterator[scanner.Record]:
    async with ctx.client("iam") as iam:
        answer = await iam.list_users(MaxItems=int(ctx.params["most"]))
    name: str | None = ctx.account.name
    ctx.log.info("listed", account=name, region=ctx.region)
    for user in answer["Users"]:
        yield ctx.record(resource_type="AWS::IAM::User", id=user["UserName"], configuration=user)


@scanner.task
def script(session: object, region: str) -> list[dict[str, str]]:
    return [{"resource_id": region, "session": str(session)}]


async def everywhere() -> int:
    kept: scanner.Task[[object, str], list[dict[str, str]]] = script
    alone: list[dict[str, str]] = kept(object(), "eu-west-1")
    try:
        first = await scanner.run(users, role="audit", out="scan", param={"most": "9"})
        again = await scanner.run("tasks.py:users", out="scan", resume=first.run_id)
    except (scanner.TaskError, scanner.ChangeRefused):
        return len(alone)
    return len(again.holes)


class Counting:
    """A sink of one's own."""

    def __init__(self) -> None:
        self.inner: scanner.Sink = scanner.MemorySink()
        self.units: list[str] = []

    def open_unit(self, unit: scanner.Unit) -> scanner.UnitBuffer:
        account: scanner.Account = unit.account
        self.units.append(f"{account.id} {unit.region} {unit.service}")
        return self.inner.open_unit(unit)

    async def commit(self, buffer: scanner.UnitBuffer, outcome: scanner.Outcome) -> None:
        await self.inner.commit(buffer, outcome)


def failed(outcome: scanner.Outcome) -> dict[str, scanner.TypeOutcome]:
    return {
        name: each
        for name, each in outcome.types.items()
        if each.status is not scanner.Status.COMPLETE
    }


async def into_files() -> int:
    try:
        summary = await scanner.scan(role="audit", out="scan", services=["sqs"])
    except (scanner.SettingsError, scanner.CatalogError) as error:
        return len(str(error))
    except scanner.DiscoveryError:
        return 4
    except scanner.OutputError:
        return 6
    except scanner.ScannerError:
        return 1
    again = await scanner.scan(out="scan", resume=summary.run_id)
    accounts: list[str] = sorted(again.failed_accounts)
    return len(accounts) + round(summary.coverage) + sum(hole.units for hole in summary.holes)


async def into_a_sink() -> list[scanner.Record]:
    memory = scanner.MemorySink()
    await scanner.scan(sink=memory)
    await scanner.scan(sink=Counting())
    return memory.records


async def as_it_happens() -> int:
    bytes_seen = 0
    async with scanner.stream(types=[QUEUE.type]) as events:
        async for event in events:
            if isinstance(event, scanner.Record):
                bytes_seen += len(event.resource_id)
            else:
                bytes_seen += len(failed(event))
    return bytes_seen if events.summary is None else events.summary.manifest["records"] + 0
