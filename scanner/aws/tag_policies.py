"""Read the tag policies of an organization; what they mean is not its business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.aws.directory import concurrently

if TYPE_CHECKING:
    from collections.abc import Iterable

TAG_POLICY = "TAG_POLICY"


@dataclass(frozen=True, slots=True)
class Attached:
    """A policy's text, and the ids of what it is attached to."""

    name: str
    text: str
    targets: tuple[str, ...]


async def attached_policies(client: Any) -> list[Attached]:
    """Read every tag policy that is attached to anything, in the order AWS lists them."""
    found = await _pages(client, "list_policies", "Policies", Filter=TAG_POLICY)
    names = {each["Id"]: each["Name"] for each in found}

    async def read(id: str) -> Attached:
        targets = await _pages(client, "list_targets_for_policy", "Targets", PolicyId=id)
        policy = (await client.describe_policy(PolicyId=id))["Policy"]
        ids = tuple(each["TargetId"] for each in targets)
        return Attached(names[id], policy["Content"], ids)

    read_ones = await concurrently(read, names)
    return [read_ones[key] for key in names if read_ones[key].targets]


async def effective_texts(client: Any, account_ids: Iterable[str]) -> dict[str, str | None]:
    """Ask AWS for the effective tag policy of accounts; None for one that has none."""

    async def ask(account_id: str) -> str | None:
        try:
            answer = await client.describe_effective_policy(
                PolicyType=TAG_POLICY, TargetId=account_id
            )
        except client.exceptions.EffectivePolicyNotFoundException:
            return None
        return str(answer["EffectivePolicy"]["PolicyContent"])

    return await concurrently(ask, account_ids)


async def _pages(client: Any, operation: str, member: str, **params: str) -> list[dict[str, Any]]:
    pages = client.get_paginator(operation).paginate(**params)
    return [each async for page in pages for each in page.get(member, ())]
