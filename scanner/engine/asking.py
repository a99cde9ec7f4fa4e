"""Ask one read call for all that it has to say; what the answer is for is not its business."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from scanner.aws.pages import ask_page, later_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.aws.gate import Gate
    from scanner.aws.session import Clients
    from scanner.model.resource import Call


async def ask_whole(
    gate: Gate, clients: Clients, service: str, region: str, call: Call, params: Mapping[str, Any]
) -> Any:
    """Return what a call gives, of all its pages where that is a list; raises as `ask` does."""
    async with clients.use(service, region) as client:
        paging = clients.paging(client, call.operation)
        if call.page_size is not None:
            params = {**params, **paging.sized(call)}
        page = await ask_page(gate, client, call, params, paging)
        if page.following is None or not isinstance(page.picked, list | None):
            return page.picked
        rows = list(page.picked or ())
        rest = later_pages(gate, client, call, params, paging, page)
        async with aclosing(rest):
            async for page in rest:
                rows += page.picked or ()
    return rows
