"""Turn AWS's refusals into the errors that botocore raises; it knows none that lead elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiobotocore.endpoint import convert_to_response_dict

from scanner.aws.fast.answer import ONE_ATTEMPT

if TYPE_CHECKING:
    from scanner.aws.exchange import Received

_REFUSED = range(400, 500)
_MISSING = (403, 404)
"""What S3 never means as "the bucket is elsewhere": botocore follows those answers."""


def is_plain(service: str, status: int) -> bool:
    """Say whether an answer is a refusal and nothing else."""
    return status in (_MISSING if service == "s3" else _REFUSED)


async def refusal(
    client: Any, model: Any, response: Received, context: dict[str, Any], after: str
) -> Exception:
    """Return the error that botocore raises for an answer.

    The steps of `AioEndpoint._do_get_response` and `AioBaseClient._make_api_call` that follow
    such an answer; `after` is the event of the last.
    """
    endpoint = client._endpoint  # noqa: SLF001 — botocore's own reading of errors
    answer = await convert_to_response_dict(response, model)
    protocol = model.service_model.resolved_protocol
    parser = endpoint._response_parser_factory.create_parser(protocol)  # noqa: SLF001 — as above
    parsed = await parser.parse(answer, model.output_shape)
    await endpoint._add_modeled_error_fields(answer, parsed, model, parser)  # noqa: SLF001 — as above
    parsed.get("ResponseMetadata", {}).update(ONE_ATTEMPT)
    await client.meta.events.emit(
        after, http_response=response, parsed=parsed, model=model, context=context
    )
    code = context.get("error_code_override") or parsed.get("Error", {}).get("Code")
    error: Exception = client.exceptions.from_code(code)(parsed, model.name)
    return error
