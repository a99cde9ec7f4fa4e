"""Read the tags that resources have now, a hundred at a time; it judges and keeps nothing."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from scanner.aws.pages import ask_page, later_pages
from scanner.engine.records import tags_of
from scanner.engine.spread import chunks
from scanner.engine.tags import SERVICE
from scanner.model.errors import CallError
from scanner.model.resource import Call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.aws.gate import Gate
    from scanner.aws.session import Clients

PER_CALL = 100
"""ARNs that `GetResources` takes at once."""

BY_ARN = Call("GetResources", out="ResourceTagMappingList", page_size=0)
_INVALID = "InvalidParameterException"
"""What one ARN that the service does not know makes of the whole call."""

Tags = dict[str, dict[str, str]]


async def tags_by_arn(
    gate: Gate, clients: Clients, region: str, arns: Sequence[str]
) -> tuple[Tags, dict[str, CallError]]:
    """Return the tags of ARNs in a region that have or had some, and what could not be asked.

    It calls as the current visit's identity. An ARN in neither has none, if the Resource Groups
    Tagging API serves its type.
    """
    found: Tags = {}
    failed: dict[str, CallError] = {}
    waiting = [list(each) for each in chunks(arns, PER_CALL)]
    async with clients.use(SERVICE, region) as client:
        while waiting:
            some = waiting.pop()
            params = {"ResourceARNList": some}
            paging = clients.paging(client, BY_ARN.operation)
            try:
                page = await ask_page(gate, client, BY_ARN, params, paging)
                _keep(page.picked, found)
                async with aclosing(
                    later_pages(gate, client, BY_ARN, params, paging, page)
                ) as rest:
                    async for page in rest:
                        _keep(page.picked, found)
            except CallError as exc:
                if exc.code != _INVALID or len(some) == 1:
                    failed |= dict.fromkeys(some, exc)
                else:
                    waiting += [some[: len(some) // 2], some[len(some) // 2 :]]
    return found, failed


def _keep(picked: list[dict[str, object]] | None, found: Tags) -> None:
    for each in picked or ():
        found[str(each["ResourceARN"])] = tags_of(each.get("Tags")) or {}
