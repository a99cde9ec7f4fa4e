"""Send what changes something, once, and wait for it; what may be sent is the gate's to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import WaiterError

from scanner.aws.request import Request
from scanner.model.errors import CallError, ScannerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.aws.gate import Gate
    from scanner.aws.session import Clients
    from scanner.model.change import Write


@dataclass(frozen=True, slots=True)
class Answer:
    """What AWS said to a write, and its own name of the request."""

    members: Mapping[str, Any]
    request_id: str


async def send(gate: Gate, clients: Clients, write: Write, region: str) -> Answer:
    """Send a write as the current visit's identity, botocore's way.

    Raises Unavailable where it may have happened all the same, CallError where it has not, and
    ChangeRefused where the gate has no leave for it.
    """
    async with clients.use(write.service, region) as client:
        try:
            answer = await getattr(client, xform_name(write.operation))(**write.params)
        except ScannerError:
            raise
        except Exception as exc:
            request = Request(write.service, region, write.operation)
            raise gate.error(exc, request) from exc
    meta = answer.pop("ResponseMetadata", {})
    return Answer(answer, str(meta.get("RequestId", "")))


async def wait(
    gate: Gate, clients: Clients, write: Write, region: str, params: Mapping[str, Any]
) -> None:
    """Wait until a write has come about, as botocore's waiter of that name says."""
    async with clients.use(write.service, region) as client:
        try:
            await client.get_waiter(write.wait).wait(**params)
        except ScannerError:
            raise
        except WaiterError as exc:
            raise CallError(write.wait, "WaiterFailed", str(exc)) from exc
        except Exception as exc:
            raise gate.error(exc, Request(write.service, region, write.wait)) from exc
